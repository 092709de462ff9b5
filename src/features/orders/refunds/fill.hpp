// The amount of a refund that does not say it.
#pragma once

#include "features/orders/refunds/refund_plan.hpp"

namespace upkeep::orders {

// BEFORE INSERT: the row, checked by itself, with the amount that its pieces are worth. Locks order and line where it
// is computed. Throws 23502, 23503, 23514, 22003 and UK009.
HeapTuple with_amount(FunctionCallInfo fcinfo, const TriggerData &trigger);

// BEFORE UPDATE: throws UK005 unless what the refund says stays.
void require_unchanged(const TriggerData &trigger);

// What the two and the statement triggers say.
[[noreturn]] void no_such_order(const refund_plan &plan, const std::string &order);
[[noreturn]] void no_such_line(const refund_plan &plan, const std::string &line, const std::string &order);
[[noreturn]] void order_is_open(const refund_plan &plan, const std::string &order);

// A value as JSON. Needs an SPI connection.
std::string as_json(const pg::parameter &value);

} // namespace upkeep::orders
