#include "core/decisions/poisson.hpp"
#include "core/decisions/wilson.hpp"

#include <cmath>
#include <gtest/gtest.h>

namespace poisson_test {

using namespace upkeep;
using namespace upkeep::decisions;

TEST(poisson_interval, has_the_golden_bounds) {
  EXPECT_NEAR(450000 / poisson_interval(0).upper, 150214, 0.5);
  EXPECT_NEAR(900000 / poisson_interval(2).upper, 142953, 0.5);
  EXPECT_NEAR(1500000 / poisson_interval(5).upper, 142680, 0.5);
  EXPECT_NEAR(1500000 / poisson_interval(14).lower, 177222, 0.5);
  EXPECT_NEAR(3000000 / poisson_interval(30).lower, 138928, 0.5);
}

TEST(poisson_interval, has_closed_forms_for_no_event_and_one) {
  EXPECT_EQ(poisson_interval(0).lower, 0);
  EXPECT_NEAR(poisson_interval(0).upper, -std::log(0.05), 1e-12);
  EXPECT_NEAR(poisson_interval(1).lower, -std::log(0.95), 1e-12);
}

// P(N <= k | upper) and P(N >= k | lower) are 5 % each: that is what makes the bounds exact.
TEST(poisson_interval, leaves_five_percent_on_each_side) {
  for (const std::int64_t events : {1, 2, 5, 14, 30, 100, 999, 12345, 999998}) {
    const poisson_bounds bounds = poisson_interval(events);
    EXPECT_NEAR(poisson_at_most(events, bounds.upper), 0.05, 1e-9) << events;
    EXPECT_NEAR(1 - poisson_at_most(events - 1, bounds.lower), 0.05, 1e-9) << events;
  }
}

TEST(poisson_interval, goes_on_where_it_approximates) {
  const poisson_bounds exact = poisson_interval(999998), near = poisson_interval(1000001);
  EXPECT_NEAR(near.upper - exact.upper, 3, 0.01);
  EXPECT_NEAR(near.lower - exact.lower, 3, 0.01);
  for (const std::int64_t events : {INT64_C(1000000), INT64_C(2147483647), INT64_MAX}) {
    const poisson_bounds bounds = poisson_interval(events);
    const auto count = static_cast<double>(events);
    EXPECT_LT(bounds.lower, count);
    EXPECT_GT(bounds.upper, count);
    EXPECT_NEAR((bounds.upper - bounds.lower) / std::sqrt(count) / 2, 1.6448536, 0.01) << events;
  }
}

TEST(poisson_interval, takes_a_negative_count_for_none) {
  EXPECT_EQ(poisson_interval(-1).lower, 0);
  EXPECT_EQ(poisson_interval(INT64_MIN).upper, poisson_interval(0).upper);
}

TEST(poisson_at_most, has_the_folk_rules) {
  EXPECT_NEAR(poisson_at_most(0, 2), 0.135, 0.0005);
  EXPECT_NEAR(poisson_at_most(0, 3), 0.050, 0.0005);
  EXPECT_NEAR(poisson_at_most(2, 3), std::exp(-3) * (1 + 3 + 4.5), 1e-12);
}

TEST(poisson_at_most, has_limits) {
  EXPECT_EQ(poisson_at_most(-1, 3), 0);
  EXPECT_EQ(poisson_at_most(0, 0), 1);
  EXPECT_EQ(poisson_at_most(5, -1), 1);
  EXPECT_EQ(poisson_at_most(5, std::nan("")), 1);
  EXPECT_EQ(poisson_at_most(5, HUGE_VAL), 0);
  EXPECT_EQ(poisson_at_most(5, 1e300), 0);
  EXPECT_EQ(poisson_at_most(INT64_MAX, 1e-300), 1);
  EXPECT_NEAR(poisson_at_most(1000000000, 1e9), 0.5, 1e-4);
}

TEST(wilson_upper, is_the_score_bound) {
  // Without successes it is z² / (n + z²).
  const double z_squared = 1.6448536269514722 * 1.6448536269514722;
  EXPECT_NEAR(wilson_upper(0, 40), z_squared / (40 + z_squared), 1e-12);
  EXPECT_NEAR(wilson_upper(5, 100), 0.0992, 0.0001);
  EXPECT_NEAR(wilson_upper(500000000, 1000000000), 0.5, 1e-4);
}

TEST(wilson_upper, has_limits) {
  EXPECT_EQ(wilson_upper(0, 0), 1);
  EXPECT_EQ(wilson_upper(5, 0), 1);
  EXPECT_EQ(wilson_upper(0, -1), 1);
  EXPECT_EQ(wilson_upper(10, 10), 1);
  EXPECT_EQ(wilson_upper(11, 10), 1);
  EXPECT_LT(wilson_upper(-5, 10), 0.3);
  EXPECT_LE(wilson_upper(INT64_MAX, INT64_MAX), 1);
}

TEST(wilson_confidence, is_where_the_bound_meets_the_share) {
  for (const std::int64_t successes : {0, 1, 7, 50})
    EXPECT_NEAR(wilson_confidence(successes, 100, wilson_upper(successes, 100)), 0.95, 1e-9) << successes;
  EXPECT_NEAR(wilson_confidence(10, 100, 0.1), 0.5, 1e-12);
  EXPECT_EQ(wilson_confidence(10, 100, 1), 1);
  EXPECT_EQ(wilson_confidence(10, 100, 7), 1);
  EXPECT_EQ(wilson_confidence(10, 100, 0), 0);
  EXPECT_EQ(wilson_confidence(0, 0, 0.5), 0);
}

} // namespace poisson_test
