// How a shop's month goes on, by what its weekdays brought of late.
#pragma once

#include "core/decisions/pacing.hpp"
#include "core/decisions/shop_calendar.hpp"

namespace upkeep::decisions {

// The first day of the weeks before today's that the weekdays' weights come from.
day_number first_day_of_weights(day_number today, const shop_calendar &shop);

class shop_pace {
public:
  // `revenue`: of the days before today, of the month that `in_month` is in and from first_day_of_weights on; others do
  // no harm.
  shop_pace(const shop_calendar &shop, day_number in_month, day_number today, std::span<const recorded_day> revenue);

  // Of revenue or of profit. Throws as pace_to_goal.
  goal_pace towards(const optional_number &target, std::span<const recorded_day> recorded) const;

private:
  pace_request request;
};

} // namespace upkeep::decisions
