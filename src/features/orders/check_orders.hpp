// What check_orders reports, by feature.
#pragma once

#include "postgres/sql/result_set.hpp"

namespace upkeep::orders {

// Adds what is wrong with the stock that the lines of these orders have taken, a row (order_key, finding, stored,
// expected) each; nothing where stock is not enabled on the lines. Needs an SPI connection; the caller owns both
// tables.
void check_stock(Oid orders, Oid order_items, pg::result_set &result);

} // namespace upkeep::orders
