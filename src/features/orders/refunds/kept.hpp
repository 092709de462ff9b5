// The columns of orders and lines that keep what was refunded: what somebody else writes is overwritten.
#pragma once

#include "postgres/compat.hpp"

namespace upkeep::orders {

// BEFORE INSERT OR UPDATE, FOR EACH ROW: the row with what it had, or, where it is new, with what was refunded of it.
HeapTuple with_refunded(FunctionCallInfo fcinfo, const TriggerData &trigger);

} // namespace upkeep::orders
