#include "core/rollups/scaled_sum.hpp"

#include <gtest/gtest.h>

#include <random>

namespace scaled_sum_test {

using namespace upkeep::rollups;

namespace {

// The digits after the change of scale; INT64_MAX - 7 stands for a refusal, after which they must be as before.
constexpr std::int64_t refused = INT64_MAX - 7;

std::int64_t rescaled(std::int64_t digits, int from, int to) {
  const std::int64_t before = digits;
  if (rescale(digits, from, to))
    return digits;
  EXPECT_EQ(digits, before);
  return refused;
}

} // namespace

TEST(rescale, rounds_half_away_from_zero) {
  EXPECT_EQ(rescaled(10'005, 3, 2), 1'001);
  EXPECT_EQ(rescaled(-10'005, 3, 2), -1'001);
  EXPECT_EQ(rescaled(10'004, 3, 2), 1'000);
  EXPECT_EQ(rescaled(-10'004, 3, 2), -1'000);
  EXPECT_EQ(rescaled(5, 1, 0), 1);
  EXPECT_EQ(rescaled(-5, 1, 0), -1);
  EXPECT_EQ(rescaled(4, 1, 0), 0);
}

TEST(rescale, goes_before_the_point) {
  EXPECT_EQ(rescaled(150, 0, -2), 2);
  EXPECT_EQ(rescaled(-149, 0, -2), -1);
  EXPECT_EQ(rescaled(2, -2, 0), 200);
}

TEST(rescale, refuses_what_does_not_fit) {
  EXPECT_EQ(rescaled(INT64_MAX, 0, 1), refused);
  EXPECT_EQ(rescaled(INT64_MIN, 0, 1), refused);
  EXPECT_EQ(rescaled(1, 0, 18), 1'000'000'000'000'000'000);
  EXPECT_EQ(rescaled(1, 0, 19), refused);
  EXPECT_EQ(rescaled(10, 0, 18), refused);
  EXPECT_EQ(rescaled(0, 0, 400), 0);
}

TEST(rescale, takes_any_digits_away) {
  EXPECT_EQ(rescaled(5'000'000'000'000'000'000, 19, 0), 1);
  EXPECT_EQ(rescaled(-5'000'000'000'000'000'000, 19, 0), -1);
  EXPECT_EQ(rescaled(4'999'999'999'999'999'999, 19, 0), 0);
  EXPECT_EQ(rescaled(INT64_MAX, 20, 0), 0);
  EXPECT_EQ(rescaled(INT64_MIN, 18, 0), -9);
  EXPECT_EQ(rescaled(INT64_MIN, 0, 0), INT64_MIN);
}

TEST(rescale, is_what_wider_numbers_say) {
  std::mt19937_64 random(21);
  for (int i = 0; i < 200'000; ++i) {
    const auto digits = static_cast<std::int64_t>(random() >> random() % 64) * (i % 2 ? 1 : -1);
    const int places = static_cast<int>(random() % 19);
    __int128 power = 1;
    for (int k = 0; k < places; ++k)
      power *= 10;
    const __int128 half = power / 2, wide = digits;
    ASSERT_EQ(rescaled(digits, places, 0),
              static_cast<std::int64_t>(places == 0 ? wide : (wide + (wide < 0 ? -half : half)) / power));
    const __int128 longer = wide * power;
    ASSERT_EQ(rescaled(digits, 0, places),
              longer > INT64_MAX || longer < INT64_MIN ? refused : static_cast<std::int64_t>(longer));
  }
}

TEST(add, stays_where_the_sum_gets_too_large) {
  std::int64_t sum = INT64_MAX - 1;
  EXPECT_TRUE(add(sum, 1, false));
  EXPECT_FALSE(add(sum, 1, false));
  EXPECT_EQ(sum, INT64_MAX);
  EXPECT_TRUE(add(sum, INT64_MAX, true));
  EXPECT_EQ(sum, 0);
  EXPECT_FALSE(add(sum, INT64_MIN, true));
  EXPECT_TRUE(add(sum, INT64_MIN, false));
  EXPECT_EQ(sum, INT64_MIN);
}

TEST(is_within, compares_with_powers_of_ten) {
  EXPECT_TRUE(is_within(99'999, 2, 3));
  EXPECT_FALSE(is_within(100'000, 2, 3));
  EXPECT_TRUE(is_within(-99'999, 2, 3));
  EXPECT_FALSE(is_within(-100'000, 2, 3));
  EXPECT_TRUE(is_within(0, 0, 1));
  EXPECT_TRUE(is_within(999'999'999'999'999'999, 0, 18));
  EXPECT_TRUE(is_within(999'999'999'999'999'999, 18, 30));
  EXPECT_FALSE(is_within(0, 0, -1));
}

} // namespace scaled_sum_test
