#include "core/diagnostics/rules/suspect_days.hpp"

#include "made_shop.hpp"

#include <algorithm>
#include <gtest/gtest.h>

namespace suspect_days_test {

using namespace made_shop;

namespace {

constexpr sums usual{420, 42'000'000, 7'000'000, 4'200};

// Eight like weeks, then one with the days of `now` in place of the usual ones.
shop with_days(std::initializer_list<std::pair<int, sums>> now) {
  shop made({});
  made.settings.cogs_ratio = 450'000'000;
  for (int week = 0; week < weeks_kept; ++week)
    for (int day = 0; day < days_per_week; ++day) {
      const auto *other = std::ranges::find(now, day, &std::pair<int, sums>::first);
      const bool is_other = week == this_week && other != now.end();
      made.add_day(monday + day - (this_week - week) * days_per_week, is_other ? other->second : usual, 6);
    }
  return made;
}

std::string suspects(const shop &made) {
  std::string text;
  const json issue = made.issue(rule::data_suspect);
  for (const json &each : issue["evidence"]["suspect_days"].elements())
    text += each["date"].text() + " " + each["reason"].text() + " ";
  return text;
}

} // namespace

TEST(suspect_days, the_first_reason_holds) {
  const shop made = with_days({{0, {420, -700, 7'000'000, 70}},
                               {1, {0, 4'200'000, 7'000'000, 4'200}},
                               {2, {8'400, 840'000'000, 7'000'000, 4'200}},
                               {3, {420, 42'000, 7'000'000, 4'200}}});
  EXPECT_EQ(suspects(made), "2026-11-09 negative 2026-11-10 revenue_without_orders 2026-11-11 orders_over_leads "
                            "2026-11-12 thousands ");
  EXPECT_EQ(made.issue(rule::data_suspect)["message"]["en"].text(),
            "Some figures can hardly be right. 9 Nov 2026: figures below zero. 10 Nov 2026: revenue without a single "
            "order. 11 Nov 2026: more orders than leads. 12 Nov 2026: the revenue of an order is far from what it "
            "usually is, as if typed in thousands.");
  EXPECT_NE(made.issue(rule::data_suspect)["message"]["de"].text().find("12.11.2026: der Umsatz"), std::string::npos);
  EXPECT_NE(made.issue(rule::data_suspect)["message"]["vi"].text().find("12/11/2026: doanh thu"), std::string::npos);
}

TEST(suspect_days, leads_that_were_not_recorded) {
  const sums none{420, 42'000'000, 7'000'000, 0};
  const shop made = with_days({{1, none}, {2, none}, {3, none}});
  EXPECT_EQ(suspects(made), "2026-11-10 leads_unrecorded 2026-11-11 leads_unrecorded 2026-11-12 leads_unrecorded ");
  const json document = made.diagnose();
  EXPECT_EQ(document["issues"].elements().size(), 1u);
  EXPECT_EQ(made.says(rule::leads_drop), "PASSED");
  EXPECT_EQ(made.says(rule::spend_no_leads), "PASSED");
  // They are missed where orders went with them.
  const sums fewer{100, 10'000'000, 7'000'000, 0};
  EXPECT_EQ(with_days({{1, fewer}, {2, fewer}, {3, fewer}}).says(rule::spend_no_leads), "FIRED critical");
}

// Another day that cannot be right does not hide them.
TEST(suspect_days, leads_that_were_not_recorded_beside_a_day_typed_in_thousands) {
  const sums none{420, 42'000'000, 7'000'000, 0};
  EXPECT_EQ(
      suspects(with_days({{1, none}, {2, none}, {3, none}, {4, {420, 42'000, 7'000'000, 4'200}}})),
      "2026-11-10 leads_unrecorded 2026-11-11 leads_unrecorded 2026-11-12 leads_unrecorded 2026-11-13 thousands ");
}

TEST(suspect_days, a_day_leaves_what_it_distorts) {
  const shop typed = with_days({{2, {420, 42'000, 7'000'000, 4'200}}});
  EXPECT_EQ(suspects(typed), "2026-11-11 thousands ");
  for (const rule each : {rule::np_drop, rule::rev_drop, rule::aov_drop})
    EXPECT_EQ(typed.says(each), "PASSED") << code_of(each);
  EXPECT_EQ(typed.diagnose()["facts"]["comparison"]["days"].elements().size(), 6u);
  const shop negative = with_days({{2, {420, -42'000'000, 7'000'000, 4'200}}});
  for (const rule each : {rule::np_drop, rule::rev_drop, rule::aov_drop, rule::leads_drop, rule::profit_streak})
    EXPECT_EQ(negative.says(each), "PASSED") << code_of(each);
  // All of them: nothing is left to compare.
  const sums thousands{420, 42'000, 7'000'000, 4'200};
  const shop all = with_days(
      {{0, thousands}, {1, thousands}, {2, thousands}, {3, thousands}, {4, thousands}, {5, thousands}, {6, thousands}});
  EXPECT_EQ(all.says(rule::rev_drop), "NOT_EVALUATED too_few_days");
  EXPECT_EQ(all.says(rule::leads_drop), "PASSED");
}

TEST(suspect_days, refunds_explain_revenue_below_zero) {
  shop made = with_days({{2, {420, -700'000, 7'000'000, 4'200}}});
  EXPECT_EQ(suspects(made), "2026-11-11 negative ");
  made.settings.refund_days = {{monday + 2, int128{99'999} * threshold_unit}};
  EXPECT_EQ(suspects(made), "2026-11-11 negative ");
  made.settings.refund_days = {{monday + 2, int128{100'000} * threshold_unit}};
  EXPECT_EQ(suspects(made), "");
  made.settings.refund_days = {{monday + 3, int128{100'000} * threshold_unit}};
  EXPECT_EQ(suspects(made), "2026-11-11 negative ");
}

TEST(suspect_days, names_are_read_again) {
  for (const suspicion each : {suspicion::negative, suspicion::leads_unrecorded, suspicion::revenue_without_orders,
                               suspicion::orders_over_leads, suspicion::thousands})
    EXPECT_EQ(suspicion_from(name_of(each)), each);
  EXPECT_EQ(suspicion_from("none"), std::nullopt);
  EXPECT_EQ(suspicion_from("odd"), std::nullopt);
}

} // namespace suspect_days_test
