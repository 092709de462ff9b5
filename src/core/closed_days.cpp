#include "core/closed_days.hpp"

#include "core/calendar.hpp"

#include <algorithm>

namespace upkeep {

weekday_set closed_weekdays(std::span<const weekday_set> with_rows) noexcept {
  const auto weeks = std::ranges::count_if(with_rows, [](weekday_set each) { return each != 0; });
  weekday_set closed = 0;
  if (weeks < fewest_weeks_of_habit)
    return closed;
  for (int day = 0; day < days_per_week; ++day) {
    const weekday_set bit = 1u << day;
    if (std::ranges::count_if(with_rows, [=](weekday_set each) { return each & bit; }) * 2 < weeks)
      closed |= bit;
  }
  return closed;
}

} // namespace upkeep
