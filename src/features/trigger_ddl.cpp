#include "features/trigger_ddl.hpp"

#include "features/catalogue.hpp"
#include "features/registry.hpp"
#include "postgres/citus/colocation.hpp"
#include "postgres/create_trigger.hpp"
#include "postgres/relation.hpp"
#include "postgres/sql/sql.hpp"

#include <algorithm>
#include <set>

namespace upkeep {

using pg::call;

const statement_event on_insert{"insert", "AFTER INSERT", "NEW TABLE AS upkeep_new", TRIGGER_TYPE_INSERT};
const statement_event on_update{"update", "AFTER UPDATE", "OLD TABLE AS upkeep_old NEW TABLE AS upkeep_new",
                                TRIGGER_TYPE_UPDATE};
const statement_event on_delete{"delete", "AFTER DELETE", "OLD TABLE AS upkeep_old", TRIGGER_TYPE_DELETE};
const statement_event after_insert{"insert", "AFTER INSERT", nullptr, TRIGGER_TYPE_INSERT};
const statement_event after_update{"update", "AFTER UPDATE", nullptr, TRIGGER_TYPE_UPDATE};
const statement_event before_truncate{"truncate", "BEFORE TRUNCATE", nullptr,
                                      TRIGGER_TYPE_TRUNCATE | TRIGGER_TYPE_BEFORE};
const statement_event after_truncate{"truncate", "AFTER TRUNCATE", nullptr, TRIGGER_TYPE_TRUNCATE};

namespace {

void create(const std::string &name, const statement_event &event, Oid table, const feature_rule &feature,
            const std::vector<std::string> &arguments) {
  pg::create_trigger(
      pg::sql(R"sql(
    CREATE OR REPLACE TRIGGER {name} {timing} ON {table} {tables}
    FOR EACH STATEMENT EXECUTE FUNCTION upkeep.{function}({arguments})
  )sql",
              "name"_is = pg::identifier{name}, "timing"_is = pg::fragment(event.timing), "table"_is = pg::table{table},
              "tables"_is = event.tables ? pg::sql("REFERENCING {tables}", "tables"_is = pg::fragment(event.tables))
                                         : pg::fragment(),
              "function"_is = pg::identifier{std::string(feature.function)},
              "arguments"_is = pg::fragment(pg::literals(arguments))));
}

// A trigger on the target of a rollup, which names the source, has no need of transition tables.
bool is_of_rollup_target(const managed_trigger &trigger) {
  return trigger.feature == &rollup_feature &&
         std::ranges::any_of(trigger.arguments, [](const std::string &each) { return each.starts_with("source="); });
}

const statement_event *event_of(const managed_trigger &trigger) {
  constexpr int bits = TRIGGER_TYPE_EVENT_MASK | TRIGGER_TYPE_BEFORE;
  if (is_of_rollup_target(trigger))
    return (trigger.type & bits) == TRIGGER_TYPE_INSERT ? &after_insert : &after_update;
  for (const statement_event *event : {&on_insert, &on_update, &on_delete, &before_truncate, &after_truncate})
    if ((trigger.type & bits) == event->type)
      return event;
  return nullptr;
}

bool belongs_to_partitions(const managed_trigger &trigger) {
  return trigger.feature != &metrics_settings_feature && !TRIGGER_FOR_ROW(trigger.type);
}

} // namespace

void create_statement_triggers(Oid table, const std::string &name, std::span<const statement_event *const> events,
                               const feature_rule &feature, const std::vector<std::string> &arguments) {
  const std::string verb = fmt::format("enable {}", feature.enable_name());
  for (const Oid each : pg::with_descendants(table, ShareRowExclusiveLock)) {
    pg::require_own_table(each, verb.c_str());
    pg::require_no_replicas(each, verb.c_str());
    for (const statement_event *event : events) {
      const std::string full = fmt::format("{}_{}", name, event->name);
      pg::with_relation(each, [&](Relation relation) { require_free_name(relation, full.c_str(), feature); });
      create(full, *event, each, feature, arguments);
    }
  }
}

void create_row_trigger(Oid table, const char *name, const char *when, const feature_rule &feature,
                        const std::vector<std::string> &arguments) {
  const std::string verb = fmt::format("enable {}", feature.enable_name());
  std::vector<Oid> tables = pg::inheritance_children(table);
  tables.insert(tables.begin(), table);
  for (const Oid each : tables) {
    pg::require_own_table(each, verb.c_str());
    pg::require_no_replicas(each, verb.c_str());
    pg::with_relation(each, [&](Relation relation) {
      require_no_clone(relation, feature);
      require_free_name(relation, name, feature);
    });
    pg::create_trigger(pg::sql(R"sql(
      CREATE OR REPLACE TRIGGER {name} {when} ON {table} FOR EACH ROW EXECUTE FUNCTION upkeep.{function}({arguments})
    )sql",
                               "name"_is = pg::identifier{name}, "when"_is = pg::fragment(when),
                               "table"_is = pg::table{each},
                               "function"_is = pg::identifier{std::string(feature.function)},
                               "arguments"_is = pg::fragment(pg::literals(arguments))));
  }
}

bool drop_triggers_of_tree(Oid table, const feature_rule &feature) {
  const std::string verb = fmt::format("disable {}", feature.enable_name());
  pg::with_relation(table, [&](Relation relation) { require_no_clone(relation, feature); });
  bool found = false;
  for (const Oid each : pg::with_descendants(table, ShareRowExclusiveLock)) {
    pg::require_own_table(each, verb.c_str());
    found |= drop_triggers(each, feature);
  }
  return found;
}

void inherit_statement_triggers(Oid table, const feature_rule *only) {
  const std::vector<Oid> tree = pg::with_descendants(pg::topmost(table), AccessShareLock);
  if (tree.size() == 1)
    return;
  const std::vector<managed_trigger> triggers = managed_triggers();
  const auto has = [&](Oid partition, const std::string &name) {
    return std::any_of(triggers.begin(), triggers.end(),
                       [&](const managed_trigger &each) { return each.table == partition && each.name == name; });
  };
  std::set<std::pair<Oid, std::string>> made;
  for (const managed_trigger &trigger : triggers) {
    const statement_event *event =
        belongs_to_partitions(trigger) && (!only || trigger.feature == only) ? event_of(trigger) : nullptr;
    if (!event || std::find(tree.begin(), tree.end(), trigger.table) == tree.end())
      continue;
    for (const Oid partition : pg::with_descendants(trigger.table, AccessShareLock))
      if (!has(partition, trigger.name) && made.emplace(partition, trigger.name).second)
        create(trigger.name, *event, partition, *trigger.feature, trigger.arguments);
  }
}

} // namespace upkeep
