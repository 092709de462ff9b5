// Sums of decimals, as long as 64 bits hold them.
#pragma once

#include <cstdint>

namespace upkeep::rollups {

// Makes digits / 10^from the same number as digits / 10^to, rounded half away from zero. A negative scale is zeros
// before the point. False, with the digits as they were, where they get too many.
bool rescale(std::int64_t &digits, int from, int to);

// Adds the value to the sum, or takes it away. False, with the sum as it was, where that gets too large.
inline bool add(std::int64_t &sum, std::int64_t value, bool takes_away) {
  std::int64_t result;
  if (takes_away ? __builtin_sub_overflow(sum, value, &result) : __builtin_add_overflow(sum, value, &result))
    return false;
  sum = result;
  return true;
}

// Whether digits / 10^scale is surely nearer to zero than 10^whole. `digits` has at most 18 digits.
bool is_within(std::int64_t digits, int scale, int whole);

} // namespace upkeep::rollups
