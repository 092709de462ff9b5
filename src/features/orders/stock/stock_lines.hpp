// Lines and products as arrays, which queries take and return.
#pragma once

#include "features/orders/stock/stock_tables.hpp"
#include "postgres/sql/query.hpp"

#include <span>

namespace upkeep::orders {

// Arrays, as parameters of a query. They live until the SPI connection is closed.
struct stock_lines {
  pg::parameter lines;      // keys of lines
  pg::parameter products;   // for each the key of a product
  pg::parameter quantities; // and how much of it
};

// Runs a statement that sees what is committed now, even if the transaction keeps an older snapshot.
pg::rows execute_latest(const pg::fragment &sql, std::span<const pg::parameter> parameters = {});

// The same for a statement that a trigger runs again and again: its name tells it from the trigger's others, and `make`
// returns its text.
template <class Make>
pg::rows execute_latest(const stock_tables &tables, const std::string &name, std::span<const pg::parameter> parameters,
                        Make &&make) {
  return tables.statements ? tables.statements->execute(name, parameters, make) : execute_latest(make(), parameters);
}

// The arrays in the only row of a query: from `column` on, of texts, texts and numbers.
pg::parameter array_in(const pg::rows &found, int column, Oid element);

// NULL, for such an array.
pg::parameter no_array(Oid element);

} // namespace upkeep::orders
