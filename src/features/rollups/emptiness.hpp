// Rows that hold nothing any more.
#pragma once

#include "features/rollups/rollup.hpp"

namespace upkeep::rollups {

// The condition that row t of the target holds nothing: figures of all rollups are 0 or NULL, and the rest is NULL or
// what a constant default gives; but for the keys, other defaults, identities, and columns that are generated or that
// another feature keeps. Needs an SPI connection.
pg::fragment holds_nothing(const rollup &of, Relation target);

} // namespace upkeep::rollups
