// Writes what a statement changed into the rows of the target.
#pragma once

#include "features/rollups/source/changes.hpp"

#include <vector>

namespace upkeep::rollups {

class target_writer;

// Group by group, in their order, each row is locked, or inserted where it is missing, before the next is looked at;
// then figures are written. Throws 22003, 22004, 40001 and what triggers of the target raise.
void apply_changes(const target_writer &writer, const rollup &of, group_keys &keys,
                   const std::vector<group_change> &changes, MemoryContext memory);

// After a TRUNCATE of the source, or of one of its partitions: every group is read anew. Needs an SPI
// connection.
void read_all_anew(const target_writer &writer, const rollup &of);

} // namespace upkeep::rollups
