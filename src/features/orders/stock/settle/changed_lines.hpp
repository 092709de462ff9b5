// The lines that a statement has changed, and what they should have taken, found by indexes.
#pragma once

#include "features/orders/stock/settle/settle.hpp"
#include "features/orders/stock/settle/stock_plan.hpp"

#include <optional>

namespace upkeep::orders {

// What lines_to_settle finds by SQL, with the orders locked before anything is read: so a line that is added cannot
// race the release of its order. nullopt where the indexes do not serve: then nothing has been done that SQL may not
// repeat.
std::optional<settled_lines> changed_lines(const TriggerData &trigger, const stock_plan &plan, bool keeps);

} // namespace upkeep::orders
