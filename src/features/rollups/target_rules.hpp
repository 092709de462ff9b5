// Rules of a target: PostgreSQL applies them to what a rollup writes, too.
#pragma once

#include "core/fault.hpp"
#include "features/rollups/rollup.hpp"

namespace upkeep::rollups {

// What is wrong where a rule of the target, or of one of its partitions or children, would keep figures from being
// written, or rows from being inserted or deleted where the rollup does that: 0A000. Needs an SPI connection.
std::optional<fault> rule_in_the_way(const rollup &of);

// Throws that for a rule which came later, where figures would be lost. Needs an SPI connection.
void require_no_lossy_rule(Oid target);

} // namespace upkeep::rollups
