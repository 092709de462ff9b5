// Groups whose figures were read from a source while a statement on that source was still under way in the session: a
// CTE that writes both, a trigger that makes the parent. What that statement changed is in them in part, so at its end
// they are read anew instead of being added to.
#pragma once

#include "features/rollups/group_keys.hpp"

namespace upkeep::rollups {

// To be called after a row's figures were read, from within a trigger of the target whose statement's executor is `own`
// (nullptr where it is unknown). Notes nothing where no statement on `source` is under way. May raise.
void note_computed(const EState *own, Oid target, Oid source, group_keys &keys, const key_value &key);

// Whether some group of the target is noted: else the next need not be asked.
bool any_computed(Oid target);
bool was_computed(Oid target, group_keys &keys, const key_value &key);

} // namespace upkeep::rollups
