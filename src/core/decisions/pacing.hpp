// How a month goes on towards its goal.
#pragma once

#include "core/decisions/numeric_input.hpp"
#include "core/weekday_weights.hpp"

#include <span>
#include <utility>
#include <vector>

namespace upkeep::decisions {

// What a day brought. One that is not fit is no record; two of one day add up.
struct recorded_day {
  day_number day;
  numeric_input amount;
};

struct pace_request {
  weekday_weights weights;
  month calendar;
  day_number today;                       // the first day that is not complete
  std::span<const recorded_day> recorded; // in any order; days that are not complete or of another month do not count
  optional_number target;                 // nullopt for NULL
  days_of_month closed = 0;               // days on which nothing is expected, whatever the weekday weighs
  days_of_month lost = 0;                 // days whose records do not count: they are missing
};

struct goal_pace {
  int amount_scale = 0;
  rational so_far;                                       // of the complete days that are recorded
  std::optional<rational> projected;                     // the month's sum; nullopt where nothing is known
  std::optional<rational> pace;                          // projected / target, where that is above 0
  std::vector<std::pair<day_number, rational>> required; // of each open day to come, to reach the target
  int days_missing = 0;                                  // complete days, not closed, without a record

  std::optional<std::string> amount_text(const std::optional<rational> &amount) const {
    return rounded_text(amount, amount_scale);
  }
  std::optional<std::string> pace_text() const { return rounded_text(pace, ratio_decimals); }
};

// 22023 for a target that is not a number. A target that is 0 or negative has no pace.
goal_pace pace_to_goal(const pace_request &request);

// {"2026-11-09": 2754717, ...}
void write_required(const goal_pace &pace, json_sink &into);

} // namespace upkeep::decisions
