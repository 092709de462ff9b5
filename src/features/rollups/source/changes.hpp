// What one statement brought and took of each group: NEW minus OLD.
#pragma once

#include "features/rollups/group_keys.hpp"
#include "features/rollups/source/figure_change.hpp"
#include "postgres/trigger.hpp"

#include <vector>

namespace upkeep::rollups {

struct group_change {
  key_value key;
  const figure_change *figures; // one for each figure of the rollup
  std::int64_t rows;            // that count, more or fewer than before: what a missing row's group has gained
  bool has_differences;         // some count or sum is to change
  bool has_extremes;            // some value that an extreme may depend on came or went
};

// What the session remembers of how the rows of one source are read.
struct change_reader {
  change_reader(const rollup &of, Relation source);

  std::vector<AttrNumber> columns; // those that some expression reads
  std::vector<char> counted;       // the same as a layout
  bool needs_pinned = false;       // some expression may lean on settings
};

// The groups that a statement concerns, sorted by group_keys::compare: those with differences or extremes, and those
// with more rows than before where a missing row is to be inserted. Everything lies in `memory`, which the caller
// deletes. Expressions run as the source's owner, restricted. Throws 22003, naming column and group, for NaN and
// infinities, 22004 for a row without a key under insert, and what expressions raise.
std::vector<group_change> changes_of(const TriggerData &trigger, const change_reader &reader, const rollup &of,
                                     group_keys &keys, MemoryContext memory);

} // namespace upkeep::rollups
