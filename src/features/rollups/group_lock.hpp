// Groups whose row is not there, which cannot be locked: whoever finds none, and whoever makes it, lock its key.
#pragma once

#include "features/rollups/group_keys.hpp"

#include <span>

namespace upkeep::rollups {

// Whether the source may have rows whose group has no row: all but those that a foreign key of the source, checked at
// once, rules out. The source is locked.
bool rows_may_precede(const rollup &of);

// Until the transaction or the savepoint ends. ShareLock for who finds no row and looks again then; ExclusiveLock for
// who makes one, before the source is read. `key` is that of a row of the target; every rollup into a target has its
// own.
void lock_group(const rollup &of, group_keys &keys, const key_value &key, LOCKMODE mode);
// The same for many.
void lock_groups(const rollup &of, group_keys &keys, std::span<const key_value> groups, LOCKMODE mode);

} // namespace upkeep::rollups
