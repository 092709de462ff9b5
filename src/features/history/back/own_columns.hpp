// The columns of a table that our features keep: they follow from what else is written.
#pragma once

#include "features/history/past/past_table.hpp"

#include <span>

namespace upkeep::history {

// Stamps and versions, metrics, totals, what was refunded, stock and what lines have taken of it. Needs an SPI
// connection.
std::vector<AttrNumber> own_columns(const past_table &table);

} // namespace upkeep::history
