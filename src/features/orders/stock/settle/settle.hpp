// How lines take from the stock and give back.
#pragma once

#include "features/orders/stock/stock_lines.hpp"
#include "features/orders/stock/stock_tables.hpp"

#include <functional>

namespace upkeep::orders {

// Lines, by their keys, and what they should have taken of products that have a stock.
struct settled_lines {
  std::vector<std::string> lines;
  std::vector<stock_amount> wanted; // where that is anything
  // Those that get no more than they have taken: refunds keep pieces of them, and their orders are released.
  std::vector<std::string> limited = {};
};

// The lines i in what `rows` returns, an item of FROM with these parameters, whose keys are those of the rows `key`; i
// is NULL for one that is gone. Without those that are not to be settled, if it `keeps` them: a line without a product
// keeps what it has taken until it goes, or its order is released. `name`: of the statement.
settled_lines lines_to_settle(const stock_tables &tables, const std::string &name,
                              std::span<const pg::parameter> parameters, const std::function<pg::fragment()> &rows,
                              const std::string &key, bool keeps);

// Gives every line what it should have, and remembers it in upkeep.stock_taken. Throws UK002 for all products that are
// short, unless they may be, and 22003 for a stock that gets too large. Needs an SPI connection.
void settle_stock(const stock_tables &tables, settled_lines lines, bool may_be_short = false);

// The same where lines have a column for it; `before` is what has been taken so far. `gone`: they are about to go.
void settle_taken(const stock_tables &tables, settled_lines lines, const std::vector<stock_amount> &before, bool gone,
                  bool may_be_short = false);

// Takes `wanted` of the products, whose lines are remembered by somebody else. `hint`: of the UK002.
void take_stock(const stock_tables &tables, const std::vector<stock_amount> &wanted, const char *hint);

} // namespace upkeep::orders
