// What lines have taken where they have a column for it.
#pragma once

#include "features/orders/stock/stock_lines.hpp"

namespace upkeep::orders {

// t.a, t.b: each column once.
pg::fragment distinct_columns(const std::vector<std::string> &names);

// Rows t, whose taken_column counts, or counts with the other sign: a statement that changes the column has taken
// nothing by that.
struct taken_source {
  pg::fragment rows;
  bool is_negative = false;
};

// What the taken_column of rows says, for each product: a query, and what it returns.
pg::fragment taken_query(const stock_tables &tables, std::span<const taken_source> sources);
std::vector<stock_amount> taken_in(const pg::rows &found);

// The lines t with the keys $1.
pg::fragment current_rows(const stock_tables &tables);

} // namespace upkeep::orders
