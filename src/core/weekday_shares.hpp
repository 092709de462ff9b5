// What share of a week's revenue each weekday has, from complete weeks.
#pragma once

#include "core/weekday_weights.hpp"

#include <span>

namespace upkeep {

// Fewer complete weeks than these do not make a mean.
inline constexpr int fewest_weeks_of_mean = 4;

// The mean share that each weekday has of a week's revenue. A closed weekday has none, whatever was sold on it.
class weekday_shares {
public:
  // Monday is the first.
  explicit weekday_shares(weekday_set closed = 0) : closed(closed) {}

  // A complete week, from Monday; what stands for a closed weekday does not matter. One whose open days are not above
  // zero, or of which one is below it, has no shares and does not count.
  void add_week(std::span<const double, days_per_week> sold) noexcept;
  // Flat over the open weekdays where the weeks are few. Else the sum of the shares, in units of 10^-15.
  weekday_weights weights() const noexcept;

private:
  weekday_weights sums{};
  weekday_set closed;
  int weeks = 0;
};

} // namespace upkeep
