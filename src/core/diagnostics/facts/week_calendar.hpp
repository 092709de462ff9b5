// On which days of the nine weeks a shop was open, and what else its calendar says of them.
#pragma once

#include "core/closed_days.hpp"
#include "core/diagnostics/diagnosis_request.hpp"

#include <array>

namespace upkeep::diagnostics {

using days_of_weeks = std::array<weekday_set, weeks_kept>;

// Sets of weekdays begin with the week's first day.
struct week_calendar {
  weekday_set closed = 0;  // weekdays on which the shop is never open
  days_of_weeks off{};     // days that an event closed
  days_of_weeks outage{};  // days without figures to trust
  days_of_weeks festive{}; // holidays and promotions

  // The days of a week whose figures are nothing to compare.
  weekday_set set_apart(int week) const noexcept {
    const auto at = static_cast<std::size_t>(week);
    return closed | off[at] | outage[at];
  }
  // The closed weekdays, Monday first.
  weekday_set closed_from_monday(day_number week_start) const noexcept;
  // Whether so many days of a week are holidays and promotions that it is like no other.
  bool is_festive(int week) const noexcept;
};

week_calendar calendar_of(const diagnosis_request &request);

} // namespace upkeep::diagnostics
