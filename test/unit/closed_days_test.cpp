#include "core/closed_days.hpp"

#include <gtest/gtest.h>
#include <vector>

namespace closed_days_test {

using namespace upkeep;

namespace {

constexpr weekday_set all = 0x7F, no_sunday = 0x3F, sunday = 0x40;

} // namespace

TEST(closed_days, are_those_that_fewer_than_half_of_the_weeks_have) {
  EXPECT_EQ(closed_weekdays(std::vector<weekday_set>(8, no_sunday)), sunday);
  EXPECT_EQ(closed_weekdays(std::vector<weekday_set>(8, all)), 0u);
  EXPECT_EQ(closed_weekdays(std::vector<weekday_set>{all, no_sunday, no_sunday, no_sunday}), sunday);
  // Half of them is enough to be open.
  EXPECT_EQ(closed_weekdays(std::vector<weekday_set>{all, all, no_sunday, no_sunday}), 0u);
  EXPECT_EQ(closed_weekdays(std::vector<weekday_set>{all, all, no_sunday, no_sunday, no_sunday}), sunday);
  // One weekend a week: Saturday and Sunday alone.
  EXPECT_EQ(closed_weekdays(std::vector<weekday_set>(4, 0x60)), 0x1Fu);
}

TEST(closed_days, need_four_weeks_with_any_row) {
  EXPECT_EQ(closed_weekdays({}), 0u);
  EXPECT_EQ(closed_weekdays(std::vector<weekday_set>(3, no_sunday)), 0u);
  // Weeks without a row say nothing: neither that the shop is new nor that it was closed.
  EXPECT_EQ(closed_weekdays(std::vector<weekday_set>{0, 0, 0, 0, 0, no_sunday, no_sunday, no_sunday}), 0u);
  EXPECT_EQ(closed_weekdays(std::vector<weekday_set>{0, 0, 0, 0, no_sunday, no_sunday, no_sunday, no_sunday}), sunday);
  EXPECT_EQ(closed_weekdays(std::vector<weekday_set>{0, 0, 0, 0, all, all, no_sunday, no_sunday}), 0u);
}

} // namespace closed_days_test
