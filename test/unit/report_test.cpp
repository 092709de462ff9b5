#include "core/report/report.hpp"

#include "core/fault.hpp"
#include "core/report/bridge.hpp"
#include "core/report/facts.hpp"
#include "core/report/figures.hpp"
#include "core/report/html/markup.hpp"

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
  EXPECT_TRUE(has(text, "### Critical: Profit fell – Cost ₫3,540,000\n\nProfit fell.\n"));
  EXPECT_TRUE(has(text, "- Your answer: later, from 23 Nov 2026 – later"));
  EXPECT_TRUE(has(text, "## Solved since the week before\n\n- Revenue fell"));
  EXPECT_TRUE(has(text, "- Not checked until something else is solved: Orders became smaller\n"));
}

TEST(report, speaks_the_languages_that_are_built_in) {
  EXPECT_TRUE(has(markdown(losing, "vi"), "| Lợi nhuận ròng         |  1.260.000\u00A0₫ |"));
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
  EXPECT_TRUE(has(text, "Profit en baisse – Cost 3.540.000\u00A0₫\n\nPerdu : 3.540.000\u00A0₫.\n"));
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
  const report_facts facts = read_report_facts(row);
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
  const std::optional<bridge> shown = bridge_of(read_report_facts(row));
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
  EXPECT_EQ(day_of("2000-01-02"), 1);
  for (const std::string_view wrong : {"", "2026-02-30", "2026-1-001", "2026/01/01", "-026-01-01", "2026-01-0x"})
    EXPECT_EQ(day_of(wrong), std::nullopt) << wrong;
}

} // namespace report_test
