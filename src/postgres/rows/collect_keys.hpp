// Which keys a statement has changed.
#pragma once

#include "postgres/rows/transition.hpp"

namespace upkeep::pg {

// Adds, by keys.add(row), the keys of the rows that the statement of an AFTER trigger wrote or took away. Of an UPDATE
// those, old and new, of which the predicate that `make_changed` returns says that they differ.
template <class Keys, class MakeChanged>
void collect_keys(const TriggerData &trigger, Keys &keys, MakeChanged &&make_changed) {
  transition before(trigger.tg_oldtable, trigger.tg_relation), after(trigger.tg_newtable, trigger.tg_relation);
  // The two tables of an UPDATE hold their rows in the same order. Where a trigger swallowed a row that was to move to
  // another partition, they do not, and every row counts.
  if (TRIGGER_FIRED_BY_UPDATE(trigger.tg_event) && before.count() == after.count()) {
    const auto changed = make_changed();
    while (before.next() && after.next())
      if (changed(before, after)) {
        keys.add(before);
        keys.add(after);
      }
  } else {
    while (before.next())
      keys.add(before);
    while (after.next())
      keys.add(after);
  }
  before.close();
  after.close();
}

} // namespace upkeep::pg
