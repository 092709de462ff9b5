// Which columns of the orders their totals keep or are made of.
#pragma once

#include "postgres/relation.hpp"

namespace upkeep::orders {

// The total, the sum of the lines, the currency, and what total_formula reads; none where totals are not enabled. What
// is wrong with the trigger is left to itself.
std::vector<std::string> columns_of_totals(Relation orders);

} // namespace upkeep::orders
