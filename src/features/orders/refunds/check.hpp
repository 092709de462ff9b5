// What upkeep.check_orders and upkeep.check say of refunds.
#pragma once

#include "features/finding_list.hpp"
#include "features/trigger_list.hpp"
#include "postgres/sql/result_set.hpp"

namespace upkeep::orders {

// Adds what is wrong with the refunds of these orders, and with what is kept of them, a row (order_key, finding,
// stored, expected) each; nothing where order_refunds is not enabled for them. Needs an SPI connection; the caller owns
// both tables.
void check_refunds(Relation orders, Relation lines, pg::result_set &result);

// Adds the tables that have lost the triggers which go with those of the refunds, the orders or the lines.
void check_refund_tables(const trigger_list &triggers, finding_list &into);

} // namespace upkeep::orders
