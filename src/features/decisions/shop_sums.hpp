// What all orders of a row's shop brought of late.
#pragma once

#include "core/decisions/numeric_input.hpp"
#include "features/decisions/decision_plan.hpp"

namespace upkeep::decisions {

struct shop_sums {
  optional_number revenue, orders;
};

// Of the eight weeks of the shop's calendar before the one that the row's decided_on is in; nothing where the row has
// no shop, no such day, or the shop no such records. Reads them as their owner: the role that decides need not see
// them.
shop_sums read_shop_sums(const decision_plan &plan, const TriggerData &trigger);

} // namespace upkeep::decisions
