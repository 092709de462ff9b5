#include "core/report/report.hpp"

#include "core/fault.hpp"
#include "core/report/bridge.hpp"
#include "core/report/email/email.hpp"
#include "core/report/facts.hpp"
#include "core/report/figures.hpp"
#include "core/report/headline.hpp"
#include "core/report/html/markup.hpp"
#include "core/report/issues.hpp"
#include "core/report/phrase_choice.hpp"
#include "core/report/reading/reading.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

namespace report_test {

using namespace upkeep;
using namespace upkeep::report;

namespace {

// A week of a shop that loses money, and the one before: the golden figures of the bridge.
constexpr std::string_view losing = R"({
  "week_start": "2026-11-09", "state": "closed", "shop_name": "Mai's", "issues": [
    {"code": "NP_DROP", "severity": "critical", "impact": "3540000", "message": {"en": "Profit fell.", "vi": "Giảm."},
     "actions": [{"code": "REVIEW_COSTS", "params": {}}], "drivers": [{"driver": "cvr", "amount": "-2276958"}],
     "baseline_state": "new", "response": {"status": "snoozed_until", "until": "2026-11-23", "note": "later"}},
    {"code": "REV_DROP", "severity": "warning", "impact": null, "baseline_state": "absent"}],
  "rules": {"AOV_DROP": {"status": "INHIBITED", "by": "DATA_MISSING"}, "<b>": {"status": "INHIBITED"}},
  "facts": {"currency": "VND", "unit": "minor", "days_expected": 7, "days_present": 7, "cogs_ratio": 0.48,
    "weeks": {"week_start": ["2026-11-02", "2026-11-09"], "days": [7, 7], "orders": [40, 36], "leads": [400, 480],
      "revenue": ["16000000", "13500000"], "ad_spend": ["4000000", "5760000"], "net_profit": ["4800000", "1260000"]},
    "comparison": {"method": "mean", "weeks": 8,
      "before": {"orders": "320", "revenue": "128000000", "ad_spend": "32000000", "leads": "3200", "cogs": "57600000"},
      "after": {"orders": "36", "revenue": "13500000", "ad_spend": "5760000", "leads": "480", "cogs": "6480000"}}}})";

std::string report_on(std::string_view row, report_format format, std::string language = "en",
                      std::vector<phrase_book::wording> wordings = {}) {
  return weekly_report(parse_json(row), format, phrase_book(std::move(language), std::move(wordings)));
}
std::string markdown(std::string_view row, std::string language = "en") {
  return report_on(row, report_format::markdown, std::move(language));
}
std::string html(std::string_view row, std::string language = "en") {
  return report_on(row, report_format::html, std::move(language));
}

std::string email(std::string_view row, std::string language = "en") {
  return report_on(row, report_format::email, std::move(language));
}

// How often a text has a part.
int times(const std::string &text, std::string_view part) {
  int count = 0;
  for (std::size_t at = 0; (at = text.find(part, at)) != std::string::npos; at += part.size())
    ++count;
  return count;
}

bool has(const std::string &text, std::string_view part) { return text.find(part) != std::string::npos; }

// A row whose every text is `text`.
std::string row_of(std::string_view text) {
  std::string quoted;
  write_json_string(text, quoted);
  std::string row = R"({"week_start": "2026-11-09", "shop_name": $, "week_label": $, "state": $, "issues": [{"code": $,
    "severity": $, "message": {"en": $}, "actions": [{"code": $}], "drivers": [{"driver": $, "amount": "1"}],
    "baseline_state": $, "response": {"status": $, "until": $, "note": $}}],
    "facts": {"currency": $, "invalid": $, "goal": {"month": $, "target": "1", "so_far": "1", "projected": "1"}}})";
  for (std::size_t at; (at = row.find('$')) != std::string::npos;)
    row.replace(at, 1, quoted);
  return row;
}

} // namespace

TEST(report, shows_a_week_beside_the_one_before) {
  const std::string text = markdown(losing);
  EXPECT_TRUE(has(text, "# Weekly report: Mai's\n"));
  EXPECT_TRUE(has(text, "2026-W46 · 9 Nov 2026 – 15 Nov 2026 · Closed week"));
  EXPECT_TRUE(has(text, "| Net profit      |  ₫1,260,000 |  ₫4,800,000 | -73.8% |"));
  EXPECT_TRUE(has(text, "| ROAS            |        2.34 |           4 | -41.4% |"));
  EXPECT_TRUE(has(text, "### Critical: Profit fell – Profit lost ₫3,540,000\n\nProfit fell.\n"));
  EXPECT_TRUE(has(text, "- Your answer: later, from 23 Nov 2026 – later"));
  EXPECT_TRUE(has(text, "## Solved since the week before\n\n- Revenue fell"));
  EXPECT_TRUE(has(text, "- Not checked until something else is solved: Orders became smaller\n"));
}

TEST(report, speaks_the_languages_that_are_built_in) {
  EXPECT_TRUE(has(markdown(losing, "vi"), "| Lợi nhuận ròng              |  1.260.000\u00A0₫ |"));
  EXPECT_TRUE(has(markdown(losing, "vi"), "\n\nGiảm.\n"));
  EXPECT_TRUE(has(markdown(losing, "de"), "09.11.2026 – 15.11.2026 · Abgeschlossene Woche"));
  // The message has no German: English stands in.
  EXPECT_TRUE(has(markdown(losing, "de"), "\n\nProfit fell.\n"));
  EXPECT_TRUE(has(html(losing, "vi"), "<html lang=\"vi\">"));
}

TEST(report, takes_other_wordings_and_other_languages) {
  const std::string text = report_on(losing, report_format::markdown, "fr",
                                     {{"REPORT_TITLE", "Rapport"},
                                      {"NUMBERS_AS", "de"},
                                      {"NP_DROP", "Perdu : {impact}."},
                                      {"NP_DROP_TITLE", "Profit en baisse"},
                                      {"REVIEW_COSTS", "Vérifier les coûts"}});
  EXPECT_TRUE(has(text, "# Rapport: Mai's\n"));
  EXPECT_TRUE(has(text, "Profit en baisse – Profit lost 3.540.000\u00A0₫\n\nPerdu : 3.540.000\u00A0₫.\n"));
  EXPECT_TRUE(has(text, "- [ ] Vérifier les coûts\n"));
  EXPECT_TRUE(has(text, "| Net profit "));
}

TEST(report, goes_without_what_is_missing) {
  EXPECT_EQ(markdown(R"({"week_start": "2026-11-09", "issues": []})"),
            "# Weekly report\n\n2026-W46 · 9 Nov 2026 – 15 Nov 2026\n\n"
            "**Nothing went wrong this week** – None of the checks found a problem.\n");
  EXPECT_TRUE(has(markdown("{}"), "**There is too little data to judge this week**"));
  EXPECT_TRUE(has(markdown(R"({"issues": [{}, null, 7, {"code": "REV_DROP"}]})"), "### Warning: Revenue fell\n"));
  for (const std::string_view broken :
       {R"({"issues": 7, "facts": 7, "rules": 7, "shop_name": 7, "week_start": "2026-02-30"})",
        R"({"facts": {"weeks": {"week_start": [1, null, "x"], "orders": 5, "revenue": {"a": 1}}, "comparison": []}})",
        R"({"facts": {"weeks": {"week_start": ["2026-11-09"]}, "unit": "major", "scale": 1e9, "currency": {}}})",
        R"({"facts": {"comparison": {"weeks": 1,
                      "before": {"orders": "-1", "revenue": "1", "ad_spend": "1", "leads": "1"},
                      "after": {"orders": "1", "revenue": "1", "ad_spend": "1", "leads": "1"}}}})"}) {
    EXPECT_TRUE(has(html(broken), "</html>"));
    EXPECT_TRUE(has(markdown(broken), "# Weekly report"));
  }
}

TEST(report, refuses_what_is_no_row_and_no_format) {
  for (const std::string_view other : {"null", "[]", "7", "\"{}\"", "true"})
    EXPECT_THROW(markdown(other), fault);
  EXPECT_EQ(report_format_of("html"), report_format::html);
  EXPECT_EQ(report_format_of("email"), report_format::email);
  EXPECT_THROW(report_format_of("HTML"), fault);
  EXPECT_THROW(report_format_of(""), fault);
}

TEST(report, keeps_data_as_text) {
  const std::string page = html(row_of("\"><script>alert('1')</script></title></style><!--&lt;"));
  EXPECT_FALSE(has(page, "<script"));
  EXPECT_FALSE(has(page, "alert('"));
  EXPECT_FALSE(has(page, "<!--"));
  EXPECT_TRUE(has(page, "<bdi>&quot;&gt;&lt;script&gt;alert(&#39;1&#39;)&lt;/script&gt;"));
  const std::string text = markdown(row_of("# [a](http://b) | <i> `c`\n- d"));
  EXPECT_TRUE(has(text, "# Weekly report: \\# \\[a\\](http\\://b) \\| \\<i\\> \\`c\\` - d\n"));
  EXPECT_FALSE(has(text, "\n- d"));
}

TEST(report, does_not_compare_weeks_of_different_days) {
  constexpr std::string_view row = R"({"issues": [], "facts": {"currency": "EUR", "weeks": {
      "week_start": ["2026-11-02", "2026-11-09"], "days": [7, 5], "orders": [70, 50], "revenue": ["700", "500"]}}})";
  EXPECT_TRUE(has(markdown(row), "| Orders          |        50 |          70 |        |"));
}

TEST(headline, is_what_profit_lost_and_the_main_cause) {
  EXPECT_TRUE(markdown(losing).starts_with("# Profit was ₫3,540,000 lower than in a usual week. "
                                           "Main cause: fewer of the leads ordered (-₫2,276,958)\n\n"));
  const std::string page = html(losing);
  EXPECT_LT(page.find("<h1>Profit was <b class=\"number wide negative\">₫3,540,000</b>"), page.find("<h2"));
  EXPECT_TRUE(has(page, "<a href=\"#change\">fewer of the leads ordered</a>"));
  EXPECT_TRUE(markdown(losing, "vi")
                  .starts_with("# Lợi nhuận thấp hơn 3.540.000\u00A0₫ so với một tuần bình thường. Nguyên nhân chính: "
                               "tỷ lệ chuyển đổi giảm"));
  EXPECT_TRUE(markdown(losing, "de")
                  .starts_with("# Der Gewinn lag 3.540.000\u00A0₫ unter dem einer üblichen Woche. Hauptursache: "
                               "weniger Leads haben bestellt"));
}

// A fall that the rule has let pass is none, and a week that is compared with none has no loss to tell.
TEST(headline, names_no_loss_where_no_rule_does) {
  const auto said = [](std::string_view rules, std::string_view events) {
    json row = parse_json(losing);
    row.set("issues", json::array());
    row.set("rules", parse_json(rules));
    row.find("facts")->set("events", parse_json(events));
    const std::string text = markdown(row.dump());
    return text.substr(0, text.find('\n'));
  };
  EXPECT_EQ(said(R"({"NP_DROP": {"status": "PASSED"}})", "[]"), "# Profit was about the same as in a usual week");
  EXPECT_EQ(said(R"({"NP_DROP": {"status": "NOT_EVALUATED", "reason": "too_few_orders"}})", "[]"),
            "# Profit was ₫3,540,000 lower than in a usual week");
  EXPECT_EQ(said(R"({"NP_DROP": {"status": "INHIBITED", "by": "event"}, "REV_DROP": {"status": "INHIBITED",
                    "by": "event"}})",
                 R"([{"kind": "holiday", "name": "Tet", "starts_on": "2026-11-10", "ends_on": "2026-11-12"}])"),
            "# A week unlike others: Tet (holiday), 10 Nov 2026 – 12 Nov 2026");
}

// The impact of NP_DROP, else that of NP_NEGATIVE, else what is compared; of revenue where no profit is known.
TEST(headline, has_one_loss_and_adds_nothing_up) {
  const auto said = [](std::string_view row) {
    const std::string text = markdown(row);
    return text.substr(0, text.find('\n'));
  };
  const auto with_issues = [&](std::string_view issues) {
    json row = parse_json(losing);
    row.set("issues", parse_json(issues));
    return said(row.dump());
  };
  constexpr std::string_view loss = R"({"code": "NP_NEGATIVE", "severity": "critical", "impact": "700000"})",
                             drop = R"({"code": "NP_DROP", "severity": "critical", "impact": "3500000"})",
                             gone = R"({"code": "NP_DROP", "impact": "9", "baseline_state": "absent"})";
  EXPECT_EQ(with_issues(fmt::format("[{},{}]", loss, drop)),
            "# Profit was ₫3,500,000 lower than in a usual week. Main cause: fewer of the leads ordered (-₫2,276,958)");
  EXPECT_EQ(with_issues(fmt::format("[{},{}]", gone, loss)),
            "# The week made a loss of ₫700,000. Main cause: fewer of the leads ordered (-₫2,276,958)");
  EXPECT_EQ(with_issues("[]"),
            "# Profit was ₫3,540,000 lower than in a usual week. Main cause: fewer of the leads ordered (-₫2,276,958)");
  json row = parse_json(losing);
  row.set("issues", json::array());
  for (const char *side : {"before", "after"})
    row.find("facts")->find("comparison")->find(side)->set("cogs", json());
  EXPECT_EQ(
      said(row.dump()),
      "# Revenue was ₫2,500,000 lower than in a usual week. Main cause: fewer of the leads ordered (-₫4,258,333)");
  row.find("facts")->find("comparison")->set("method", json::string("previous_week"));
  EXPECT_TRUE(has(said(row.dump()), " lower than in the week before. "));
}

// More leads cost profit where a lead brings less than it costs: what is said of the leads is what they did.
TEST(headline, says_what_the_cause_did_not_what_it_cost) {
  constexpr std::string_view row = R"({"issues": [], "facts": {"currency": "EUR", "comparison": {"method": "mean",
    "weeks": 1, "before": {"orders": "10", "revenue": "1000", "ad_spend": "2000", "leads": "100", "cogs": "0"},
    "after": {"orders": "20", "revenue": "2000", "ad_spend": "4000", "leads": "200", "cogs": "0"}}}})";
  EXPECT_TRUE(markdown(row).starts_with("# Profit was €10.00 lower than in a usual week. Main cause: more leads ("));
}

TEST(report, has_one_baseline) {
  json row = parse_json(losing);
  json *facts = row.find("facts");
  // Five of the week's days are compared: both sides count those.
  facts->find("comparison")->set("days", parse_json("[1, 2, 3, 6, 7]"));
  facts->find("comparison")->find("after")->set("orders", json::string("30"));
  const std::string text = markdown(row.dump());
  EXPECT_TRUE(has(text, "| Orders          |          30 |          40 |   -25% |"));
  EXPECT_TRUE(has(text, "Usual week"));
  EXPECT_FALSE(has(text, "Week before"));
  EXPECT_TRUE(has(text, "Compared on these days only: Mon, Tue, Wed, Sat, Sun"));
  EXPECT_TRUE(has(html(row.dump(), "de"), "Verglichen werden nur diese Tage: Mo, Di, Mi, Sa, So"));
  EXPECT_FALSE(has(markdown(losing), "Compared on"));
}

namespace {

// Six issues: the actions of the first are also those of others.
std::string many_issues() {
  std::string issues;
  for (const char *code : {"NP_DROP", "REV_DROP", "CVR_DROP", "CPL_SPIKE", "AOV_DROP", "PROFIT_STREAK"})
    issues += fmt::format(R"({}{{"code": "{}", "fingerprint": "{}", "severity": "warning", "impact": "5",
                             "actions": [{{"code": "REVIEW_COSTS"}}, {{"code": "MINE_{}"}}]}})",
                          issues.empty() ? "" : ",", code, code, code);
  return fmt::format(R"({{"week_start": "2026-11-09", "issues": [{}])", issues);
}

} // namespace

TEST(issues, are_three_in_full_and_the_rest_is_folded) {
  const std::string page = html(many_issues() + "}");
  const std::size_t fold = page.find("<details id=\"more\"><summary>More issues: 3</summary>");
  EXPECT_LT(page.find("id=\"issue-3\""), fold);
  EXPECT_GT(page.find("id=\"issue-4\""), fold);
  EXPECT_TRUE(has(page, "<a href=\"#issue-1\">") && has(page, "<a href=\"#more\">"));
  EXPECT_EQ(times(page, "Go through the week&#39;s costs"), 1);
  EXPECT_EQ(times(markdown(many_issues() + "}"), "Go through the week's costs"), 1);
  EXPECT_EQ(times(email(many_issues() + "}"), "Go through the week&#39;s costs"), 1);
}

TEST(issues, show_answers_and_what_was_done) {
  const std::string row = many_issues() + R"(, "user_responses": {
      "NP_DROP": {"status": "ack", "note": "seen <it>"}, "REV_DROP": {"status": "dismissed"},
      "CVR_DROP": {"status": "done"}},
    "action_items": [{"fingerprint": "CPL_SPIKE", "action": "MINE_CPL_SPIKE", "status": "verified"},
      {"fingerprint": "AOV_DROP", "action": "MINE_AOV_DROP", "status": "done"}, null, 7, {"fingerprint": "NP_DROP",
      "action": "MINE_NP_DROP", "status": "in_progress"}, {"fingerprint": "NP_DROP", "action": "MINE_PROFIT_STREAK",
      "status": "done"}]})";
  const std::string text = markdown(row);
  EXPECT_TRUE(has(text, "- Your answer: seen – seen \\<it\\>\n"));
  EXPECT_TRUE(has(text, "- [x] MINE\\_CVR\\_DROP\n"));
  EXPECT_TRUE(has(text, "  - [x] MINE\\_AOV\\_DROP\n"));
  EXPECT_TRUE(has(text, "- [x] MINE\\_CPL\\_SPIKE\n"));
  EXPECT_TRUE(has(text, "- [ ] MINE\\_NP\\_DROP\n"));
  EXPECT_TRUE(has(text, "- [ ] MINE\\_PROFIT\\_STREAK\n"));
  // The action is that of an issue that is done, too.
  EXPECT_TRUE(has(text, "- [x] Go through the week's costs"));
  EXPECT_LT(text.find("## Dismissed by you"), text.find("MINE\\_REV\\_DROP"));
  const std::string page = html(row), mail = email(row);
  EXPECT_TRUE(has(page, "<li class=\"done\"><span>☑</span> MINE_CVR_DROP</li>"));
  EXPECT_TRUE(has(page, "<li><span>☐</span> MINE_NP_DROP</li>"));
  EXPECT_GT(page.find("MINE_REV_DROP"), page.find("<details id=\"dismissed\">"));
  EXPECT_TRUE(has(mail, "☑&nbsp; MINE_CVR_DROP") && has(mail, "☐&nbsp; MINE_NP_DROP"));
}

TEST(issues, that_are_all_dismissed_leave_nothing_to_do) {
  const std::string row = R"({"issues": [{"code": "REV_DROP", "fingerprint": "a", "severity": "critical"}],
                              "user_responses": {"a": {"status": "dismissed"}}})";
  EXPECT_TRUE(has(markdown(row), "**Nothing is left to do: you dismissed what was found**"));
}

TEST(issues, say_what_their_impact_is_of) {
  const auto cost = [](std::string_view code, std::string_view kind) {
    const std::string text = markdown(fmt::format(
        R"({{"issues": [{{"code": "{}", "impact": "5", "impact_kind": {}}}], "facts": {{"currency": "EUR"}}}})", code,
        kind));
    const std::size_t at = text.find(" – ", text.find("###"));
    return text.substr(at, text.find('\n', at) - at);
  };
  EXPECT_EQ(cost("CVR_DROP", R"("profit")"), " – Profit lost €0.05");
  EXPECT_EQ(cost("ROAS_BELOW_TARGET", R"("revenue")"), " – Revenue short of target €0.05");
  EXPECT_EQ(cost("AD_RATIO_HIGH", R"("revenue")"), " – Ad spend above the limit €0.05");
  EXPECT_EQ(cost("GOAL_OFF_PACE", R"("goal")"), " – Short of the goal €0.05");
  // Older rows do not say it.
  EXPECT_EQ(cost("GOAL_OFF_PACE", "null"), " – Short of the goal €0.05");
  EXPECT_EQ(cost("ROAS_BELOW_TARGET", "null"), " – Revenue short of target €0.05");
  EXPECT_EQ(cost("NP_DROP", "7"), " – Profit lost €0.05");
}

namespace {

// Fourteen weeks of which two are too many; the last is this week.
json row_with_history(std::string_view links) {
  json row = parse_json(losing), weeks = json::array();
  constexpr std::string_view states[] = {"clear", "warning", "critical", "unknown", "other"};
  for (day_number day = *day_from("2026-08-10"), i = 0; i < 14; ++i, day += days_per_week) {
    json week = json::object();
    week.set("week_start", json::string(date_text(day)));
    week.set("state", json::string(std::string(states[static_cast<std::size_t>(i) % std::size(states)])));
    weeks.add(std::move(week));
  }
  row.find("facts")->set("history", std::move(weeks));
  row.set("links", parse_json(links));
  return row;
}

} // namespace

TEST(history, is_a_strip_of_twelve_weeks_with_links) {
  const std::string row =
      row_with_history(R"json({"2026-11-02": "HTTPS://e.x/?a=1&b=<2>\"'", "2026-10-26": "http://e.x/ü",
    "2026-10-19": "javascript:alert(1)", "2026-10-12": " https://e.x", "2026-10-05": "//e.x", "2026-09-28": 7})json")
          .dump();
  const std::string page = html(row);
  EXPECT_EQ(times(page, "<li class=\"none\"") + times(page, "<li class=\"good\"") +
                times(page.substr(page.find("class=\"strip\"")), "<li class=\"warn\"") +
                times(page.substr(page.find("class=\"strip\"")), "<li class=\"bad\""),
            12);
  EXPECT_TRUE(has(page, "<a href=\"HTTPS://e.x/?a=1&amp;b=%3C2%3E%22%27\" rel=\"noopener noreferrer\""));
  EXPECT_TRUE(has(page, "href=\"http://e.x/%C3%BC\""));
  EXPECT_TRUE(has(page, "aria-label=\"2 Nov 2026: critical\""));
  EXPECT_EQ(times(page, "href=\"http") + times(page, "href=\"HTTP"), 2);
  EXPECT_FALSE(has(page, "javascript"));
  const std::string text = markdown(row), mail = email(row);
  EXPECT_TRUE(has(text, "✕ [2 Nov](HTTPS://e.x/?a=1&b=%3C2%3E%22%27) · ? 9 Nov\n\n✓ no issues"));
  EXPECT_TRUE(has(mail, "<a href=\"http://e.x/%C3%BC\""));
  EXPECT_FALSE(has(text, "javascript") || has(mail, "javascript"));
  EXPECT_FALSE(has(html(losing), "class=\"strip\""));
}

TEST(history, links_to_the_web_alone) {
  for (const std::string_view other : {"", "http://", "https:/e.x", "javascript:alert(1)//http://", "data:text/html,x",
                                       "ftp://e.x", "\thttp://e.x", "httpsx://e.x"})
    EXPECT_EQ(web_address(other), "") << other;
  EXPECT_EQ(web_address("https://e.x/a b(c)[d];e|f\\g`h"), "https://e.x/a%20b%28c%29%5Bd%5D%3Be%7Cf%5Cg%60h");
  EXPECT_EQ(web_address("https://" + std::string(2000, 'a')), "");
}

TEST(report, names_events_and_weeks_that_are_set_aside) {
  json row = parse_json(losing);
  json *facts = row.find("facts");
  facts->set("events", parse_json(R"([{"name": "Tết <b>", "kind": "holiday", "starts_on": "2026-11-09",
    "ends_on": "2026-11-10"}, {"kind": "closed", "starts_on": "2026-11-11", "ends_on": "2026-11-11"}, {"name": ""},
    7])"));
  facts->find("comparison")->set("weeks_set_aside", parse_json(R"([{"week": "2026-10-05", "reason": "outlier"},
    {"week": "2026-10-12", "reason": "event"}, {"week": "x"}])"));
  row.find("rules")->set("CVR_DROP", parse_json(R"({"status": "INHIBITED", "by": "event"})"));
  row.find("rules")->set("CPL_SPIKE", parse_json(R"({"status": "PASSED", "reason": "outcome_unharmed"})"));
  const std::string text = markdown(row.dump()), page = html(row.dump(), "de");
  EXPECT_TRUE(
      has(text, "- Events in this week: Tết \\<b\\> (holiday), 9 Nov 2026 – 10 Nov 2026; closed, 11 Nov 2026\n"));
  EXPECT_TRUE(has(text, "- Weeks left out of the usual week: 5 Oct 2026 (out of the ordinary); "
                        "12 Oct 2026 (holiday or promotion)\n"));
  EXPECT_TRUE(has(text, "- Not compared because of the event: Fewer leads ordered\n"));
  EXPECT_TRUE(has(text, "- Worse than usual, but without a loss: Leads became expensive\n"));
  EXPECT_TRUE(has(text, "- Not checked until something else is solved: Orders became smaller\n"));
  EXPECT_TRUE(has(page, "<bdi>Tết &lt;b&gt; (Feiertag), 09.11.2026 – 10.11.2026</bdi>"));
}

TEST(report, has_values_on_its_axes) {
  const std::string page = html(losing);
  EXPECT_TRUE(has(page, "y=\"11\">₫4,800,000</text>") && has(page, ">0</text>"));
}

TEST(report, knows_the_language_of_the_shop) {
  EXPECT_EQ(language_of(parse_json(R"({"facts": {"language": "vi"}})")), "vi");
  for (const std::string_view other : {"{}", "[]", R"({"facts": {"language": 7}})", R"({"facts": []})"})
    EXPECT_EQ(language_of(parse_json(other)), "");
}

TEST(email, is_of_tables_and_inline_styles) {
  const std::string mail = email(row_with_history(R"({"2026-11-02": "https://e.x/"})").dump());
  for (const std::string_view dropped : {"<script", "<style", "<svg", "<img", "<details", " class=", " id=", "grid",
                                         "flex", "position", "url(", "href=\"#", "<ul", "<p", "@media"})
    EXPECT_FALSE(has(mail, dropped)) << dropped;
  EXPECT_TRUE(has(mail, "<html lang=\"en\">"));
  EXPECT_LT(mail.find("Main cause: fewer of the leads ordered</div>"), mail.find("<table"));
  EXPECT_TRUE(has(mail, "bgcolor=\"#b0261e\""));
}

// A mail is cut off by whom it reaches where it is longer.
TEST(email, is_short_whatever_the_row_has) {
  std::string issues, ads, links;
  const std::string long_text(5'000, '"'), quoted = [&] {
    std::string into;
    write_json_string(long_text, into);
    return into;
  }();
  for (int i = 0; i < 300; ++i)
    issues += fmt::format(R"({}{{"code": "c{}", "fingerprint": "f", "message": {{"en": {}}}, "impact": "1",
                             "actions": [{{"code": "a{}"}}, {{"code": {}}}],
                             "drivers": [{{"driver": {}, "amount": "1"}}],
                             "response": {{"status": {}, "note": {}}}}})",
                          i ? "," : "", i, i < 9 ? quoted : "1", i, i < 9 ? quoted : "1", i < 9 ? quoted : "1", quoted,
                          i < 9 ? quoted : "1");
  json row = row_with_history(R"({"2026-11-02": "https://e.x/"})");
  row.set("issues", parse_json("[" + issues + "]"));
  row.set("shop_name", json::string(long_text));
  row.find("facts")->set("invalid", json::string(long_text));
  const std::string mail = email(row.dump());
  EXPECT_LT(mail.size(), 100'000u);
  EXPECT_TRUE(has(mail, "Shortened for e-mail") && mail.ends_with("</html>\n"));
  std::vector<phrase_book::wording> wordings;
  for (const char *code :
       {"REPORT_TITLE", "MAIN_CAUSE", "WHAT_TO_DO", "YOUR_ANSWER", "IMPACT_PROFIT", "WARNING", "ISSUES", "MORE_ISSUES",
        "HEADLINE_PROFIT_DOWN", "DRIVERS", "LAST_WEEKS", "WEEK_CLEAR", "FOOTER"})
    wordings.push_back({code, long_text});
  EXPECT_LT(report_on(row.dump(), report_format::email, "en", wordings).size(), 100'000u);
  EXPECT_FALSE(has(email(losing), "Shortened"));
}

TEST(markup, escapes_what_begins_a_list) {
  EXPECT_EQ(markdown_escaped("- a"), "\\- a");
  EXPECT_EQ(markdown_escaped("  12. a"), "12\\. a");
  EXPECT_EQ(markdown_escaped("1) a"), "1\\) a");
  EXPECT_EQ(markdown_escaped("=="), "\\==");
  EXPECT_EQ(markdown_escaped("12.5 - 3"), "12\\.5 - 3");
  EXPECT_EQ(markdown_escaped("50% & more"), "50% \\& more");
  EXPECT_EQ(markdown_escaped("www.a.b c@d https://e"), "www\\.a.b c\\@d https\\://e");
}

TEST(markup, takes_no_control_characters) {
  EXPECT_EQ(html_escaped(std::string_view("a\0b\nc\x7F", 6)), "a b c ");
  EXPECT_EQ(html_escaped("a\u202Eb\u2066c\u2069"), "abc");
  EXPECT_EQ(html_escaped("\xE2\x80"), "\xE2\x80");
  EXPECT_EQ(markdown_escaped("\u200E–"), "\u200E–");
}

TEST(bridge, goes_from_the_usual_week_to_this_one) {
  const json row = parse_json(losing);
  const report_facts facts = read_report_facts(row, row["issues"]);
  const std::optional<bridge> shown = bridge_of(facts);
  ASSERT_TRUE(shown && shown->is_profit);
  std::vector<std::string> amounts;
  for (const bridge_step &step : shown->steps)
    amounts.push_back(step.amount);
  EXPECT_EQ(amounts,
            (std::vector<std::string>{"4800000", "575792", "-2276958", "-512959", "-445875", "-880000", "1260000"}));
  EXPECT_DOUBLE_EQ(shown->steps[5].to, 1260000);
}

TEST(bridge, is_of_the_revenue_where_goods_have_no_cost) {
  json row = parse_json(losing);
  json *compared = row.find("facts")->find("comparison");
  for (const char *side : {"before", "after"})
    compared->find(side)->set("cogs", json());
  const std::optional<bridge> shown = bridge_of(read_report_facts(row, row["issues"]));
  ASSERT_TRUE(shown && !shown->is_profit);
  EXPECT_EQ(shown->steps.front().amount, "16000000");
  EXPECT_EQ(shown->steps.back().amount, "13500000");
}

TEST(figures, are_ratios_of_sums) {
  const week_figures week{std::nullopt, 7, "36", "13500000", "5760000", "480", "1260000"};
  EXPECT_EQ(value_of(report_metric::roas, week), "2.3438");
  EXPECT_EQ(value_of(report_metric::cvr, week), "0.0750");
  EXPECT_EQ(value_of(report_metric::aov, week), "375000.000000");
  EXPECT_EQ(value_of(report_metric::cpl, {std::nullopt, 7, "1", "1", "1", "0", "1"}), std::nullopt);
  EXPECT_EQ(value_of(report_metric::orders, week_figures{}), std::nullopt);
}

TEST(figures, are_read_from_numbers_and_strings) {
  EXPECT_EQ(figure_of(json::string("007.50")), "7.5");
  EXPECT_EQ(figure_of(json::number("-1")), "-1");
  for (const char *wrong : {"", "x", "1e9", "NaN", "Infinity", "12345678901234567890123456789012345678901"})
    EXPECT_EQ(figure_of(json::string(wrong)), std::nullopt);
  EXPECT_EQ(figure_of(json::boolean(true)), std::nullopt);
  EXPECT_EQ(units_of("-12.345", 2), int128{-1234});
  EXPECT_EQ(units_of("99999999999999999999999999999999999999", 6), std::nullopt);
}

TEST(day, is_a_date_that_exists) {
  EXPECT_EQ(day_from("2000-01-02"), 1);
  for (const std::string_view wrong : {"", "2026-02-30", "2026-1-001", "2026/01/01", "-026-01-01", "2026-01-0x"})
    EXPECT_EQ(day_from(wrong), std::nullopt) << wrong;
}

namespace {

// Wordings in Danish alone.
struct danish final : wording_source {
  std::vector<phrase_book::wording> wordings_of(const std::string &language) override {
    return language == "da" ? std::vector<phrase_book::wording>{{"REV_DROP_TITLE", "Omsætning"}}
                            : std::vector<phrase_book::wording>{};
  }
  std::vector<std::string> languages() override { return {"da", "en"}; }
};

} // namespace

TEST(choose_phrases, takes_the_language_that_is_asked_for_or_the_shops) {
  danish own;
  const auto of_shop = [&](const char *row, const std::optional<std::string> &asked = std::nullopt) {
    return choose_phrases(parse_json(row), asked, own).tag();
  };
  EXPECT_EQ(of_shop("{}"), "en");
  EXPECT_EQ(of_shop(R"({"facts": {"language": "vi"}})"), "vi");
  EXPECT_EQ(of_shop(R"({"facts": {"language": "da"}})"), "da");
  EXPECT_EQ(of_shop(R"({"facts": {"language": "fr"}})"), "en");
  EXPECT_EQ(of_shop(R"({"facts": {"language": "vi"}})", "de"), "de");
  try {
    of_shop("{}", "fr");
    FAIL();
  } catch (const fault &what) {
    EXPECT_EQ(what.message, "there are no reports in language \"fr\"");
    EXPECT_EQ(what.hint, "Use one of: en, vi, de, da; or add rows of another language to upkeep.wordings.");
  }
}

} // namespace report_test
