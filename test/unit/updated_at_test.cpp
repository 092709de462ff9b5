#include "core/updated_at.hpp"

#include <gtest/gtest.h>

namespace updated_at_test {

using namespace upkeep;

TEST(tick_of, follows_the_precision) {
  EXPECT_EQ(tick_of(6), 1);
  EXPECT_EQ(tick_of(3), 1000);
  EXPECT_EQ(tick_of(0), 1000000);
}

TEST(round_to, rounds_halves_away_from_zero) {
  EXPECT_EQ(round_to(1499, 1000), 1000);
  EXPECT_EQ(round_to(1500, 1000), 2000);
  EXPECT_EQ(round_to(-1499, 1000), -1000);
  EXPECT_EQ(round_to(-1500, 1000), -2000);
  EXPECT_EQ(round_to(123, 1), 123);
}

TEST(round_to, leaves_the_infinities) {
  EXPECT_EQ(round_to(plus_infinity, 1000), plus_infinity);
  EXPECT_EQ(round_to(minus_infinity, 1000), minus_infinity);
}

TEST(next_stamp, is_the_clock_where_the_old_stamp_is_older) {
  EXPECT_EQ(next_stamp(5000, 4999, 1), 5000);
  EXPECT_EQ(next_stamp(5000, -700, 1000), 5000);
}

TEST(next_stamp, moves_one_tick_where_the_clock_stands_still_or_is_behind) {
  EXPECT_EQ(next_stamp(5000, 5000, 1), 5001);
  EXPECT_EQ(next_stamp(5000, 9000, 1), 9001);
  EXPECT_EQ(next_stamp(5000, 5000, 1000), 6000);
  EXPECT_EQ(next_stamp(5000000, 5000000, 1000000), 6000000);
}

TEST(next_stamp, follows_an_old_stamp_of_finer_precision_on_the_grid) {
  EXPECT_EQ(next_stamp(5000, 5400, 1000), 6000);
  EXPECT_EQ(next_stamp(5000, 5600, 1000), 7000);
  EXPECT_EQ(next_stamp(-9000, -5400, 1000), -4000);
}

TEST(next_stamp, follows_one_hour_ahead_and_no_more) {
  EXPECT_EQ(next_stamp(0, one_hour, 1), one_hour + 1);
  EXPECT_EQ(next_stamp(0, one_hour + 1, 1), 0);
}

TEST(next_stamp, does_not_follow_the_infinities) {
  EXPECT_EQ(next_stamp(5000, plus_infinity, 1), 5000);
  EXPECT_EQ(next_stamp(5000, minus_infinity, 1), 5000);
}

TEST(next_version, ends_where_the_column_ends) {
  EXPECT_EQ(next_version(4, INT32_MAX), 5);
  EXPECT_EQ(next_version(INT16_MAX, INT16_MAX), std::nullopt);
  EXPECT_EQ(next_version(INT32_MAX, INT32_MAX), std::nullopt);
  EXPECT_EQ(next_version(INT32_MAX, INT64_MAX), INT64_C(2147483648));
  EXPECT_EQ(next_version(INT64_MAX, INT64_MAX), std::nullopt);
}

TEST(version_follows, allows_the_version_read_and_the_next) {
  EXPECT_TRUE(version_follows(4, 4));
  EXPECT_TRUE(version_follows(4, 5));
  EXPECT_FALSE(version_follows(4, 3));
  EXPECT_FALSE(version_follows(4, 6));
  EXPECT_TRUE(version_follows(INT64_MAX, INT64_MAX));
  EXPECT_FALSE(version_follows(INT64_MAX, INT64_MIN));
}

} // namespace updated_at_test
