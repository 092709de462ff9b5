// Which days a shop is open on, as its settings and its events say.
#pragma once

#include "core/weekday_weights.hpp"
#include "features/diagnostics/run/run_table.hpp"

#include <optional>
#include <string>
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

// Reads, as the caller, the tables shop_settings and shop_events beside the records; one that is not there, that the
// caller may not read, or whose shops have other keys is not used. Throws 21000 for two rows of settings, 22023 for
// what is no weekday.
shop_calendar read_shop_calendar(const diagnostics::run_table &records, const std::string &shop);

} // namespace upkeep::decisions
