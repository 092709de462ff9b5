#include "core/weekday_weights.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace upkeep {

namespace {

constexpr double share_unit = 1e15;

} // namespace

void weekday_shares::add_week(std::span<const double, days_per_week> revenue) noexcept {
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
    result.fill(1);
  return result;
}

int128 weight_of(const weekday_weights &weights, const month &calendar, days_of_month days) noexcept {
  int128 sum = 0;
  for (int day = 0; day < calendar.days; ++day)
    if (days >> day & 1)
      sum += weights[index_from_monday(calendar.first + day)];
  return sum;
}

std::optional<rational> project(const rational &so_far, const weekday_weights &weights, const month &calendar,
                                days_of_month known) {
  const int128 weight = weight_of(weights, calendar, known),
               all = weight_of(weights, calendar, first_days(calendar.days));
  if (weight <= 0)
    return std::nullopt;
  // Nothing is to come: exactly so, which the product may not be.
  return weight == all ? so_far : so_far * rational(all, weight);
}

} // namespace upkeep
