#include "core/calendar.hpp"

#include <chrono>
#include <fmt/format.h>
#include <gtest/gtest.h>

namespace calendar_test {

using namespace upkeep;

namespace {

using namespace std::chrono_literals;

day_number day_of(std::chrono::year_month_day date) {
  return static_cast<day_number>((std::chrono::sys_days{date} - std::chrono::sys_days{2000y / 1 / 1}).count());
}

constexpr int monday = 1, wednesday = 3, sunday = 7;

bool is_leap(int year) { return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0); }

// A calendar that only counts on, from a Monday, day by day.
struct counted_day {
  int year = 2001, month = 1, day = 1, weekday = monday;

  int days_of_month() const {
    constexpr int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    return days[month - 1] + (month == 2 && is_leap(year));
  }
  void next() {
    weekday = weekday % 7 + 1;
    if (day++ < days_of_month())
      return;
    day = 1;
    if (month++ < 12)
      return;
    month = 1;
    ++year;
  }
};

} // namespace

TEST(week_label, is_the_week_of_iso_8601) {
  EXPECT_EQ(week_label(day_of(2024y / 12 / 30)), "2025-W01");
  EXPECT_EQ(week_label(week_start_of(day_of(2027y / 1 / 1), monday)), "2026-W53");
  EXPECT_EQ(week_label(day_of(2026y / 11 / 9)), "2026-W46");
  EXPECT_EQ(week_label(day_of(2020y / 12 / 28)), "2020-W53");
  EXPECT_EQ(week_label(day_of(2021y / 1 / 4)), "2021-W01");
  EXPECT_EQ(week_label(week_start_of(day_of(2000y / 1 / 1), monday)), "1999-W52");
}

TEST(week_start_of, begins_on_the_weekday_that_is_asked_for) {
  const day_number day = day_of(2026y / 11 / 15);
  EXPECT_EQ(weekday_of(day), sunday);
  EXPECT_EQ(week_start_of(day, sunday), day);
  EXPECT_EQ(week_start_of(day + 6, sunday), day);
  EXPECT_EQ(week_start_of(day + 7, sunday), day + 7);
  EXPECT_EQ(date_text(week_start_of(day, monday)), "2026-11-09");
  EXPECT_EQ(date_text(week_start_of(day, wednesday)), "2026-11-11");
  EXPECT_EQ(week_label(day), "2026-W46");
}

TEST(calendar, agrees_with_one_that_counts_day_by_day) {
  counted_day counted;
  day_number month_start = 0;
  std::string label;
  int week = 0;
  for (day_number day = day_of(2001y / 1 / 1); counted.year < 2802; ++day, counted.next()) {
    const std::string date = fmt::format("{:04}-{:02}-{:02}", counted.year, counted.month, counted.day);
    ASSERT_EQ(date_text(day), date);
    ASSERT_EQ(weekday_of(day), counted.weekday);
    if (counted.day == 1)
      month_start = day;
    ASSERT_EQ(month_of(day).first, month_start);
    ASSERT_EQ(month_of(day).days, counted.days_of_month());
    if (counted.weekday == monday) {
      // The first week of a year is the one with 4 January.
      const bool has_fourth = counted.month == 1 ? counted.day <= 4 : counted.month == 12 && counted.day >= 29;
      week = has_fourth ? 1 : week + 1;
      label = fmt::format("{:04}-W{:02}", week == 1 && counted.month == 12 ? counted.year + 1 : counted.year, week);
      ASSERT_EQ(week_label(day), label) << date;
    }
    ASSERT_EQ(week_label(week_start_of(day, monday)), label) << date;
  }
}

TEST(calendar, counts_days_before_2000_too) {
  EXPECT_EQ(date_text(0), "2000-01-01");
  EXPECT_EQ(date_text(-1), "1999-12-31");
  EXPECT_EQ(date_text(day_of(1900y / 2 / 28) + 1), "1900-03-01");
  EXPECT_EQ(date_text(day_of(1y / 1 / 1)), "0001-01-01");
  EXPECT_EQ(weekday_of(day_of(1y / 1 / 1)), monday);
  EXPECT_EQ(date_text(day_of(9999y / 12 / 31)), "9999-12-31");
  for (day_number day = -1000; day < 1000; ++day)
    for (int first = monday; first <= sunday; ++first) {
      const day_number start = week_start_of(day, first);
      EXPECT_EQ(weekday_of(start), first);
      EXPECT_TRUE(start <= day && day < start + days_per_week);
    }
}

TEST(weekday_from, reads_numbers_and_names) {
  EXPECT_EQ(weekday_from("1"), monday);
  EXPECT_EQ(weekday_from("7"), sunday);
  EXPECT_EQ(weekday_from("0"), sunday);
  EXPECT_EQ(weekday_from("Monday"), monday);
  EXPECT_EQ(weekday_from("wed"), wednesday);
  EXPECT_EQ(weekday_from("SUNDAY"), sunday);
  EXPECT_EQ(weekday_from("sun"), sunday);
  for (const char *name : {"", "8", "-1", "01", "m", "mond", "mondays", "so", " mon", "1.0"})
    EXPECT_EQ(weekday_from(name), std::nullopt) << name;
}

} // namespace calendar_test
