#include "core/decisions/shop_pace.hpp"

#include "core/closed_days.hpp"
#include "core/weekday_shares.hpp"

#include <algorithm>
#include <cmath>

namespace upkeep::decisions {

namespace {

// The weeks before today's that the weekdays' weights come from.
constexpr int weeks_of_weights = 8;

// The revenue of those weeks, each in its days from Monday; NAN where there is none.
using week_of_revenue = std::array<double, days_per_week>;
using earlier_weeks = std::array<week_of_revenue, weeks_of_weights>;

earlier_weeks weeks_from(day_number first, std::span<const recorded_day> revenue) {
  earlier_weeks weeks;
  for (week_of_revenue &week : weeks)
    week.fill(NAN);
  for (const recorded_day &each : revenue)
    if (const std::int64_t at = std::int64_t{each.day} - first;
        at >= 0 && at < weeks_of_weights * days_per_week && each.amount.is_fit) {
      double &day = weeks[static_cast<std::size_t>(at / days_per_week)][index_from_monday(each.day)];
      day = (std::isnan(day) ? 0 : day) + each.amount.value;
    }
  return weeks;
}

weekday_set recorded_days(const week_of_revenue &week) {
  weekday_set days = 0;
  for (std::size_t day = 0; day < week.size(); ++day)
    days |= weekday_set{!std::isnan(week[day])} << day;
  return days;
}

weekday_set closed_in(const earlier_weeks &weeks) {
  std::array<weekday_set, weeks_of_weights> recorded;
  std::ranges::transform(weeks, recorded.begin(), recorded_days);
  return closed_weekdays(recorded);
}

// Of the complete ones: those that miss none of the open days.
weekday_weights weights_of(earlier_weeks weeks, day_number first, weekday_set closed, const shop_calendar &shop) {
  for (int day = 0; day < weeks_of_weights * days_per_week; ++day)
    if (shop.has_event(first + day))
      weeks[static_cast<std::size_t>(day / days_per_week)][index_from_monday(first + day)] = NAN;
  weekday_shares shares(closed);
  for (const week_of_revenue &week : weeks)
    if ((recorded_days(week) | closed) == every_weekday)
      shares.add_week(week);
  return shares.weights();
}

} // namespace

day_number first_day_of_weights(day_number today, const shop_calendar &shop) {
  return week_start_of(today, shop.first_weekday) - weeks_of_weights * days_per_week;
}

shop_pace::shop_pace(const shop_calendar &shop, day_number in_month, day_number today,
                     std::span<const recorded_day> revenue) {
  const day_number first = first_day_of_weights(today, shop);
  const earlier_weeks weeks = weeks_from(first, revenue);
  const weekday_set closed = shop.closed_weekdays.value_or(closed_in(weeks));
  const month calendar = month_of(in_month);
  request = {weights_of(weeks, first, closed, shop),
             calendar,
             today,
             {},
             std::nullopt,
             days_on(closed, calendar) | shop.days_of_events(calendar, false),
             shop.days_of_events(calendar, true)};
}

goal_pace shop_pace::towards(const optional_number &target, std::span<const recorded_day> recorded) const {
  pace_request asked = request;
  asked.target = target;
  asked.recorded = recorded;
  return pace_to_goal(asked);
}

} // namespace upkeep::decisions
