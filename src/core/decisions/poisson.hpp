// How many orders an ad may truly bring, told from how many it brought.
#pragma once

#include <cstdint>

namespace upkeep::decisions {

// The means that so many events are compatible with, one-sided 95 % each: χ²(.05, 2k)/2, 0 where there were none, and
// χ²(.95, 2k + 2)/2.
struct poisson_bounds {
  double lower, upper;
};
// A negative count counts as 0.
poisson_bounds poisson_interval(std::int64_t events);

// The probability of so many events or fewer, where `mean` are to be expected.
double poisson_at_most(std::int64_t events, double mean);

} // namespace upkeep::decisions
