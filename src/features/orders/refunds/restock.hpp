// The stock that refunds give back to.
#pragma once

#include "features/orders/stock/stock_tables.hpp"
#include "postgres/trigger.hpp"

namespace upkeep::orders {

// The stock of the lines, whose tables are locked and added to those of a plan; nullopt where it is not enabled.
std::optional<stock_tables> stock_of_refunds(Relation lines, std::vector<pg::planned_table> &planned);

// Lines have not taken what refunds that were there before have given back: the stock stays. For the lines with a
// restock_column, once the triggers are there. Needs an SPI connection.
void remember_restocked(Oid lines);

} // namespace upkeep::orders
