#include "core/diagnostics/facts/week_calendar.hpp"

#include <algorithm>

namespace upkeep::diagnostics {

namespace {

constexpr int festive_days_of_week = 2;

// As the settings say, else as the weeks before show.
weekday_set closed_days_of(const diagnosis_request &request) {
  const day_number first = request.days.week_start;
  if (const std::optional<weekday_set> &set = request.settings.closed_weekdays) {
    weekday_set closed = 0;
    for (int day = 0; day < days_per_week; ++day)
      closed |= (*set >> (weekday_of(first + day) - 1) & 1u) << day;
    return closed;
  }
  std::uint64_t known = 0;
  for (const std::uint64_t each : request.days.known)
    known |= each;
  std::array<weekday_set, this_week> with_rows;
  for (int week = 0; week < this_week; ++week)
    with_rows[static_cast<std::size_t>(week)] = (known >> (week * days_per_week)) & every_weekday;
  return closed_weekdays(with_rows);
}

days_of_weeks *days_of(week_calendar &calendar, event_kind kind) {
  switch (kind) {
  case event_kind::closed:
    return &calendar.off;
  case event_kind::outage:
    return &calendar.outage;
  case event_kind::holiday:
  case event_kind::promotion:
    break;
  }
  return &calendar.festive;
}

} // namespace

weekday_set week_calendar::closed_from_monday(day_number week_start) const noexcept {
  weekday_set result = 0;
  for (int day = 0; day < days_per_week; ++day)
    result |= (closed >> day & 1u) << (weekday_of(week_start + day) - 1);
  return result;
}

bool week_calendar::is_festive(int week) const noexcept {
  return __builtin_popcount(festive[static_cast<std::size_t>(week)]) >= festive_days_of_week;
}

week_calendar calendar_of(const diagnosis_request &request) {
  week_calendar calendar{closed_days_of(request)};
  const std::int64_t first = std::int64_t{request.days.week_start} - this_week * days_per_week;
  for (const shop_event &each : request.settings.events) {
    const std::int64_t from = std::max<std::int64_t>(each.first - first, 0),
                       to = std::min<std::int64_t>(each.last - first, days_kept - 1);
    for (std::int64_t day = from; day <= to; ++day)
      (*days_of(calendar, each.kind))[static_cast<std::size_t>(day / days_per_week)] |= 1u << (day % days_per_week);
  }
  return calendar;
}

} // namespace upkeep::diagnostics
