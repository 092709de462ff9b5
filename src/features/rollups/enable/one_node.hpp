// What a rollup of distributed tables needs.
#pragma once

#include "features/rollups/rollup.hpp"

namespace upkeep::rollups {

// Throws 0A000 unless whatever a group counts lies on one node with the group's row. Needs an SPI connection.
void require_one_node(const rollup &of);

} // namespace upkeep::rollups
