// Lines that are settled anew, whatever they have taken so far.
#pragma once

#include "features/orders/stock/stock_tables.hpp"
#include "postgres/sql/parameter.hpp"

#include <functional>
#include <span>

namespace upkeep::orders {

// The lines i in what `rows` returns, an item of FROM with these parameters: each takes or gives back what it should
// have by now. `name`: of the statement. Throws UK002, unless stock `may_be_short`. Needs an SPI connection.
void settle_lines(const stock_tables &tables, const std::string &name, const std::function<pg::fragment()> &rows,
                  std::span<const pg::parameter> parameters = {}, bool may_be_short = false);

} // namespace upkeep::orders
