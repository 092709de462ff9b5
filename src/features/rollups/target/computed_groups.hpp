// Groups whose figures were read from a source while a statement on that source was still under way in the session: a
// CTE that writes both, a trigger that makes the parent. What that statement changed is in them in part, so at its end
// they are read anew instead of being added to.
#pragma once

#include "features/rollups/group_keys.hpp"

namespace upkeep::rollups {

// To be called before a row's figures are read, from within a trigger; `own` is the executor of the statement that
// fires it, where that is known. Notes nothing where no statement on `source` is under way. `hash`: of the key, by
// group_keys of a rollup from that source. May raise.
void note_computed(const EState *own, Oid root, Oid source, std::uint32_t hash);

// The same for groups that a statement on `source` changes, from within its trigger AFTER STATEMENT, before figures are
// written. `hashes`: of their keys.
void note_changed(Oid root, Oid source, std::span<const std::uint32_t> hashes);

// Whether some group is noted: else the next need not be asked.
bool any_computed();
// True for other groups too, now and then: reading anew is always right.
bool was_computed(Oid root, group_keys &keys, const key_value &key);

} // namespace upkeep::rollups
