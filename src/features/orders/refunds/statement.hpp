// What a statement has written into the refunds, or taken out of them.
#pragma once

#include "features/orders/refunds/refund_plan.hpp"

namespace upkeep::orders {

// AFTER INSERT, with its transition table: no more was refunded than was sold, or 23503 and UK009; what is kept of it
// is written, and stock gets its pieces. Locks the orders in the order of their keys, then the lines.
void settle_new_refunds(const TriggerData &trigger);

// AFTER DELETE, with its transition table: UK003 for one of a locked order that no correction has opened.
void settle_deleted_refunds(const TriggerData &trigger);

} // namespace upkeep::orders
