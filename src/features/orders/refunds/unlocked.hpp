// Refunds stay while their orders are locked.
#pragma once

#include "features/orders/refunds/refund_plan.hpp"

namespace upkeep::orders {

// Throws UK003 for the first locked order o that fulfils the condition, except those with keys in `open`. `refused`
// says what cannot be done to its refunds. Nothing while order_lock is paused. Needs an SPI connection and the rights
// of the orders' owner.
void require_unlocked(const refund_plan &plan, const pg::fragment &condition, std::span<const pg::parameter> parameters,
                      const std::vector<std::string> &open, const char *refused, bool may_be_corrected);

} // namespace upkeep::orders
