// What a share of successes may truly be, by Wilson's score.
#pragma once

#include <cstdint>

namespace upkeep::decisions {

// The greatest share that so many successes of so many trials are compatible with, one-sided 95 %; 1 without trials.
double wilson_upper(std::int64_t successes, std::int64_t trials);
// The confidence at which that bound is `share`, 0 < share < 1; 1 where more is asked for than can be.
double wilson_confidence(std::int64_t successes, std::int64_t trials, double share);

} // namespace upkeep::decisions
