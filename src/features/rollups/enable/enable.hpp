// Enabling a rollup from within the library.
#pragma once

#include "features/rollups/enable/rollup_request.hpp"

namespace upkeep::rollups {

// As upkeep.enable_rollup does, with its errors. Needs an SPI connection.
void enable_rollup(const rollup_request &wanted);

} // namespace upkeep::rollups
