// What check_orders reports, by feature.
#pragma once

#include "features/orders/order_link.hpp"
#include "postgres/sql/result_set.hpp"

namespace upkeep::orders {

// Adds a row for each that a query returns: order_key, stored and expected, the last two numeric.
void add_findings(const pg::fragment &query, const std::string &finding, pg::result_set &result);

// Adds the lines of which more was returned than sold, and the return lines whose line is gone; nothing where lines
// name none that they return. Needs an SPI connection and the rights of the owner of the lines.
void check_returns(const order_link &link, Relation lines, pg::result_set &result);

// Adds what is wrong with the stock that the lines of these orders have taken, a row (order_key, finding, stored,
// expected) each; nothing where stock is not enabled on the lines. Needs an SPI connection; the caller owns both
// tables.
void check_stock(Oid orders, Oid order_items, pg::result_set &result);

} // namespace upkeep::orders
