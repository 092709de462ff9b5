// The triggers that keep rollups between two tables, as the catalogue has them.
#pragma once

#include "features/registry.hpp"

namespace upkeep::rollups {

// Of one rollup: those on the source and its partitions, those on the target, and what their arguments say of keys.
struct present_rollup {
  std::vector<std::string> keys; // sorted
  std::vector<managed_trigger> triggers;
};

// Those from source to target, and those on either table that name a table which is gone. Clones are left out. Needs an
// SPI connection.
std::vector<present_rollup> present_rollups(Oid target, Oid source);

// Whether a key names a column that its table no longer has.
bool is_broken(const present_rollup &of, Oid target, Oid source);

// Drops the triggers, which must be the caller's; `verb` tells what for.
void drop(const present_rollup &of, const char *verb);

// What the names of a rollup's triggers begin with: those on the source, with the target's name, and those on the
// target, with the source's. Both have the same number, the first under which neither table has a trigger.
struct trigger_names {
  std::string on_source, on_target;
};
trigger_names free_names(Oid target, Oid source);

} // namespace upkeep::rollups
