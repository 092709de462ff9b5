#include "core/decisions/pacing.hpp"

#include <algorithm>

namespace upkeep::decisions {

namespace {

int complete_days(const pace_request &request) {
  return static_cast<int>(
      std::clamp<std::int64_t>(std::int64_t{request.today} - request.calendar.first, 0, request.calendar.days));
}

// The days that are known, of the first so many; their amounts go into the result.
days_of_month add_records(const pace_request &request, int complete, goal_pace &into) {
  days_of_month known = 0;
  for (const recorded_day &each : request.recorded) {
    const std::int64_t day = std::int64_t{each.day} - request.calendar.first;
    if (day < 0 || day >= complete || !each.amount.is_fit)
      continue;
    known |= days_of_month{1} << day;
    into.so_far = into.so_far + each.amount.exactly();
    into.amount_scale = std::max(into.amount_scale, std::min(each.amount.scale, max_decimal_digits));
  }
  return known;
}

// What is still to come, by what the days weigh; evenly, where none of them weighs anything.
void require_rest(const pace_request &request, int complete, goal_pace &into) {
  const days_of_month remaining = first_days(request.calendar.days) & ~first_days(complete);
  const rational missing = std::max(request.target->exactly() - into.so_far, rational(0));
  weekday_weights weights = request.weights;
  if (weight_of(weights, request.calendar, remaining) <= 0)
    weights.fill(1);
  const int128 all = weight_of(weights, request.calendar, remaining);
  for (int day = complete; day < request.calendar.days; ++day) {
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
  const days_of_month known = add_records(request, complete, result);
  result.days_missing = complete - __builtin_popcount(known);
  result.projected = project(result.so_far, request.weights, request.calendar, known);
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
