#include "core/decisions/pacing.hpp"

#include <algorithm>

namespace upkeep::decisions {

namespace {

int complete_days(const pace_request &request) {
  return static_cast<int>(
      std::clamp<std::int64_t>(std::int64_t{request.today} - request.calendar.first, 0, request.calendar.days));
}

// What the known days brought.
struct known_sums {
  days_of_month days = 0;
  rational open, closed; // a closed day may have been opened for once
};

// Of the first so many days.
known_sums add_up(const pace_request &request, int complete, int &amount_scale) {
  known_sums known;
  for (const recorded_day &each : request.recorded) {
    const std::int64_t day = std::int64_t{each.day} - request.calendar.first;
    if (day < 0 || day >= complete || !each.amount.is_fit || request.lost >> day & 1)
      continue;
    known.days |= days_of_month{1} << day;
    rational &sum = request.closed >> day & 1 ? known.closed : known.open;
    sum = sum + each.amount.exactly();
    amount_scale = std::max(amount_scale, std::min(each.amount.scale, max_decimal_digits));
  }
  return known;
}

// What is still to come, by what the days weigh; evenly, where none of them weighs anything.
void require_rest(const pace_request &request, int complete, goal_pace &into) {
  const days_of_month remaining = first_days(request.calendar.days) & ~first_days(complete) & ~request.closed;
  const rational missing = std::max(request.target->exactly() - into.so_far, rational(0));
  weekday_weights weights = request.weights;
  if (weight_of(weights, request.calendar, remaining) <= 0)
    weights.fill(1);
  const int128 all = weight_of(weights, request.calendar, remaining);
  for (int day = complete; day < request.calendar.days; ++day) {
    if (!(remaining >> day & 1))
      continue;
    const day_number date = request.calendar.first + day;
    into.required.emplace_back(date, missing * rational(weights[index_from_monday(date)], all));
  }
}

} // namespace

goal_pace pace_to_goal(const pace_request &request) {
  check_argument("target", request.target, allowed::any);
  goal_pace result;
  result.amount_scale = scale_of_amounts({&request.target});
  const int complete = complete_days(request);
  const known_sums known = add_up(request, complete, result.amount_scale);
  const days_of_month open = first_days(request.calendar.days) & ~request.closed;
  result.so_far = known.open + known.closed;
  result.days_missing = __builtin_popcount(first_days(complete) & open & ~known.days);
  // What a closed day brought comes once.
  if (const auto projected = project(known.open, request.weights, request.calendar, known.days, open))
    result.projected = *projected + known.closed;
  if (!request.target)
    return result;
  if (result.projected && request.target->value > 0)
    result.pace = *result.projected / request.target->exactly();
  require_rest(request, complete, result);
  return result;
}

void write_required(const goal_pace &pace, json_sink &into) {
  into.begin_object();
  for (const auto &[day, amount] : pace.required)
    write_rounded(date_text(day), std::optional(amount), pace.amount_scale, into);
  into.end_object();
}

} // namespace upkeep::decisions
