// What upkeep.check() finds about the guard.
#include "features/check.hpp"

#include "features/catalogue.hpp"
#include "features/guard/guard.hpp"

#include <unordered_set>

namespace upkeep {

void check_guard(const trigger_list &triggers, report &into) {
  const std::vector<Oid> guarded = guarded_schemas::as_ruled().tables();
  const std::unordered_set<Oid> are_guarded(guarded.begin(), guarded.end());
  for (const Oid table : guarded)
    if (!triggers.has(table, guard_feature))
      into.add(table, guard_feature, fmt::format("lacks trigger \"{}\", so TRUNCATE is not stopped", guard_trigger),
               "Call upkeep.enable_guard again.");
  for (const managed_trigger &trigger : triggers)
    if (trigger.feature == &guard_feature && !are_guarded.contains(trigger.table))
      into.add(trigger.table, guard_feature, "has the guard's trigger, but its schema is not guarded",
               drop_trigger(trigger.name, trigger.table));
}

} // namespace upkeep
