#include "core/weekday_shares.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace upkeep {

namespace {

constexpr double share_unit = 1e15;

} // namespace

void weekday_shares::add_week(std::span<const double, days_per_week> sold) noexcept {
  std::array<double, days_per_week> revenue;
  for (std::size_t day = 0; day < revenue.size(); ++day)
    revenue[day] = closed >> day & 1 ? 0 : sold[day];
  const double total = std::accumulate(revenue.begin(), revenue.end(), 0.0);
  // Also where a day, and with it the total, is NaN or infinite.
  if (!(total > 0) || std::isinf(total) || std::ranges::any_of(revenue, [](double day) { return day < 0; }))
    return;
  ++weeks;
  for (std::size_t day = 0; day < revenue.size(); ++day)
    sums[day] += std::llround(revenue[day] / total * share_unit);
}

weekday_weights weekday_shares::weights() const noexcept {
  weekday_weights result = sums;
  if (weeks < fewest_weeks_of_mean)
    for (std::size_t day = 0; day < result.size(); ++day)
      result[day] = !(closed >> day & 1);
  return result;
}

} // namespace upkeep
