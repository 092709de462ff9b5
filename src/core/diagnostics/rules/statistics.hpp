// The few tests that tell a change from the noise of other weeks. For figures up to 10^150 nothing is NaN or infinite.
#pragma once

#include <span>

namespace upkeep::diagnostics {

struct test_result {
  double statistic;
  double p; // two-sided for t, one-sided for z
};

struct spread {
  double mean;
  double deviation; // of a sample; 0 for fewer than two
};
spread spread_of(std::span<const double> values) noexcept;

// Whether `observed` lies beyond what the next of n values would: by Student's t with n - 1 degrees of freedom, where
// the deviation counts as 5 % of the mean at least. n >= 2. `is_beyond` at 97.5 %. Where mean and deviation are 0,
// whatever is not 0 is beyond, with p 0. The statistic is at most 10^9.
struct prediction {
  test_result test;
  bool is_beyond;
};
prediction beyond_prediction(double observed, double mean, double deviation, int n);

// Whether the second of two shares (successes of trials) is smaller, pooled, one-sided. p is 1 where there is nothing
// to compare: no trials, no or only successes, more successes than trials.
test_result smaller_proportion(double successes_before, double trials_before, double successes, double trials) noexcept;

// The probability that of so many trials at least `successes` succeed, where each does with that probability.
double at_least(double successes, double trials, double probability);

} // namespace upkeep::diagnostics
