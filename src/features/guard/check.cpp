// What upkeep.check() finds about the guard.
#include "features/check.hpp"

#include "features/catalogue.hpp"
#include "features/guard/guard.hpp"

#include <algorithm>

namespace upkeep {

void check_guard(const std::vector<managed_trigger> &triggers, report &into) {
  const std::vector<Oid> guarded = guarded_schemas::as_ruled().tables();
  const auto has_trigger = [&](Oid table) {
    return std::any_of(triggers.begin(), triggers.end(), [=](const managed_trigger &each) {
      return each.table == table && each.feature == &guard_feature;
    });
  };
  for (const Oid table : guarded)
    if (!has_trigger(table))
      into.add(table, guard_feature, fmt::format("lacks trigger \"{}\", so TRUNCATE is not stopped", guard_trigger),
               "Call upkeep.enable_guard again.");
  for (const managed_trigger &trigger : triggers)
    if (trigger.feature == &guard_feature && std::find(guarded.begin(), guarded.end(), trigger.table) == guarded.end())
      into.add(trigger.table, guard_feature, "has the guard's trigger, but its schema is not guarded",
               drop_trigger(trigger.name, trigger.table));
}

} // namespace upkeep
