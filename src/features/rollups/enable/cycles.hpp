// Figures that would be computed from themselves.
#pragma once

#include "features/rollups/rollup.hpp"

namespace upkeep::rollups {

// Throws 42P17 where a figure is computed from itself, by way of other rollups, metrics, stamps and generated columns.
// The triggers are there already. Needs an SPI connection.
void require_no_cycle(const rollup &of);

// The same of any figure, by way of a column of the table.
void require_no_cycle_through(Oid table);

} // namespace upkeep::rollups
