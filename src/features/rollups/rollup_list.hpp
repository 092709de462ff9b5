// The rollups that the triggers of a table keep.
#pragma once

#include "features/registry.hpp"
#include "features/rollups/rollup.hpp"

namespace upkeep::rollups {

// A rollup as a trigger on one of its tables says it. Nothing of it is looked up yet.
struct rollup_trigger_side {
  managed_trigger trigger; // the row trigger of the target, or that of the source on INSERT
  option_list options;
  std::string other; // the other table's name
};

// Those into a target, and out of a source, each once, whoever made its triggers again. Throws 22023 for arguments that
// are not options or name no table. Needs an SPI connection.
std::vector<rollup_trigger_side> sides_on_target(Oid target);
std::vector<rollup_trigger_side> sides_on_source(Oid source);

// The table that the source of such a rollup names, rollup::root: the whole of a partition, and the parent of a child,
// which has the same trigger.
Oid root_of_rollup(const option_list &options, Oid table);
// The same for whoever names a table: of its first rollup that is a parent's.
Oid whole_target(Oid table);

// Those into a target, resolved, in the order of their triggers' names, with their sources locked AccessShareLock. The
// target is locked. Throws 42P01 for a source that is gone, 42501 unless its owner has the rights of the target's and a
// trigger of it says the same, and what resolve_rollup throws.
std::vector<rollup> rollups_into(Oid target);

// The numbers of those from a source, of all without one. Throws 42704 where there are none.
std::vector<std::size_t> rollups_from(const std::vector<rollup> &all, Oid target, std::optional<Oid> source);

// Whether two of a target's are from the same source by the same keys.
bool is_same_rollup(const rollup &a, const rollup &b);

// Its options and the other table, beside the table that has the trigger; for those that are already at hand.
rollup resolve_side(const option_list &options, Relation target);

// Throws 42P01 for an oid that no table has.
void require_existing(Oid table);

} // namespace upkeep::rollups
