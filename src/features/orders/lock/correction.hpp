// Corrections: locked orders that the transaction has opened with upkeep.correct_order. Each is a row of
// upkeep.order_corrections, and open while that row is there: until the savepoint before it, or the end.
#pragma once

#include "features/orders/order_link.hpp"

namespace upkeep::orders {

// The keys, as key_argument() has them, of the orders of this table that are open to a role: what the role has opened
// itself is also open to the owners of orders and lines, as whom foreign keys and our own statements run. So a trigger
// asks for the role that writes, before it acts as an owner. Those that history puts back in the same call are open,
// too. Costs a comparison unless the transaction has called upkeep.correct_order.
std::vector<std::string> orders_open_to(const order_link &link, Oid role);

// The same for one order.
bool is_open_to(const order_link &link, const std::string &key, Oid role);

// Opens an order of these, which are no partition, that is there and locked against others. Needs no rights.
void open_order(const order_link &link, const std::string &key, const std::string &reason);

} // namespace upkeep::orders
