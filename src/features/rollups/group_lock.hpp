// Groups whose row is not there, which cannot be locked: whoever finds none, and whoever makes it, lock its key.
#pragma once

#include "features/rollups/group_keys.hpp"

#include <span>

namespace upkeep::rollups {

// Whether the source may have rows whose group has no row: all but those that a foreign key of the source, checked at
// once, rules out. The source is locked.
bool rows_may_precede(const rollup &of);

// Until the transaction or the savepoint ends. RowExclusiveLock for who makes a group's row, before the source is read:
// makers do not keep each other out. `key` is that of a row of the target; every rollup into a target has its own.
void lock_group(const rollup &of, group_keys &keys, const key_value &key, LOCKMODE mode);

// ShareLock for who finds no row for these groups, and looks again then: whoever was making one has ended. None of
// these locks is waited for while another one of the call is held. To be called before rows are locked, for all groups
// of a statement; for what is found to be missing only then, in its turn. More than 60 lock all groups of the target.
void lock_groups(const rollup &of, group_keys &keys, std::span<const key_value> groups, LOCKMODE mode);

} // namespace upkeep::rollups
