// Changes of orders and lines of which something was refunded: no less may be left than that.
#pragma once

#include "postgres/compat.hpp"

namespace upkeep::orders {

// AFTER UPDATE or DELETE on the lines, AFTER UPDATE on the orders, FOR EACH STATEMENT, with their transition tables.
// Throws UK009.
void check_changed_lines(const TriggerData &trigger);
void check_changed_orders(const TriggerData &trigger);

} // namespace upkeep::orders
