#include "features/metrics/dependents.hpp"

#include "core/options/option_list.hpp"
#include "features/catalogue.hpp"
#include "postgres/citus/colocation.hpp"
#include "postgres/citus/shards.hpp"

namespace upkeep::metrics {

using pg::call;

std::optional<Oid> settings_named_by(const managed_trigger &trigger) {
  if (trigger.feature != &metrics_feature || trigger.is_clone)
    return std::nullopt;
  try {
    const option_list options = parse_options(metrics_feature, trigger.arguments);
    const std::string *name = find_option(options, "settings");
    return name ? pg::find_sibling(*name, trigger.table) : std::nullopt;
  } catch (const fault &) {
    return std::nullopt;
  }
}

std::vector<managed_trigger> triggers_reading(Oid settings) {
  Oid root = settings;
  call([&] {
    if (get_rel_relispartition(settings))
      root = llast_oid(get_partition_ancestors(settings));
  });
  std::vector<managed_trigger> triggers = managed_triggers();
  std::erase_if(triggers, [&](const managed_trigger &trigger) {
    const std::optional<Oid> named = settings_named_by(trigger);
    // Anyone can name any table: a trigger whose owner may not read it need not be waited for.
    return !named || (*named != settings && *named != root) ||
           !pg::has_rights_of_owner(pg::owner_of(trigger.table), settings);
  });
  return triggers;
}

namespace {

// A trigger that reads the settings, on a table or, where those are a shard, on the shard that lies with them.
dependent resolve_dependent(const managed_trigger &trigger, Oid settings) {
  const std::optional<Oid> table = pg::beside_shard(trigger.table, settings);
  if (!table)
    pg::refuse_apart(trigger.table, pg::logical_table(settings));
  call([=] { LockRelationOid(*table, AccessShareLock); });
  dependent found{*table, nullptr};
  pg::with_relation(*table, [&](Relation relation) {
    found.plan = resolve_metrics(read_metrics(parse_options(metrics_feature, trigger.arguments)), relation);
  });
  return found;
}

} // namespace

std::vector<dependent> dependents_of(Oid settings) {
  std::vector<dependent> found;
  for (const managed_trigger &trigger : triggers_reading(pg::logical_table(settings))) {
    if (trigger.enabled == TRIGGER_DISABLED)
      continue;
    try {
      if (dependent each = resolve_dependent(trigger, settings); each.plan->settings)
        found.push_back(std::move(each));
    } catch (const fault &said) {
      call([&] {
        ereport(WARNING, errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
                errmsg("\"%s\" does not follow this change of its settings: %s", get_rel_name(trigger.table),
                       said.message.c_str()),
                errhint("Mend its metrics, then call upkeep.recalculate for it."));
      });
    }
  }
  return found;
}

} // namespace upkeep::metrics
