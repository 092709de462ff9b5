// Several rollups of one source into one target: whose turn it is must not depend on which of them a row is for.
#pragma once

#include "features/rollups/source/source_plan.hpp"

namespace upkeep::rollups {

// What a statement changed for one rollup.
struct rollup_changes {
  const source_rollup *into;
  group_keys keys;
  std::vector<group_change> groups;
};

// Locks the rows of all their groups, or makes those that are missing, in one order of keys: else one statement could
// hold a sender and wait for a receiver, and another the other way round. Nothing where fewer than two have something
// to write, or their keys are of different columns. Needs an SPI connection.
void take_rows(std::vector<rollup_changes> &of_target, MemoryContext memory);

} // namespace upkeep::rollups
