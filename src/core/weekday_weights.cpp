#include "core/weekday_weights.hpp"

namespace upkeep {

int128 weight_of(const weekday_weights &weights, const month &calendar, days_of_month days) noexcept {
  int128 sum = 0;
  for (int day = 0; day < calendar.days; ++day)
    if (days >> day & 1)
      sum += weights[index_from_monday(calendar.first + day)];
  return sum;
}

days_of_month days_on(weekday_set weekdays, const month &calendar) noexcept {
  days_of_month days = 0;
  for (int day = 0; day < calendar.days; ++day)
    days |= days_of_month{weekdays >> index_from_monday(calendar.first + day) & 1} << day;
  return days;
}

std::optional<rational> project(const rational &so_far, const weekday_weights &weights, const month &calendar,
                                days_of_month known, days_of_month open) {
  const int128 weight = weight_of(weights, calendar, known & open), all = weight_of(weights, calendar, open);
  if (weight <= 0)
    return std::nullopt;
  // Nothing is to come: exactly so, which the product may not be.
  return weight == all ? so_far : so_far * rational(all, weight);
}

} // namespace upkeep
