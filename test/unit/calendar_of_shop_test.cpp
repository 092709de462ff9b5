// Closed days, events and missing days, and what they do to a diagnosis.
#include "made_shop.hpp"

#include <algorithm>
#include <gtest/gtest.h>

namespace calendar_of_shop_test {

using namespace made_shop;

namespace {

// Eight like weeks and one that has `now`, without rows on the weekdays of `without`, 0 for Monday.
shop without_days(const sums &usual, const sums &now, std::initializer_list<int> without) {
  shop made({});
  made.settings.cogs_ratio = 450'000'000;
  for (int week = 0; week < weeks_kept; ++week)
    for (int day = 0; day < days_per_week; ++day)
      if (std::ranges::find(without, day) == without.end())
        made.add_day(monday + day - (this_week - week) * days_per_week, week == this_week ? now : usual, day);
  return made;
}

constexpr sums usual{420, 42'000'000, 7'000'000, 4'200}, tenth{42, 4'200'000, 7'000'000, 420},
    half{210, 21'000'000, 3'500'000, 2'100};

shop with_weeks(std::initializer_list<double> factors) {
  std::vector<sums> weeks;
  for (const double each : factors)
    weeks.push_back({static_cast<int>(420 * each), static_cast<std::int64_t>(42'000'000 * each), 3'500'000,
                     static_cast<int>(4200 * each)});
  return shop(weeks);
}

std::string set_aside(const shop &made) {
  std::string text;
  const json document = made.diagnose();
  for (const json &each : document["facts"]["comparison"]["weeks_set_aside"].elements())
    text += each["week"].text() + " " + each["reason"].text() + " ";
  return text;
}

} // namespace

TEST(calendar_of_shop, closed_weekdays_are_missing_nowhere) {
  const shop closed = without_days(usual, tenth, {6});
  EXPECT_EQ(closed.says(rule::rev_drop), "FIRED critical");
  EXPECT_EQ(closed.says(rule::data_missing), "PASSED");
  const json facts = closed.diagnose()["facts"];
  EXPECT_EQ(facts["days_expected"].text(), "6");
  EXPECT_EQ(facts["days_present"].text(), "6");
  EXPECT_EQ(facts["missing_days"].elements().size(), 0u);
  ASSERT_EQ(facts["closed_weekdays"].elements().size(), 1u);
  EXPECT_EQ(facts["closed_weekdays"].elements()[0].text(), "7");
  EXPECT_EQ(facts["comparison"]["method"].text(), "mean");
}

TEST(calendar_of_shop, settings_say_when_it_is_closed) {
  shop open = without_days(usual, tenth, {6});
  open.settings.closed_weekdays = 0;
  EXPECT_EQ(open.says(rule::data_missing), "FIRED warning");
  // No week before is complete: the one before is compared, and can warn only.
  EXPECT_EQ(open.says(rule::rev_drop), "FIRED warning");
  shop closed = without_days(usual, tenth, {});
  closed.settings.closed_weekdays = 0x41; // Monday and Sunday
  const json facts = closed.diagnose()["facts"];
  EXPECT_EQ(facts["days_expected"].text(), "5");
  EXPECT_EQ(facts["comparison"]["days"].elements().size(), 5u);
  // What was sold on them is in the week's sums all the same.
  EXPECT_EQ(facts["weeks"]["days"].elements()[8].text(), "7");
}

TEST(calendar_of_shop, fewer_open_days_need_all_of_them) {
  shop made = without_days(usual, tenth, {0, 1, 2, 3});
  EXPECT_EQ(made.says(rule::rev_drop), "FIRED critical");
  shop gap = without_days(usual, tenth, {0, 1, 2, 3});
  gap.settings.events = {{monday + 5, monday + 5, event_kind::outage, ""}};
  EXPECT_EQ(gap.says(rule::rev_drop), "NOT_EVALUATED too_few_days");
}

TEST(calendar_of_shop, a_row_on_a_closed_day_is_compared_with_nothing) {
  shop made = without_days(usual, usual, {6});
  made.add_day(monday + 6, {420, 4'200'000'000, 0, 4200}, 0);
  EXPECT_EQ(made.says(rule::rev_drop), "PASSED");
  const json facts = made.diagnose()["facts"];
  EXPECT_EQ(facts["comparison"]["days"].elements().size(), 6u);
  EXPECT_EQ(facts["weeks"]["days"].elements()[8].text(), "7");
  EXPECT_EQ(facts["days_present"].text(), "6");
}

TEST(calendar_of_shop, an_unusual_week_is_set_aside) {
  const shop doubled = with_weeks({1, 1, 1, 2, 1, 1, 1, 1, 0.5});
  EXPECT_EQ(set_aside(doubled), "2026-10-05 outlier ");
  EXPECT_EQ(doubled.says(rule::rev_drop), "FIRED critical");
  EXPECT_EQ(doubled.says(rule::leads_drop), "FIRED critical");
  EXPECT_EQ(doubled.issue(rule::rev_drop)["baseline"]["n"].text(), "7");
  EXPECT_EQ(doubled.issue(rule::rev_drop)["baseline"]["weeks_set_aside"].elements()[0]["week"].text(), "2026-10-05");
}

TEST(calendar_of_shop, weeks_with_holidays_are_set_aside_first) {
  shop made = with_weeks({1, 1, 1, 1.1, 1, 1, 1, 1, 0.5});
  made.settings.events = {{monday - 35, monday - 34, event_kind::holiday, "Tet"}};
  EXPECT_EQ(set_aside(made), "2026-10-05 event ");
  // One day is not enough.
  made.settings.events = {{monday - 35, monday - 35, event_kind::holiday, "Tet"}};
  EXPECT_EQ(set_aside(made), "");
  // However few remain: then the latest of them is compared.
  made.settings.events = {{monday - 56, monday - 22, event_kind::promotion, ""},
                          {monday - 7, monday - 6, event_kind::promotion, ""}};
  const json compared = made.diagnose()["facts"]["comparison"];
  EXPECT_EQ(compared["method"].text(), "previous_week");
  EXPECT_EQ(made.issue(rule::rev_drop)["baseline"]["weeks"].elements()[0].text(), "2026-10-26");
  made.settings.events = {{monday - 56, monday - 1, event_kind::promotion, ""}};
  EXPECT_EQ(made.says(rule::rev_drop), "NOT_EVALUATED no_baseline");
}

TEST(calendar_of_shop, a_week_with_holidays_is_compared_with_none) {
  shop made = with_weeks({1, 1, 1, 1, 1, 1, 1, 1, 0.1});
  made.settings.events = {{monday + 1, monday + 2, event_kind::holiday, "Tet"}};
  for (std::size_t which = 0; which < rule_count; ++which)
    if (definition_of(static_cast<rule>(which)).basis == rule_basis::trend) {
      EXPECT_EQ(made.says(static_cast<rule>(which)), "INHIBITED event") << code_of(static_cast<rule>(which));
    }
  EXPECT_EQ(made.says(rule::roas_below_break_even), "FIRED critical");
  const json events = made.diagnose()["facts"]["events"];
  ASSERT_EQ(events.elements().size(), 1u);
  EXPECT_EQ(events.elements()[0].dump(),
            R"({"kind":"holiday","name":"Tet","ends_on":"2026-11-11","starts_on":"2026-11-10"})");
  // Of a week that is still open what is to come has not touched it.
  made.today = monday + 2;
  EXPECT_NE(made.says(rule::leads_drop), "INHIBITED event");
}

TEST(calendar_of_shop, closed_and_lost_days_are_explained) {
  shop made = without_days(usual, usual, {});
  made.settings.events = {{monday + 3, monday + 3, event_kind::closed, ""}};
  EXPECT_EQ(made.diagnose()["facts"]["days_expected"].text(), "6");
  EXPECT_EQ(made.says(rule::data_missing), "PASSED");
  EXPECT_EQ(made.diagnose()["facts"]["comparison"]["days"].elements().size(), 6u);
  made.settings.events = {{monday + 3, monday + 4, event_kind::outage, ""}};
  EXPECT_EQ(made.diagnose()["facts"]["days_expected"].text(), "7");
  EXPECT_EQ(made.diagnose()["facts"]["missing_days"].elements().size(), 2u);
  EXPECT_EQ(made.says(rule::data_missing), "PASSED");
  EXPECT_EQ(made.diagnose()["facts"]["comparison"]["days"].elements().size(), 5u);
}

TEST(calendar_of_shop, what_an_event_takes_away_counts_nowhere) {
  // Three days of an outage without one lead, and ads that were paid for.
  const sums lost{0, 0, 70'000'000, 0};
  shop made({});
  made.settings.cogs_ratio = 450'000'000;
  for (int week = 0; week < weeks_kept; ++week)
    for (int day = 0; day < days_per_week; ++day)
      made.add_day(monday + day - (this_week - week) * days_per_week, week == this_week && day < 3 ? lost : usual, day);
  EXPECT_EQ(made.says(rule::spend_no_leads), "FIRED critical");
  for (const event_kind each : {event_kind::outage, event_kind::closed}) {
    made.settings.events = {{monday, monday + 2, each, ""}};
    EXPECT_EQ(made.diagnose()["issues"].elements().size(), 0u);
    EXPECT_EQ(made.diagnose()["facts"]["days_present"].text(), "4");
  }
}

TEST(calendar_of_shop, a_week_that_an_event_took_away_is_stepped_over) {
  shop made = with_weeks({1, 1, 1, 0.1});
  for (std::uint64_t &known : made.days.known)
    known &= ~(std::uint64_t{every_weekday} << (7 * days_per_week));
  EXPECT_EQ(made.says(rule::rev_drop), "NOT_EVALUATED no_baseline");
  for (const event_kind each : {event_kind::holiday, event_kind::closed}) {
    made.settings.events = {{monday - 7, monday - 1, each, "Tet"}};
    EXPECT_EQ(made.says(rule::rev_drop), "FIRED warning");
  }
}

TEST(calendar_of_shop, missing_days_mute_only_what_has_too_few_left) {
  shop made = without_days(usual, half, {});
  for (const int day : {0, 1})
    made.settings.events.push_back({monday + day, monday + day, event_kind::outage, ""});
  EXPECT_EQ(made.says(rule::rev_drop), "FIRED critical");
  EXPECT_EQ(made.issue(rule::rev_drop)["confidence"].text(), "low");
  EXPECT_EQ(made.issue(rule::rev_drop)["evidence"]["days_compared"].elements().size(), 5u);
  made.settings.events.push_back({monday + 2, monday + 3, event_kind::outage, ""});
  EXPECT_EQ(made.says(rule::rev_drop), "NOT_EVALUATED too_few_days");
}

TEST(calendar_of_shop, goals_do_not_count_closed_days) {
  shop zeros = without_days(usual, usual, {}), none = without_days(usual, usual, {6});
  for (int week = 0; week < weeks_kept; ++week)
    for (std::uint64_t &known : none.days.known)
      known &= ~(std::uint64_t{1} << (week * days_per_week + 6));
  none.settings.revenue_target = zeros.settings.revenue_target = std::int64_t{1'000'000'000} * threshold_unit;
  // 36 million in six days, in the 25 days of the month that are not Sundays.
  EXPECT_EQ(none.diagnose()["facts"]["goal"]["projected"].text(), "150000000");
  EXPECT_EQ(zeros.diagnose()["facts"]["goal"]["projected"].text(), "180000000");
  none.settings.events = {{monday - 8, monday + 21, event_kind::closed, ""}};
  EXPECT_EQ(none.says(rule::goal_off_pace), "NOT_EVALUATED no_days");
  none.settings.events = {{monday + 7, monday + 7, event_kind::closed, ""}};
  EXPECT_EQ(none.diagnose()["facts"]["goal"]["projected"].text(), "144000000");
}

TEST(calendar_of_shop, what_a_closed_day_brings_comes_on_top_of_the_month) {
  // November 2026 has 25 days that are no Sundays; 12 of them are known, 6,000,000 each.
  shop made = without_days(usual, usual, {6});
  made.settings.revenue_target = 1'000'000'000'000'000;
  const auto goal = [&](const char *key) { return made.diagnose()["facts"]["goal"][key].text(); };
  EXPECT_EQ(goal("so_far"), "72000000");
  EXPECT_EQ(goal("projected"), "150000000");
  made.add_day(monday + 6, {70, 7'000'000 * 7, 0, 700}, 0);
  EXPECT_EQ(goal("so_far"), "79000000");
  EXPECT_EQ(goal("projected"), "157000000");
  EXPECT_EQ(made.diagnose()["facts"]["goal"]["path"].elements()[29].text(), "157000000");
  // A day of an outage is not known, whatever is recorded.
  made.settings.events = {{monday + 5, monday + 5, event_kind::outage, ""}};
  EXPECT_EQ(goal("so_far"), "73000000");
  EXPECT_EQ(goal("projected"), "157000000");
}

} // namespace calendar_of_shop_test
