// A TRUNCATE of refunds.
#pragma once

#include "features/orders/refunds/refund_plan.hpp"

namespace upkeep::orders {

// BEFORE TRUNCATE: UK003 for a table with refunds of a locked order, unless upkeep.empty_tables empties it. What is
// kept of the refunds, and what stock has taken, is as if they had gone already. `truncated`: all tables that the
// command empties.
void settle_truncated_refunds(const TriggerData &trigger, const std::vector<Oid> &truncated);

} // namespace upkeep::orders
