// What share of a week's revenue each weekday has, from complete weeks.
#pragma once

#include "core/weekday_weights.hpp"

#include <span>

namespace upkeep {

// Fewer complete weeks than these do not make a mean.
inline constexpr int fewest_weeks_of_mean = 4;

// The mean share that each weekday has of a week's revenue.
class weekday_shares {
public:
  // A complete week, from Monday. One that is not above zero, or has a day below it, has no shares and does not count.
  void add_week(std::span<const double, days_per_week> revenue) noexcept;
  // Flat where the weeks are few. Else the sum of the shares, in units of 10^-15.
  weekday_weights weights() const noexcept;

private:
  weekday_weights sums{};
  int weeks = 0;
};

} // namespace upkeep
