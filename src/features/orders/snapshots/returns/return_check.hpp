// No line is returned more often than it was sold.
#pragma once

#include "postgres/trigger.hpp"

namespace upkeep::orders {

// AFTER INSERT, UPDATE or DELETE, FOR EACH STATEMENT, with transition tables, on lines that name those that they
// return: what the rows of the statement return together, and what is left of a line of which something was returned.
// Throws UK009, and 23503 for another currency and a line that is gone.
void check_returns(TriggerData &trigger);

} // namespace upkeep::orders
