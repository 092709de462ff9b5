// Groups whose row is not there, which cannot be locked: whoever finds none, and whoever makes it, lock its key.
#pragma once

#include "features/rollups/group_keys.hpp"

#include <span>

namespace upkeep::rollups {

// Whether the source may have rows whose group has no row: all but those that a foreign key of the source, checked at
// once, rules out. The source is locked.
bool rows_may_precede(const rollup &of);

// These locks are held until the transaction or the savepoint ends. RowExclusiveLock is for whoever has made the rows
// of groups, after all else, before the sources are read for them; makers do not keep each other out. ShareLock is for
// whoever finds no row, before rows are locked or, where groups are locked in their order, in its turn, and looks again
// then: whoever was making one has ended. None of them is waited for while another one of the call is held, so that
// nobody deadlocks over them. More than 60 lock all groups of the target.

// `groups` have the keys of rows of the target; every rollup into a target has its own.
void lock_groups(const rollup &of, group_keys &keys, std::span<const key_value> groups, LOCKMODE mode);
// Which lock a group has, and the same by those, for groups of several rollups with one rollup::root.
int lock_number(group_keys &keys, const key_value &key);
void lock_numbers(Oid root, std::vector<int> numbers, LOCKMODE mode);

} // namespace upkeep::rollups
