// Rows whose figures may no longer be what the sources say when their statement ends.
#pragma once

#include "features/rollups/target/target_plan.hpp"

namespace upkeep::rollups {

// A row whose figures were read BEFORE it was written. Whoever changes a source looks for the row, or waits for the
// lock of its group (group_lock.hpp), so what was read holds; but code that the session itself runs between our trigger
// and the writing of the row, in another BEFORE trigger, finds no row, and waits for no lock of its own. Noted only
// where there is such a trigger.
void note_made(const target_plan &plan, const key_value &key);

// Takes the keys, by the first part of the plan, of the rows of the table that were noted since; for those after which
// the session has written nothing but the statement itself this is not necessary, and they are left out.
std::vector<key_value> take_made(Oid root);

} // namespace upkeep::rollups
