#include "features/metrics/dependents.hpp"

#include "features/catalogue.hpp"

namespace upkeep {

using pg::call;

namespace {

// The table whose settings a trigger reads. Arguments that are no options read nothing: check() reports those.
std::optional<Oid> settings_of(const managed_trigger &trigger) {
  std::optional<Oid> settings;
  pg::with_relation(trigger.table, [&](Relation relation) {
    try {
      const std::vector<option> options = parse_options(metrics_feature, trigger.arguments);
      if (const std::string *name = find_option(options, "settings"))
        settings = pg::find_sibling(*name, relation);
    } catch (const fault &) {
    }
  });
  return settings;
}

} // namespace

std::vector<managed_trigger> triggers_reading(Oid settings) {
  Oid root = settings;
  call([&] {
    if (get_rel_relispartition(settings))
      root = llast_oid(get_partition_ancestors(settings));
  });
  std::vector<managed_trigger> triggers = managed_triggers();
  std::erase_if(triggers, [&](const managed_trigger &trigger) {
    if (trigger.feature != &metrics_feature || trigger.is_clone)
      return true;
    call([&] { LockRelationOid(trigger.table, AccessShareLock); });
    const std::optional<Oid> named = settings_of(trigger);
    return !named || (*named != settings && *named != root);
  });
  return triggers;
}

std::vector<dependent> dependents_of(Oid settings) {
  std::vector<dependent> found;
  for (const managed_trigger &trigger : triggers_reading(settings))
    if (trigger.enabled != TRIGGER_DISABLED)
      pg::with_relation(trigger.table, [&](Relation relation) {
        if (auto plan = resolve_metrics(read_metrics(parse_options(metrics_feature, trigger.arguments)), relation);
            plan->settings)
          found.push_back({trigger.table, std::move(plan)});
      });
  return found;
}

} // namespace upkeep
