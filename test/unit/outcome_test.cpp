// What a fall costs, and whether it is more than chance: drivers, noise, streaks.
#include "made_shop.hpp"

#include <gtest/gtest.h>

namespace outcome_test {

using namespace made_shop;

namespace {

constexpr sums usual{420, 42'000'000, 7'000'000, 4'200};

// Eight like weeks before it.
shop after_usual(const sums &now, const sums &before = usual) {
  std::vector<sums> weeks(this_week, before);
  weeks.push_back(now);
  return shop(weeks);
}

std::int64_t impact(const shop &made, rule which) { return std::stoll(made.issue(which)["impact"].text()); }

shop with_revenues_of(std::initializer_list<int> factors) {
  std::vector<sums> weeks;
  for (const int each : factors)
    weeks.push_back({420, each * 420'000, 4'200'000, 4'200});
  return shop(weeks);
}

} // namespace

TEST(outcome, a_driver_is_no_issue_where_nothing_was_lost) {
  // The best week ever, with smaller orders.
  EXPECT_EQ(after_usual({900, 63'000'000, 7'000'000, 9'000}).says(rule::aov_drop), "PASSED outcome_unharmed");
  // Dearer leads that ordered more.
  EXPECT_EQ(after_usual({420, 42'000'000, 7'000'000, 3'000}).says(rule::cpl_spike), "PASSED outcome_unharmed");
  EXPECT_EQ(after_usual({450, 45'000'000, 7'700'000, 2'800}).says(rule::leads_drop), "PASSED outcome_unharmed");
  // Without the cost of goods it is the revenue that tells.
  shop unset = after_usual({900, 63'000'000, 7'000'000, 9'000});
  unset.settings.cogs_ratio = no_ratio;
  EXPECT_EQ(unset.says(rule::aov_drop), "PASSED outcome_unharmed");
  shop lost = after_usual({420, 30'000'000, 7'000'000, 4'200});
  lost.settings.cogs_ratio = no_ratio;
  EXPECT_EQ(lost.says(rule::aov_drop), "FIRED critical");
  EXPECT_TRUE(lost.issue(rule::aov_drop)["impact"].is_null());
  EXPECT_TRUE(lost.issue(rule::aov_drop)["impact_kind"].is_null());
  EXPECT_EQ(lost.issue(rule::aov_drop)["message"]["en"].text(),
            "The average order was 71,429, against 100,000 in a usual week (-28.6%).");
}

TEST(outcome, no_driver_costs_more_than_the_loss) {
  const shop made = after_usual({150, 12'000'000, 9'000'000, 2'000});
  const std::int64_t loss = impact(made, rule::np_drop);
  int drivers = 0;
  for (const rule each : {rule::cpl_spike, rule::cvr_drop, rule::aov_drop, rule::leads_drop, rule::rev_drop})
    if (made.issue(each).members().size()) {
      ++drivers;
      EXPECT_LE(impact(made, each), loss) << code_of(each);
      EXPECT_EQ(made.issue(each)["impact_kind"].text(), "profit");
    }
  EXPECT_GE(drivers, 3);
}

TEST(outcome, less_revenue_is_no_loss_where_it_left_as_much) {
  const shop made = after_usual({300, 30'000'000, 100'000, 3'000});
  EXPECT_EQ(made.says(rule::rev_drop), "FIRED warning");
  EXPECT_TRUE(made.issue(rule::rev_drop)["impact"].is_null());
  EXPECT_EQ(made.says(rule::np_drop), "PASSED");
}

TEST(outcome, few_orders_are_chance) {
  EXPECT_EQ(after_usual({1, 100'000, 50'000, 50}, {5, 500'000, 50'000, 50}).says(rule::np_drop),
            "NOT_EVALUATED too_few_orders");
  EXPECT_EQ(after_usual({1, 100'000, 50'000, 50}, {5, 500'000, 50'000, 50}).says(rule::profit_streak),
            "NOT_EVALUATED too_few_orders");
  EXPECT_EQ(after_usual({5, 500'000, 50'000, 50}, {7, 700'000, 50'000, 50}).says(rule::rev_drop), "PASSED");
  // At 40 orders a week a fall by a fifth is none, at 420 it is.
  EXPECT_EQ(after_usual({40, 16'000'000, 700'000, 400}, {40, 20'000'000, 700'000, 400}).says(rule::rev_drop), "PASSED");
  const shop many = after_usual({420, 16'000'000, 700'000, 4'200}, {420, 20'000'000, 700'000, 4'200});
  EXPECT_EQ(many.says(rule::rev_drop), "FIRED warning");
  EXPECT_EQ(many.issue(rule::rev_drop)["evidence"]["noise_z"].text(), "3.279024");
  // Between the two bounds it warns only.
  EXPECT_EQ(after_usual({40, 9'000'000, 700'000, 400}, {40, 20'000'000, 700'000, 400}).says(rule::rev_drop),
            "FIRED critical");
  EXPECT_EQ(after_usual({40, 10'500'000, 700'000, 400}, {40, 20'000'000, 700'000, 400}).says(rule::rev_drop),
            "FIRED warning");
}

TEST(outcome, conversion_is_critical_only_where_chance_is_out_of_the_question) {
  EXPECT_EQ(after_usual({25, 2'500'000, 700'000, 400}, {40, 4'000'000, 700'000, 400}).says(rule::cvr_drop),
            "FIRED warning");
  EXPECT_EQ(after_usual({15, 1'500'000, 700'000, 400}, {40, 4'000'000, 700'000, 400}).says(rule::cvr_drop),
            "FIRED critical");
}

TEST(outcome, a_streak_is_a_fall_beyond_noise) {
  EXPECT_EQ(with_revenues_of({100, 103, 97, 102, 98, 103, 102, 101, 100}).says(rule::profit_streak), "PASSED");
  EXPECT_EQ(with_revenues_of({100, 100, 100, 100, 100, 100, 94, 87, 80}).says(rule::profit_streak), "FIRED warning");
  EXPECT_EQ(with_revenues_of({100, 100, 100, 100, 94, 88, 82, 76, 65}).says(rule::profit_streak), "FIRED critical");
}

TEST(outcome, ads_that_have_stopped) {
  const sums none{420, 42'000'000, 0, 4'200};
  EXPECT_EQ(after_usual(none).says(rule::ad_spend_stopped), "FIRED warning");
  EXPECT_EQ(after_usual(none, none).says(rule::ad_spend_stopped), "PASSED");
  EXPECT_EQ(shop({none}).says(rule::ad_spend_stopped), "NOT_EVALUATED no_baseline");
  const json issue = after_usual(none).issue(rule::ad_spend_stopped);
  EXPECT_EQ(issue["evidence"]["dates"].elements().size(), 7u);
  EXPECT_TRUE(issue["impact"].is_null());
  EXPECT_EQ(issue["message"]["en"].text(),
            "Ads have stopped: 7 days in a row without ad spend, on weekdays that usually have some.");
  // Two days, a closed one, and two more are four in a row; a day with spend ends a row.
  shop made({});
  made.settings.closed_weekdays = 0x04; // Wednesday
  for (int week = 0; week < weeks_kept; ++week)
    for (int day = 0; day < days_per_week; ++day)
      made.add_day(monday + day - (this_week - week) * days_per_week, week == this_week && day < 5 ? none : usual, day);
  EXPECT_EQ(made.issue(rule::ad_spend_stopped)["observed"].text(), "4");
}

} // namespace outcome_test
