// The side of the orders: a total that somebody else writes is overwritten.
#pragma once

#include "postgres/compat.hpp"

namespace upkeep::orders {

// The row that an INSERT or UPDATE is about to write.
inline HeapTuple row_written(const TriggerData &trigger) {
  return TRIGGER_FIRED_BY_UPDATE(trigger.tg_event) ? trigger.tg_newtuple : trigger.tg_trigtuple;
}

// The same with the total that is right.
HeapTuple keep_total(FunctionCallInfo fcinfo, const TriggerData &trigger);

} // namespace upkeep::orders
