#include "core/diagnostics/rules/statistics.hpp"

#include <cmath>
#include <gtest/gtest.h>
#include <vector>

namespace statistics_test {

using namespace upkeep;
using namespace upkeep::diagnostics;

namespace {

prediction against(const std::vector<double> &weeks, double observed) {
  const spread past = spread_of(weeks);
  return beyond_prediction(observed, past.mean, past.deviation, static_cast<int>(weeks.size()));
}

// The least distance from 0 that is beyond, for weeks of mean 0 and deviation 1, without the uncertainty of their mean:
// the quantile.
double quantile(int n) {
  double within = 0, beyond = 100;
  for (int i = 0; i < 100; ++i) {
    const double middle = (within + beyond) / 2;
    (beyond_prediction(middle, 0, 1, n).is_beyond ? beyond : within) = middle;
  }
  return beyond / std::sqrt(1 + 1.0 / n);
}

} // namespace

TEST(spread_of, is_mean_and_deviation_of_a_sample) {
  const spread past = spread_of(std::vector<double>{20, 21, 19, 20});
  EXPECT_EQ(past.mean, 20);
  EXPECT_NEAR(past.deviation, std::sqrt(2.0 / 3), 1e-15);
  EXPECT_EQ(spread_of(std::vector<double>{7}).mean, 7);
  EXPECT_EQ(spread_of(std::vector<double>{7}).deviation, 0);
  EXPECT_EQ(spread_of({}).mean, 0);
  EXPECT_EQ(spread_of({}).deviation, 0);
}

TEST(beyond_prediction, tells_a_change_from_noise) {
  EXPECT_FALSE(against({20, 21, 19, 20}, 18).is_beyond);
  EXPECT_TRUE(against({20, 21, 19, 20}, 16).is_beyond);
  EXPECT_TRUE(against({20, 21, 19, 20}, 24).is_beyond);
}

TEST(beyond_prediction, takes_five_percent_of_the_mean_for_the_least_deviation) {
  EXPECT_FALSE(against({20, 20, 20, 20}, 19).is_beyond);
  // 3.558 times that.
  EXPECT_FALSE(against({20, 20, 20, 20}, 16.443).is_beyond);
  EXPECT_TRUE(against({20, 20, 20, 20}, 16.441).is_beyond);
  EXPECT_TRUE(against({-20, -20, -20, -20}, -16.441).is_beyond);
}

TEST(beyond_prediction, has_the_quantiles_of_the_tables) {
  EXPECT_NEAR(quantile(2), 12.7062, 5e-5);
  EXPECT_NEAR(quantile(4), 3.1824, 5e-5);
  EXPECT_NEAR(quantile(8), 2.3646, 5e-5);
  EXPECT_NEAR(quantile(31), 2.0423, 5e-5);
  // Beyond those that are kept.
  EXPECT_NEAR(quantile(64), 1.9983, 5e-5);
  EXPECT_NEAR(quantile(65), 1.9977, 5e-5);
  EXPECT_NEAR(quantile(121), 1.9799, 5e-5);
}

TEST(beyond_prediction, says_how_likely_it_was) {
  const test_result noise = against({20, 21, 19, 20}, 18).test;
  EXPECT_NEAR(noise.statistic, -1.78885, 1e-5);
  EXPECT_NEAR(noise.p, 0.17159, 1e-5);
  const test_result change = against({20, 21, 19, 20}, 16).test;
  EXPECT_NEAR(change.statistic, -3.57771, 1e-5);
  EXPECT_NEAR(change.p, 0.03735, 1e-5);
  EXPECT_EQ(against({20, 21, 19, 20}, 20).test.statistic, 0);
  EXPECT_EQ(against({20, 21, 19, 20}, 20).test.p, 1);
}

TEST(beyond_prediction, is_beyond_where_p_is_below_five_percent) {
  for (int n = 2; n < 80; ++n)
    for (double observed = -20; observed <= 20; observed += 0.37) {
      const prediction found = beyond_prediction(observed, 0, 1, n);
      EXPECT_EQ(found.is_beyond, found.test.p < 0.05) << observed << " of " << n;
    }
}

TEST(beyond_prediction, knows_weeks_without_anything) {
  EXPECT_FALSE(against({0, 0, 0, 0}, 0).is_beyond);
  EXPECT_EQ(against({0, 0, 0, 0}, 0).test.p, 1);
  EXPECT_TRUE(against({0, 0, 0, 0}, 1).is_beyond);
  EXPECT_EQ(against({0, 0, 0, 0}, 1).test.p, 0);
  EXPECT_EQ(against({0, 0, 0, 0}, 1).test.statistic, 1e9);
  EXPECT_EQ(against({0, 0, 0, 0}, -1).test.statistic, -1e9);
}

TEST(beyond_prediction, is_finite_for_whatever_is_finite) {
  const double figures[] = {0, 1e-320, -1e-320, 1e-300, 1, -1, 1e15, -1e15, 1e150, -1e150};
  for (const double observed : figures)
    for (const double mean : figures)
      for (const double deviation : figures)
        for (const int n : {2, 4, 8, 64, 65}) {
          const prediction found = beyond_prediction(observed, mean, std::abs(deviation), n);
          EXPECT_LE(std::abs(found.test.statistic), 1e9);
          EXPECT_TRUE(found.test.p >= 0 && found.test.p <= 1);
          EXPECT_TRUE(!found.is_beyond || observed != mean);
        }
  for (const double a : figures)
    for (const double b : figures)
      EXPECT_TRUE(std::isfinite(spread_of(std::vector<double>{a, b, a}).deviation));
}

TEST(smaller_proportion, compares_conversion_rates) {
  const test_result found = smaller_proportion(40, 400, 36, 480);
  EXPECT_NEAR(found.statistic, -1.31461, 1e-5);
  EXPECT_NEAR(found.p, 0.0943, 5e-5);
}

TEST(smaller_proportion, is_one_sided) {
  EXPECT_LT(smaller_proportion(100, 1000, 60, 1000).p, 0.001);
  EXPECT_GT(smaller_proportion(60, 1000, 100, 1000).p, 0.999);
  EXPECT_DOUBLE_EQ(smaller_proportion(60, 1000, 60, 1000).p, 0.5);
  EXPECT_NEAR(smaller_proportion(60, 1000, 100, 1000).p + smaller_proportion(100, 1000, 60, 1000).p, 1, 1e-15);
}

TEST(smaller_proportion, says_nothing_where_nothing_can_be_compared) {
  const double cases[][4] = {{0, 0, 0, 0}, {0, 0, 1, 2},  {5, 10, 0, 0}, {0, 5, 0, 7},
                             {5, 5, 7, 7}, {50, 5, 7, 7}, {5, 0, 0, 7},  {0, 0, 7, 0}};
  for (const auto &[successes_before, trials_before, successes, trials] : cases) {
    const test_result found = smaller_proportion(successes_before, trials_before, successes, trials);
    EXPECT_EQ(found.statistic, 0);
    EXPECT_EQ(found.p, 1);
  }
}

} // namespace statistics_test
