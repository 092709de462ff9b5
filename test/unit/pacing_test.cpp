#include "core/decisions/pacing.hpp"
#include "core/decisions/shop_pace.hpp"
#include "core/text/json_tree.hpp"
#include "core/weekday_shares.hpp"

#include <cmath>
#include <fmt/format.h>
#include <gtest/gtest.h>

namespace pacing_test {

using namespace upkeep;
using namespace upkeep::decisions;

namespace {

// 1 November 2026, a Sunday.
constexpr day_number first = 9801;
constexpr weekday_weights busy_weekends{2, 2, 2, 2, 2, 4, 3};

// A record for each of the first days but one, with the same total.
std::vector<recorded_day> records(int days, const char *each, int but = -1) {
  std::vector<recorded_day> result;
  for (int day = 0; day < days; ++day)
    if (day + 1 != but)
      result.push_back({first + day, numeric_input::of(each)});
  return result;
}

goal_pace pace(const std::vector<recorded_day> &recorded, day_number today, const char *target = "100000000",
               const weekday_weights &weights = busy_weekends) {
  return pace_to_goal(
      {weights, month_of(first), today, recorded, target ? std::optional(numeric_input::of(target)) : std::nullopt});
}

std::string shown(const goal_pace &found) {
  return fmt::format("{} so far, {} projected, {} missing", *found.amount_text(found.so_far),
                     found.amount_text(found.projected).value_or("NULL"), found.days_missing);
}

std::string required(const goal_pace &found) {
  json_tree into;
  write_required(found, into);
  return into.take().dump();
}

} // namespace

TEST(pacing, has_the_golden_figures) {
  ASSERT_EQ(date_text(first), "2026-11-01");
  const goal_pace found = pace(records(8, "3375000"), first + 8);
  EXPECT_EQ(shown(found), "27000000 so far, 98550000 projected, 0 missing");
  EXPECT_EQ(found.pace_text(), "0.985500");
  EXPECT_EQ(found.required.size(), 22u);
  EXPECT_EQ(required(found).substr(0, 43), R"({"2026-11-09":2754717,"2026-11-10":2754717,)");
  EXPECT_NE(required(found).find(R"("2026-11-14":5509434,)"), std::string::npos);
  // What a calculation by days alone says: on track.
  EXPECT_EQ(shown(pace(records(8, "3375000"), first + 8, "100000000", {1, 1, 1, 1, 1, 1, 1})),
            "27000000 so far, 101250000 projected, 0 missing");
}

TEST(pacing, leaves_a_missing_day_out_of_the_known_sum_only) {
  std::vector<recorded_day> recorded = records(8, "3000000", 5);
  recorded[0].amount = numeric_input::of("6000000");
  const goal_pace found = pace(recorded, first + 8);
  EXPECT_EQ(shown(found), "24000000 so far, 97333333 projected, 1 missing");
  EXPECT_EQ(found.pace_text(), "0.973333");
}

TEST(pacing, counts_complete_days_only) {
  // Today and later, and the month before, are not known.
  std::vector<recorded_day> recorded = records(30, "1000");
  recorded.push_back({first - 1, numeric_input::of("5000")});
  recorded.push_back({first + 31, numeric_input::of("5000")});
  EXPECT_EQ(shown(pace(recorded, first + 2)), "2000 so far, 29200 projected, 0 missing");
  EXPECT_EQ(shown(pace(recorded, first)), "0 so far, NULL projected, 0 missing");
}

TEST(pacing, knows_months_that_are_over_or_to_come) {
  const goal_pace over = pace(records(30, "1000"), first + 400);
  EXPECT_EQ(shown(over), "30000 so far, 30000 projected, 0 missing");
  EXPECT_EQ(required(over), "{}");
  const goal_pace future = pace({}, first - 400, "36500");
  EXPECT_EQ(shown(future), "0 so far, NULL projected, 0 missing");
  EXPECT_EQ(future.required.size(), 30u);
  EXPECT_EQ(required(future).substr(0, 19), R"({"2026-11-01":1500,)");
  EXPECT_EQ(future.pace, std::nullopt);
  EXPECT_EQ(pace({}, INT32_MAX).days_missing, 30);
  EXPECT_EQ(pace({}, INT32_MIN).days_missing, 0);
}

TEST(pacing, asks_for_nothing_where_the_target_is_reached) {
  EXPECT_EQ(required(pace(records(29, "1000"), first + 29, "29000")), R"({"2026-11-30":0})");
  EXPECT_EQ(required(pace(records(29, "1000"), first + 29, "7")), R"({"2026-11-30":0})");
}

TEST(pacing, has_no_pace_without_a_target) {
  for (const char *target : {"0", "-5", static_cast<const char *>(nullptr)}) {
    const goal_pace found = pace(records(8, "1000"), first + 8, target);
    EXPECT_EQ(found.pace, std::nullopt);
    EXPECT_TRUE(found.projected);
  }
  EXPECT_EQ(required(pace(records(8, "1000"), first + 8, nullptr)), "{}");
}

TEST(pacing, takes_losses) {
  const goal_pace found = pace(records(29, "-1000"), first + 29, "1000");
  EXPECT_EQ(shown(found), "-29000 so far, -29817 projected, 0 missing");
  EXPECT_EQ(required(found), R"({"2026-11-30":30000})");
  EXPECT_EQ(found.pace_text(), "-29.816901");
}

TEST(pacing, takes_weekdays_that_weigh_nothing) {
  const weekday_weights saturdays{0, 0, 0, 0, 0, 1, 0};
  // A Sunday is known, which says nothing of the month.
  EXPECT_EQ(shown(pace(records(1, "1000"), first + 1, "100", saturdays)), "1000 so far, NULL projected, 0 missing");
  // Sunday and Monday remain, which weigh nothing: evenly.
  EXPECT_EQ(required(pace(records(28, "0"), first + 28, "100", saturdays)), R"({"2026-11-29":50,"2026-11-30":50})");
  EXPECT_EQ(pace(records(8, "1"), first + 8, "100", {}).projected, std::nullopt);
}

TEST(pacing, expects_nothing_of_closed_days) {
  // Monday to Saturday alike, no Sundays: 1, 8, 15, 22 and 29 November.
  const weekday_weights no_sundays{1, 1, 1, 1, 1, 1, 0};
  const days_of_month sundays = days_on(1u << 6, month_of(first));
  EXPECT_EQ(sundays, 1u | 1u << 7 | 1u << 14 | 1u << 21 | 1u << 28);
  std::vector<recorded_day> recorded;
  for (int day = 0; day < 21; ++day)
    if (!(sundays >> day & 1))
      recorded.push_back({first + day, numeric_input::of("10000")});
  const auto pace_of = [&](days_of_month lost = 0) {
    return pace_to_goal(
        {no_sundays, month_of(first), first + 22, recorded, numeric_input::of("280000"), sundays, lost});
  };
  EXPECT_EQ(shown(pace_of()), "180000 so far, 250000 projected, 0 missing");
  EXPECT_EQ(required(pace_of()).substr(0, 42), R"({"2026-11-23":14286,"2026-11-24":14286,"20)");
  EXPECT_EQ(required(pace_of()).find("2026-11-29"), std::string::npos);
  EXPECT_EQ(pace_of().required.size(), 7u);
  // One Sunday was opened for once: that comes on top, and of no other Sunday.
  recorded.push_back({first + 14, numeric_input::of("7000")});
  EXPECT_EQ(shown(pace_of()), "187000 so far, 257000 projected, 0 missing");
  // What is lost is missing, whatever is recorded; a closed day is not missed.
  EXPECT_EQ(shown(pace_of(days_of_month{3} << 14)), "170000 so far, 250000 projected, 1 missing");
}

TEST(pacing, asks_nothing_of_a_month_without_open_days) {
  const goal_pace found =
      pace_to_goal({{}, month_of(first), first + 8, {}, numeric_input::of("100"), first_days(max_days_per_month)});
  EXPECT_EQ(shown(found), "0 so far, NULL projected, 0 missing");
  EXPECT_EQ(required(found), "{}");
}

TEST(pacing, adds_up_what_a_day_has_and_rounds_to_the_amounts) {
  std::vector<recorded_day> recorded = records(8, "1.25");
  recorded.push_back({first, numeric_input::of("0.5")});
  EXPECT_EQ(shown(pace(recorded, first + 8)), "10.50 so far, 38.33 projected, 0 missing");
}

TEST(pacing, takes_what_is_no_number_for_no_record) {
  std::vector<recorded_day> recorded = records(8, "1000");
  recorded[2].amount = numeric_input::of("NaN");
  EXPECT_EQ(shown(pace(recorded, first + 8)), "7000 so far, 28389 projected, 1 missing");
}

TEST(pacing, refuses_a_target_that_is_no_number) {
  for (const char *target : {"NaN", "Infinity", "1e20"})
    try {
      pace({}, first, target);
      FAIL() << target;
    } catch (const fault &said) {
      EXPECT_STREQ(said.sqlstate, "22023");
    }
}

TEST(weekday_shares, are_the_mean_shares_of_weeks) {
  weekday_shares shares;
  const std::array<double, 7> even{1, 1, 1, 1, 1, 1, 1}, weekend{0, 0, 0, 0, 0, 6, 2};
  for (int week = 0; week < 3; ++week)
    shares.add_week(weekend);
  EXPECT_EQ(shares.weights(), (weekday_weights{1, 1, 1, 1, 1, 1, 1}));
  shares.add_week(weekend);
  EXPECT_EQ(shares.weights(), (weekday_weights{0, 0, 0, 0, 0, 3000000000000000, 1000000000000000}));
  shares.add_week(even);
  EXPECT_EQ(shares.weights()[0], 142857142857143);
  EXPECT_EQ(shares.weights()[5], 3142857142857143);
}

TEST(weekday_shares, give_a_closed_weekday_nothing) {
  weekday_shares shares(1u << 6);
  EXPECT_EQ(shares.weights(), (weekday_weights{1, 1, 1, 1, 1, 1, 0}));
  for (int week = 0; week < 4; ++week)
    shares.add_week(std::array<double, 7>{1, 1, 0, 0, 0, 2, week == 0 ? 4.0 : std::nan("")});
  EXPECT_EQ(shares.weights(), (weekday_weights{1000000000000000, 1000000000000000, 0, 0, 0, 2000000000000000, 0}));
}

TEST(weekday_shares, leave_out_weeks_that_have_none) {
  weekday_shares shares;
  for (const double day : {0.0, -1.0, std::nan(""), HUGE_VAL}) {
    shares.add_week(std::array<double, 7>{9, 9, 9, day, 9, 9, 9});
    shares.add_week(std::array<double, 7>{day, 0, 0, 0, 0, 0, 0});
  }
  // Only a week with a day of nothing counts.
  EXPECT_EQ(shares.weights()[0], 1);
  shares.add_week(std::array<double, 7>{9, 0, 0, 0, 0, 0, 0});
  shares.add_week(std::array<double, 7>{9, 0, 0, 0, 0, 0, 0});
  shares.add_week(std::array<double, 7>{9, 0, 0, 0, 0, 0, 0});
  EXPECT_EQ(shares.weights()[3], 0);
  EXPECT_EQ(shares.weights()[1], 166666666666667);
}

TEST(pacing, of_a_shop_weighs_its_weekdays_by_the_weeks_before) {
  // Eight weeks that sell on Mondays alone, up to Sunday 1 November, and Monday the 2nd.
  std::vector<recorded_day> mondays;
  for (day_number day = first - 55; day <= first + 1; day += days_per_week)
    mondays.push_back({day, numeric_input::of("700")});
  const shop_calendar always;
  EXPECT_EQ(first_day_of_weights(first + 2, always), first + 1 - 56);
  const goal_pace found = shop_pace(always, first, first + 2, mondays).towards(numeric_input::of("7000"), mondays);
  EXPECT_EQ(shown(found), "700 so far, 3500 projected, 0 missing");
  EXPECT_EQ(required(found), R"({"2026-11-09":1575,"2026-11-16":1575,"2026-11-23":1575,"2026-11-30":1575})");
}

TEST(pacing, of_a_shop_expects_nothing_of_days_that_are_closed) {
  std::vector<recorded_day> mondays;
  for (day_number day = first - 55; day <= first + 1; day += days_per_week)
    mondays.push_back({day, numeric_input::of("700")});
  shop_calendar shop;
  shop.events = {{first + 8, first + 8, false}, {first + 15, first + 15, true}};
  EXPECT_TRUE(shop.has_event(first + 8));
  EXPECT_FALSE(shop.has_event(first + 9));
  EXPECT_EQ(shop.days_of_events(month_of(first), true), days_of_month{1} << 15);
  const goal_pace found = shop_pace(shop, first, first + 2, mondays).towards(std::nullopt, mondays);
  EXPECT_EQ(shown(found), "700 so far, 2800 projected, 0 missing");
}

} // namespace pacing_test
