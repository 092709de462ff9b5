// What a rollup finds when it is enabled.
#pragma once

#include "features/rollups/rollup.hpp"

namespace upkeep::rollups {

// Writes the figures of the target's rows as the sources say, and inserts the rows that are missing under insert. The
// triggers of the rollup are there; both tables are locked, ShareRowExclusiveLock. A NOTICE says how many figures were
// there and wrong. Throws 22003, 22004. Needs an SPI connection.
void backfill(const rollup &of);

} // namespace upkeep::rollups
