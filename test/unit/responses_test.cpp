#include "core/diagnostics/document/responses.hpp"

#include "core/fault.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

namespace responses_test {

using upkeep::json;
using upkeep::parse_json;

namespace {

std::string issue(const std::string &fingerprint, const std::string &severity = "warning",
                  const std::string &impact = R"("100")", const std::string &more = "") {
  return fmt::format(
      R"({{"code":"REV_DROP","fingerprint":"{}","severity":"{}","metric":"revenue","observed":"900",)"
      R"("expected":null,"baseline":{{"mean":"1200.5"}},"threshold":{{"warning":0.15,"critical":0.3}},)"
      R"("delta_abs":"-300.5","delta_pct":-25,"impact":{},"evidence":{{"days_present":6,"days_expected":7}},)"
      R"("message":{{"en":"built in"}},"baseline_state":"new","response":null{}}})",
      fingerprint, severity, impact, more);
}

std::string document(const std::string &issues, const std::string &today = "2026-11-16") {
  return fmt::format(R"({{"issues":[{}],"facts":{{"today":"{}","currency":"EUR","unit":"minor"}}}})", issues, today);
}

struct known {
  std::string stored = "[]", responses = "{}", previous = "[]", previous_responses = "{}", wordings = "null";
};

json merge(const std::string &fresh, const known &of = {}) {
  const json document = parse_json(fresh), stored = parse_json(of.stored), responses = parse_json(of.responses),
             previous = parse_json(of.previous), previous_responses = parse_json(of.previous_responses),
             wordings = parse_json(of.wordings);
  return upkeep::diagnostics::merge_issues({document, stored, responses, previous, previous_responses, wordings});
}

std::string state(const json &issues, std::size_t at = 0) { return issues.elements().at(at)["baseline_state"].text(); }
std::string response(const json &issues, const char *key, std::size_t at = 0) {
  const json &value = issues.elements().at(at)["response"][key];
  return value.is_null() ? "null" : value.text();
}
std::string list(const json &issues) { return issues.dump(); }

std::string as_absent(std::string text) {
  text.replace(text.find(R"("new")"), 5, R"("absent")");
  return text;
}

TEST(responses, without_a_week_before_an_issue_is_new) {
  const json merged = merge(document(issue("a")));
  ASSERT_EQ(merged.elements().size(), 1u);
  EXPECT_EQ(state(merged), "new");
  EXPECT_TRUE(merged.elements()[0]["response"].is_null());
}

TEST(responses, baseline_state_compares_with_the_week_before) {
  const auto state_after = [](const std::string &before) {
    return state(merge(document(issue("a")), {.previous = before}));
  };
  EXPECT_EQ(state_after("[" + issue("a") + "]"), "unchanged");
  EXPECT_EQ(state_after("[" + issue("b") + "," + issue("a", "warning", R"("101")") + "]"), "unchanged");
  EXPECT_EQ(state_after("[" + issue("a", "warning", R"("102")") + "]"), "updated");
  EXPECT_EQ(state_after("[" + issue("a", "critical") + "]"), "updated");
  EXPECT_EQ(state_after("[" + issue("a", "warning", "null") + "]"), "updated");
  EXPECT_EQ(state_after("[" + as_absent(issue("a")) + "]"), "regressed");
  EXPECT_EQ(
      state(merge(document(issue("a", "warning", "null")), {.previous = "[" + issue("a", "warning", "null") + "]"})),
      "unchanged");
  EXPECT_EQ(state(merge(document(issue("a")),
                        {.previous = "[" + issue("a") + "]", .previous_responses = R"({"a":{"status":"done"}})"})),
            "regressed");
}

TEST(responses, what_is_gone_stays_for_a_week_as_absent) {
  const json from_before = merge(document(""), {.previous = "[" + issue("a") + "]"});
  ASSERT_EQ(from_before.elements().size(), 1u);
  EXPECT_EQ(state(from_before), "absent");
  EXPECT_EQ(state(merge(document(""), {.stored = "[" + issue("a") + "]"})), "absent");
  EXPECT_EQ(merge(document(""), {.previous = "[" + as_absent(issue("a")) + "]"}).elements().size(), 0u);
  // Gone, and no more, in the same week.
  EXPECT_EQ(merge(document(""), {.stored = list(from_before), .previous = "[" + issue("a") + "]"}).dump(),
            from_before.dump());
  EXPECT_EQ(state(merge(document(issue("a")), {.stored = list(from_before), .previous = "[" + issue("a") + "]"})),
            "unchanged");
}

std::string with_rules(std::string text, const std::string &rules) {
  text.insert(text.size() - 1, R"(,"rules":)" + rules);
  return text;
}

TEST(responses, what_was_not_evaluated_is_not_gone) {
  const auto count = [](const std::string &rules) {
    const std::string fresh = with_rules(document(""), rules), known = "[" + issue("a") + "]";
    const std::size_t from_stored = merge(fresh, {.stored = known}).elements().size();
    EXPECT_EQ(merge(fresh, {.previous = known}).elements().size(), from_stored) << rules;
    return from_stored;
  };
  EXPECT_EQ(count(R"({"REV_DROP":{"status":"PASSED"}})"), 1u);
  EXPECT_EQ(count(R"({"REV_DROP":{"status":"NOT_EVALUATED","reason":"no_days"}})"), 0u);
  EXPECT_EQ(count(R"({"REV_DROP":{"status":"INHIBITED","by":"COGS_UNSET"}})"), 0u);
  EXPECT_EQ(count(R"({"REV_DROP":{"status":"INHIBITED","by":"DATA_MISSING"}})"), 0u);
  EXPECT_EQ(count(R"({"REV_DROP":{"status":"INHIBITED","by":"ROAS_BELOW_BREAK_EVEN"}})"), 1u);
  for (const char *rules :
       {"null", "7", "[]", "{}", R"({"NP_DROP":{"status":"NOT_EVALUATED"}})", R"({"REV_DROP":null})",
        R"({"REV_DROP":"NOT_EVALUATED"})", R"({"REV_DROP":{"status":null}})"})
    EXPECT_EQ(count(rules), 1u) << rules;
}

TEST(responses, after_a_week_that_was_not_evaluated_an_issue_is_new) {
  const std::string unknown = R"({"REV_DROP":{"status":"NOT_EVALUATED","reason":"no_days"}})";
  const known of{.stored = "[" + as_absent(issue("a")) + "]", .previous = "[" + issue("a") + "]"};
  const json empty = merge(with_rules(document(""), unknown), of);
  EXPECT_EQ(empty.elements().size(), 0u);
  EXPECT_EQ(state(merge(document(issue("a")), {.previous = list(empty)})), "new");
  // The same week with its days entered since.
  EXPECT_EQ(state(merge(document(issue("a")), {.stored = list(empty), .previous = of.previous})), "unchanged");
}

TEST(responses, an_answer_holds) {
  const std::string ack = R"({"a":{"status":"ack","note":"seen","at":"2026-11-16T08:00:00Z","by":"x"}})";
  const json merged = merge(document(issue("a")), {.stored = "[" + issue("a") + "]", .responses = ack});
  EXPECT_EQ(merged.elements()[0]["response"].dump(),
            R"({"status":"ack","until":null,"note":"seen","at":"2026-11-16T08:00:00Z","was":null,)"
            R"("week":"this","severity":"warning","impact":"100"})");
  EXPECT_EQ(
      response(merge(document(issue("a")), {.previous = "[" + issue("a") + "]", .previous_responses = ack}), "week"),
      "previous");
  // That of this week before that of the other.
  EXPECT_EQ(
      response(merge(document(issue("a")), {.responses = R"({"a":{"status":"dismissed"}})", .previous_responses = ack}),
               "status"),
      "dismissed");
  // Of what is gone too.
  EXPECT_EQ(response(merge(document(""), {.stored = "[" + issue("a") + "]", .responses = ack}), "status"), "ack");
}

TEST(responses, an_answer_of_weeks_ago_holds_until_another) {
  const std::string answer = R"({"a":{"status":"snoozed_until","until":"2026-12-31","note":"sale"}})";
  const json second = merge(document(issue("a")), {.previous = "[" + issue("a") + "]", .previous_responses = answer});
  const json third = merge(document(issue("a", "warning", R"("140")")), {.previous = list(second)});
  EXPECT_EQ(response(third, "status"), "snoozed_until");
  EXPECT_EQ(response(third, "impact"), "100");
  // It grows slowly, but it grows.
  const json fourth = merge(document(issue("a", "warning", R"("151")")), {.previous = list(third)});
  EXPECT_EQ(response(fourth, "status"), "reopened");
  EXPECT_EQ(response(fourth, "was"), "snoozed_until");
  EXPECT_EQ(response(fourth, "note"), "sale");
  const json answered = merge(document(issue("a", "warning", R"("151")")),
                              {.previous = list(fourth), .previous_responses = R"({"a":{"status":"ack"}})"});
  EXPECT_EQ(response(answered, "status"), "ack");
  EXPECT_EQ(response(answered, "impact"), "151");
}

TEST(responses, what_gets_worse_is_reopened) {
  const auto status = [](const std::string &now) {
    return response(merge(document(now), {.stored = "[" + issue("a", "warning", R"("15.10")") + "]",
                                          .responses = R"({"a":{"status":"dismissed","note":"known"}})"}),
                    "status");
  };
  EXPECT_EQ(status(issue("a", "warning", R"("22.65")")), "dismissed");
  EXPECT_EQ(status(issue("a", "warning", R"("22.66")")), "reopened");
  EXPECT_EQ(status(issue("a", "critical", R"("10")")), "reopened");
  EXPECT_EQ(status(issue("a", "warning", "null")), "dismissed");
  EXPECT_EQ(status(issue("a", "warning", R"("1000000000000000000000000")")), "dismissed")
      << "too many digits to compare";
}

TEST(responses, reopening_stays_until_the_next_answer) {
  known of{.stored = "[" + issue("a") + "]", .responses = R"({"a":{"status":"dismissed"}})"};
  const json worse = merge(document(issue("a", "warning", R"("200")")), of);
  EXPECT_EQ(response(worse, "status"), "reopened");
  of.stored = list(worse);
  EXPECT_EQ(merge(document(issue("a", "warning", R"("200")")), of).dump(), worse.dump());
  EXPECT_EQ(response(merge(document(issue("a", "warning", R"("210")")), of), "status"), "reopened");
  EXPECT_EQ(response(merge(document(issue("a", "warning", R"("120")")), of), "status"), "dismissed");
  of.responses = R"({"a":{"status":"dismissed","at":"later"}})";
  EXPECT_EQ(response(merge(document(issue("a", "warning", R"("200")")), of), "status"), "dismissed");
  EXPECT_EQ(response(merge(document(issue("a", "warning", R"("301")")), of), "status"), "reopened");
}

TEST(responses, done_holds_for_its_own_week) {
  const std::string done = R"({"a":{"status":"done"}})";
  EXPECT_EQ(response(merge(document(issue("a")), {.stored = "[" + issue("a") + "]", .responses = done}), "status"),
            "done");
  const json again = merge(document(issue("a")), {.previous = "[" + issue("a") + "]", .previous_responses = done});
  EXPECT_EQ(response(again, "status"), "reopened");
  EXPECT_EQ(response(again, "was"), "done");
  // A week after that it is a matter of course.
  const json later = merge(document(issue("a")), {.previous = list(again)});
  EXPECT_EQ(state(later), "unchanged");
  EXPECT_EQ(response(later, "status"), "reopened");
}

TEST(responses, a_snooze_ends_after_its_day) {
  const known of{.responses = R"({"a":{"status":"snoozed_until","until":"2026-11-16T09:00:00+07:00"}})"};
  EXPECT_EQ(response(merge(document(issue("a"), "2026-11-16"), of), "until"), "2026-11-16");
  EXPECT_TRUE(merge(document(issue("a"), "2026-11-17"), of).elements()[0]["response"].is_null());
}

TEST(responses, what_is_not_understood_is_ignored) {
  for (const char *responses :
       {"null", "[]", "1", R"("x")", "{}", R"({"a":null})", R"({"a":"ack"})", R"({"a":[{"status":"ack"}]})",
        R"({"a":{"status":1}})", R"({"a":{"status":"ACK"}})", R"({"a":{"status":{"status":"ack"}}})",
        R"({"a":{"status":"snoozed_until"}})", R"({"a":{"status":"snoozed_until","until":20261231}})",
        R"({"a":{"status":"snoozed_until","until":"tomorrow"}})", R"({"a":{"status":"reopened"}})",
        R"({"b":{"status":"ack"}})"})
    EXPECT_TRUE(merge(document(issue("a")), {.responses = responses}).elements()[0]["response"].is_null()) << responses;
  EXPECT_EQ(
      response(merge(document(issue("a")), {.responses = R"({"a":{"status":"ack","note":7,"until":[]}})"}), "note"),
      "null");
  for (const char *stored : {"null", "{}", "7", R"([1,"x",null,{},{"fingerprint":1},{"fingerprint":{}}])"})
    EXPECT_EQ(merge(document(issue("a")), {.stored = stored, .previous = stored}).elements().size(), 1u) << stored;
  const json odd = merge(document(""), {.stored = R"([{"fingerprint":"x"},{"fingerprint":"x","impact":"1e999"}])"});
  EXPECT_EQ(odd.elements().size(), 1u);
  EXPECT_EQ(response(merge(document(issue("a")),
                           {.responses = R"({"b":1})", .previous_responses = R"({"a":{"status":"ack"}})"}),
                     "status"),
            "ack");
}

TEST(responses, a_document_is_one) {
  for (const char *fresh :
       {"null", "{}", "[]", R"({"issues":{}})", R"({"issues":[1]})", R"({"issues":[{"code":"X"}]})"})
    try {
      merge(fresh);
      ADD_FAILURE() << fresh;
    } catch (const upkeep::fault &said) {
      EXPECT_STREQ(said.sqlstate, "22023") << fresh;
    }
}

TEST(responses, fired_before_absent_then_severity_impact_and_code) {
  const json merged = merge(document(issue("a", "warning", R"("9")") + "," + issue("b", "warning", "null") + "," +
                                     issue("c", "critical", R"("1")") + "," + issue("d", "warning", R"("100")")),
                            {.stored = "[" + issue("e", "critical", R"("999")") + "]"});
  std::string order;
  for (const json &each : merged.elements())
    order += each["fingerprint"].text();
  EXPECT_EQ(order, "cdabe");
}

TEST(responses, losses_of_profit_come_before_other_impacts) {
  const auto of = [](const char *code, const char *fingerprint, const char *impact, const char *kind) {
    return fmt::format(R"({{"code":"{}","fingerprint":"{}","severity":"warning","impact":{},"impact_kind":{}}})", code,
                       fingerprint, impact, kind);
  };
  const json merged = merge(document(
      of("AD_RATIO_HIGH", "a", R"("900")", R"("revenue")") + "," + of("COGS_UNSET", "b", "null", "null") + "," +
      of("REV_DROP", "c", R"("5")", R"("profit")") + "," + of("GOAL_OFF_PACE", "d", R"("1000")", R"("goal")") + "," +
      of("AOV_DROP", "e", R"("7")", R"("profit")") + "," + of("NP_DROP", "f", "null", R"("profit")")));
  std::string order;
  for (const json &each : merged.elements())
    order += each["fingerprint"].text();
  EXPECT_EQ(order, "ecfdab");
}

TEST(responses, what_is_gone_has_a_kind_of_impact_too) {
  const auto kind = [](const char *code, const char *impact) {
    const json merged = merge(
        document(""), {.stored = fmt::format(R"([{{"code":"{}","fingerprint":"a","impact":{}}}])", code, impact)});
    return merged.elements().at(0)["impact_kind"].dump();
  };
  EXPECT_EQ(kind("REV_DROP", R"("1")"), R"("profit")");
  EXPECT_EQ(kind("AD_RATIO_HIGH", R"("1")"), R"("revenue")");
  EXPECT_EQ(kind("ROAS_BELOW_TARGET", R"("1")"), R"("revenue")");
  EXPECT_EQ(kind("GOAL_OFF_PACE", R"("1")"), R"("goal")");
  EXPECT_EQ(kind("GOAL_OFF_PACE", "null"), "null");
  EXPECT_EQ(kind("REV_DROP", R"("1","impact_kind":"goal")"), R"("goal")");
}

TEST(responses, an_answer_to_what_was_reopened_counts_from_now) {
  const std::string ack = R"({"a":{"status":"ack"}})";
  const json first = merge(document(issue("a")), {.stored = "[" + issue("a") + "]", .responses = ack});
  const std::string worse = document(issue("a", "critical"));
  const json second = merge(worse, {.previous = list(first), .previous_responses = ack});
  EXPECT_EQ(response(second, "status"), "reopened");
  // In the same words as the week before.
  const json third = merge(worse, {.stored = list(second), .responses = ack, .previous = list(first)});
  EXPECT_EQ(response(third, "status"), "ack");
  EXPECT_EQ(response(third, "severity"), "critical");
}

// What a reader shows of a row.
json overlay(const std::string &issues, const std::string &responses, const std::string &today = "2026-11-16",
             const known &of = {}) {
  const json stored = parse_json(issues), given = parse_json(responses), previous = parse_json(of.previous),
             previous_responses = parse_json(of.previous_responses),
             facts = parse_json(fmt::format(R"({{"today":"{}"}})", today));
  return upkeep::diagnostics::overlay_responses({stored, given, facts, previous, previous_responses});
}

TEST(overlay, an_answer_changes_the_response_and_nothing_else) {
  const std::string ack = R"({"a":{"status":"ack","note":"seen","at":"2026-11-16T08:00:00Z","by":"x"}})",
                    stored = "[" + issue("b") + "," + issue("a") + "," + as_absent(issue("c")) + "]";
  const json shown = overlay(stored, ack);
  EXPECT_EQ(shown.elements().at(1)["response"].dump(),
            R"({"status":"ack","until":null,"note":"seen","at":"2026-11-16T08:00:00Z","was":null,)"
            R"("week":"this","severity":"warning","impact":"100"})");
  json without = shown.elements()[1];
  without.set("response", json());
  EXPECT_EQ(without.dump(), parse_json(stored).elements()[1].dump());
  EXPECT_EQ(shown.elements()[0].dump(), parse_json(stored).elements()[0].dump());
  EXPECT_EQ(shown.elements()[2].dump(), parse_json(stored).elements()[2].dump());
  EXPECT_EQ(overlay(list(shown), ack).dump(), shown.dump()) << "nothing the next time";
  EXPECT_EQ(response(overlay(stored, R"({"c":{"status":"done"}})"), "status", 2), "done");
}

TEST(overlay, merging_says_the_same) {
  const std::string fresh = document(issue("a") + "," + issue("b", "critical"));
  known of{.previous = "[" + issue("a") + "," + issue("b") + "]",
           .previous_responses = R"({"a":{"status":"dismissed"},"b":{"status":"ack"}})"};
  of.stored = list(merge(fresh, of));
  for (const char *answers :
       {"{}", R"({"a":{"status":"ack"}})", R"({"b":{"status":"ack"}})", R"({"b":{"status":"done","note":"x"}})",
        R"({"a":{"status":"snoozed_until","until":"2026-11-15"},"b":{"status":"snoozed_until","until":"2026-11-20"}})",
        R"({"a":{"status":"dismissed"}})", "{}"}) {
    of.responses = answers;
    const std::string shown = list(overlay(of.stored, answers, "2026-11-16", of));
    EXPECT_EQ(shown, list(merge(fresh, of))) << answers;
    of.stored = shown;
    EXPECT_EQ(list(merge(fresh, of)), shown) << answers;
  }
}

TEST(overlay, what_was_answered_the_week_before_stays) {
  const json stored = merge(document(issue("a")), {.previous = "[" + issue("a") + "]",
                                                   .previous_responses = R"({"a":{"status":"ack","note":"n"}})"});
  ASSERT_EQ(response(stored, "week"), "previous");
  EXPECT_EQ(overlay(list(stored), "{}").dump(), stored.dump());
  EXPECT_EQ(response(overlay(list(stored), R"({"a":{"status":"dismissed"}})"), "status"), "dismissed");
}

TEST(overlay, what_was_taken_back_leaves_the_week_before) {
  const known before{.previous = "[" + issue("a") + "]", .previous_responses = R"({"a":{"status":"dismissed"}})"};
  const std::string answered = list(overlay("[" + issue("a") + "]", R"({"a":{"status":"ack"}})"));
  EXPECT_TRUE(overlay(answered, "{}").elements()[0]["response"].is_null());
  EXPECT_TRUE(overlay(answered, "null").elements()[0]["response"].is_null());
  const json back = overlay(answered, "{}", "2026-11-16", before);
  EXPECT_EQ(response(back, "status"), "dismissed");
  EXPECT_EQ(response(back, "week"), "previous");
  EXPECT_EQ(overlay(list(back), "{}").dump(), back.dump());
}

TEST(overlay, a_snooze_is_over_after_its_day) {
  const std::string snoozed = R"({"a":{"status":"snoozed_until","until":"2026-11-16"}})",
                    stored = "[" + issue("a") + "]";
  EXPECT_EQ(response(overlay(stored, snoozed, "2026-11-16"), "until"), "2026-11-16");
  EXPECT_TRUE(overlay(stored, snoozed, "2026-11-17").elements()[0]["response"].is_null());
}

TEST(overlay, what_is_no_list_of_issues_stays) {
  for (const char *issues : {"null", "{}", "7", R"([1,"x",null,{},{"fingerprint":1},{"fingerprint":{}}])",
                             R"([{"fingerprint":"z","response":{"week":1}}])"})
    EXPECT_EQ(overlay(issues, R"({"a":{"status":"ack"}})").dump(), parse_json(issues).dump()) << issues;
  const std::string stored = "[" + issue("a") + "]";
  for (const char *responses : {"null", "[]", "1", R"({"a":{"status":"ACK"}})", R"({"a":"ack"})"})
    EXPECT_EQ(overlay(stored, responses).dump(), parse_json(stored).dump()) << responses;
}

TEST(responses, wordings_add_languages_and_replace_sentences) {
  const json merged = merge(document(issue("a")), {.wordings = R"({"REV_DROP":{
    "en":"{observed} of {baseline}, {delta} ({delta_pct}), {impact}, over {threshold}, {days}",
    "fr":"{expected} {{x}}", "de-AT":"{observed}", "xx":"{nothing}", "yy":null}, "NP_DROP":{"en":"no"}})"});
  EXPECT_EQ(merged.elements()[0]["message"].dump(),
            R"({"en":"€9.00 of €12.01, -€3.01 (-25%), €1.00, over 15%, 1","fr":"– {x}","de-AT":"9,00 €"})");
}

} // namespace

} // namespace responses_test
