// Which days a shop is open on, as its settings and its events say.
#pragma once

#include "core/weekday_weights.hpp"

#include <optional>
#include <vector>

namespace upkeep::decisions {

// Days on which nothing is expected, or, of an outage, whose records do not count.
struct shop_event {
  day_number first, last;
  bool is_outage;

  bool covers(day_number day) const { return first <= day && day <= last; }
};

struct shop_calendar {
  int first_weekday = 1;
  std::optional<weekday_set> closed_weekdays; // from Monday; nullopt where the shop has set none
  std::vector<shop_event> events;

  bool has_event(day_number day) const;
  days_of_month days_of_events(const month &calendar, bool are_outages) const;
};

} // namespace upkeep::decisions
