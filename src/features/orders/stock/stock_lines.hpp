// Lines and products, as C++ has them and as the arrays that queries take and return.
#pragma once

#include "features/orders/stock/stock_tables.hpp"
#include "postgres/sql/query.hpp"

#include <span>

namespace upkeep::orders {

// How much of a product something takes; `line` is empty where it is no line. Both are keys, as stock_key has them.
struct stock_amount {
  std::string line, product;
  Datum quantity; // a numeric
};

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

// An array of values, none of which is NULL; NULL where there are none.
pg::parameter array_of(const std::vector<Datum> &values, Oid element);
pg::parameter texts_array(const std::vector<std::string> &texts);

// What such arrays hold; none where they are NULL. An amount whose quantity is NULL is left out: the sum of lines that
// say nothing of what they have taken.
std::vector<std::string> texts_in(const pg::parameter &array);
std::vector<stock_amount> amounts_in(const stock_lines &lines);

std::string text_in(Datum text);

// 21000, for keys that are not unique any more: what is counted twice would be silently wrong. `what`: "product".
[[noreturn]] void several_with_one_key(Oid table, const char *what);

} // namespace upkeep::orders
