// Orders and lines of which more was refunded than they are worth, as SQL.
#pragma once

#include "features/orders/refunds/order_refunds.hpp"

namespace upkeep::orders {

// Queries for the first of them, or, to be put into another, for `all`: order and line as JSON, what was sold, what was
// refunded, as texts; the key of the order as text. An order alone has the JSON null for a line. A line that is gone,
// or belongs to another order by now, was worth nothing.
pg::fragment overdrawn_lines(const order_refunds &of, Relation refunds, Relation orders, Relation lines,
                             const pg::fragment &condition, bool all = false);
pg::fragment overdrawn_orders(const order_refunds &of, const pg::fragment &condition, bool all = false);

} // namespace upkeep::orders
