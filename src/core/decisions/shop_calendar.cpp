#include "core/decisions/shop_calendar.hpp"

#include <algorithm>

namespace upkeep::decisions {

bool shop_calendar::has_event(day_number day) const {
  return std::ranges::any_of(events, [=](const shop_event &each) { return each.covers(day); });
}

days_of_month shop_calendar::days_of_events(const month &calendar, bool are_outages) const {
  days_of_month days = 0;
  for (int day = 0; day < calendar.days; ++day)
    for (const shop_event &each : events)
      if (each.is_outage == are_outages && each.covers(calendar.first + day))
        days |= days_of_month{1} << day;
  return days;
}

} // namespace upkeep::decisions
