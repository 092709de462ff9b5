// upkeep.managed, export_sql and version: what pg_upkeep does in this database, read back from its triggers.
#include "features/catalogue.hpp"
#include "features/guard/exemptions.hpp"
#include "features/registry.hpp"
#include "features/updated_at/updated_at_settings.hpp"
#include "postgres/relation.hpp"
#include "postgres/sql/arguments.hpp"
#include "postgres/sql/query.hpp"
#include "postgres/sql/result_set.hpp"
#include "postgres/trigger.hpp"

#include <algorithm>

namespace upkeep {

using pg::call;

namespace {

std::string json_array(const std::vector<std::string> &texts) {
  std::string json;
  for (const std::string &text : texts)
    json += (json.empty() ? "" : ", ") + pg::json_string(text);
  return "[" + json + "]";
}

// A trigger that does not say which column it protects protects created_at, where the table has that.
std::vector<std::string> arguments_in_force(const managed_trigger &trigger) {
  std::vector<std::string> arguments = trigger.arguments;
  if (trigger.feature != &updated_at_feature)
    return arguments;
  const updated_at::updated_at_settings settings =
      updated_at::read_updated_at(parse_options(updated_at_feature, arguments));
  if (settings.protect)
    return arguments;
  call([&] { LockRelationOid(trigger.table, AccessShareLock); });
  if (call([&] { return get_rel_relkind(trigger.table); }) != '\0')
    pg::with_relation(trigger.table, [&](Relation relation) {
      if (updated_at::creation_column(relation, settings.column, settings.version) == updated_at::implied_protection())
        arguments.push_back("protect=" + updated_at::implied_protection());
    });
  return arguments;
}

// {"column": "updated_at", "ignore": ["views"]}; what is wrong with arguments that are not options stands under
// "invalid".
std::string options_json(const managed_trigger &trigger) {
  std::string json;
  try {
    const option_list options = parse_options(*trigger.feature, arguments_in_force(trigger));
    for (const option_rule &rule : trigger.feature->options) {
      const std::vector<std::string> values = find_options(options, rule.name);
      if (values.empty())
        continue;
      const std::string value = rule.may_repeat() ? json_array(values)
                                : rule.is_list()  ? json_array(pg::list_option(options, rule.name))
                                                  : pg::json_string(values.front());
      json += fmt::format("{}\"{}\": {}", json.empty() ? "" : ", ", rule.name, value);
    }
  } catch (const fault &said) {
    return fmt::format("{{\"invalid\": {}}}", pg::json_string(said.message));
  }
  return "{" + json + "}";
}

// The guard's trigger has no options; {"exempt": {"role": "retention"}} stands in upkeep.guard_exemptions.
std::string guard_json(const managed_trigger &trigger, const std::vector<guard::exemption> &exempt) {
  for (const guard::exemption &each : exempt) {
    if (each.table != trigger.table)
      continue;
    std::string json = each.role ? "\"role\": " + pg::json_string(*each.role) : "";
    if (each.ends)
      json += fmt::format("{}\"until\": {}", json.empty() ? "" : ", ", pg::json_string(*each.ends));
    return fmt::format("{{\"exempt\": {{{}}}}}", json);
  }
  return "{}";
}

std::string options_of(const managed_trigger &trigger, const std::vector<guard::exemption> &exempt) {
  return trigger.feature == &guard_feature ? guard_json(trigger, exempt) : options_json(trigger);
}

bool fires(const managed_trigger &trigger) {
  return trigger.enabled == TRIGGER_FIRES_ON_ORIGIN || trigger.enabled == TRIGGER_FIRES_ALWAYS;
}

// What a table has enabled with one set of options.
struct managed_feature {
  Oid table;
  const feature_rule *feature;
  std::string options;
  std::vector<std::string> triggers; // by name
  bool enabled;                      // all of them
};

std::vector<managed_feature> managed_features() {
  const std::vector<guard::exemption> exempt = guard::exemptions();
  std::vector<managed_feature> features;
  std::size_t first_of_table = 0;
  for (const managed_trigger &trigger : managed_triggers()) {
    if (trigger.is_clone)
      continue;
    if (!features.empty() && features.back().table != trigger.table)
      first_of_table = features.size();
    std::string options = options_of(trigger, exempt);
    const auto known =
        std::find_if(features.begin() + first_of_table, features.end(), [&](const managed_feature &each) {
          return each.feature == trigger.feature && each.options == options;
        });
    if (known == features.end()) {
      features.push_back({trigger.table, trigger.feature, std::move(options), {trigger.name}, fires(trigger)});
    } else {
      known->triggers.push_back(trigger.name);
      known->enabled &= fires(trigger);
    }
  }
  return features;
}

std::string definition_of(const managed_trigger &trigger) {
  return pg::string_from(
      [&] { return TextDatumGetCString(DirectFunctionCall1(pg_get_triggerdef, ObjectIdGetDatum(trigger.oid))); });
}

// What makes a trigger that is not plainly enabled so.
std::optional<std::string> state_statement(const managed_trigger &trigger) {
  const char *state = trigger.enabled == TRIGGER_DISABLED           ? "DISABLE"
                      : trigger.enabled == TRIGGER_FIRES_ALWAYS     ? "ENABLE ALWAYS"
                      : trigger.enabled == TRIGGER_FIRES_ON_REPLICA ? "ENABLE REPLICA"
                                                                    : nullptr;
  if (!state)
    return std::nullopt;
  return fmt::format("ALTER TABLE {} {} TRIGGER {};", pg::qualified(trigger.table), state, pg::quoted(trigger.name));
}

void export_triggers(std::optional<Oid> table, pg::result_set &into) {
  for (const managed_trigger &trigger : managed_triggers(table)) {
    if (trigger.is_clone)
      continue;
    into.add(definition_of(trigger) + ";");
    if (const std::optional<std::string> state = state_statement(trigger))
      into.add(*state);
  }
}

void export_exemptions(std::optional<Oid> table, pg::result_set &into) {
  for (const guard::exemption &each : guard::exemptions(table))
    if (call([&] { return get_rel_relkind(each.table); }) != '\0')
      into.add(guard::exempt_again(each));
}

// A table goes with its partitions and children, which have statement triggers of their own.
std::vector<std::optional<Oid>> tables_to_export(std::optional<Oid> target) {
  if (!target)
    return {std::nullopt};
  const std::vector<Oid> tree = pg::with_descendants(*target, AccessShareLock);
  return {tree.begin(), tree.end()};
}

std::string sql_version() {
  std::string version;
  pg::with_spi([&] {
    const pg::rows found = pg::execute("SELECT extversion FROM pg_extension WHERE extname = 'pg_upkeep'");
    version = found.count() ? found.text(0, 1).value() : "none";
  });
  return version;
}

std::string version_text() {
  const std::string sql = sql_version();
  if (sql == UPKEEP_VERSION)
    return fmt::format("library {0}, SQL {0}", UPKEEP_VERSION);
  return fmt::format("library {}, SQL {}: they differ, run ALTER EXTENSION pg_upkeep UPDATE", UPKEEP_VERSION, sql);
}

} // namespace

} // namespace upkeep

using namespace upkeep;

// upkeep_internal.managed_features() RETURNS TABLE (object regclass, feature text, options jsonb, trigger name,
// triggers text[], enabled boolean): what the view upkeep.managed shows. Clones on partitions belong to the partitioned
// table and are not listed.
UPKEEP_FUNCTION(upkeep_managed_features) {
  return pg::entry([=] {
    pg::result_set result(fcinfo, 0);
    pg::with_spi([&] {
      for (const managed_feature &each : managed_features())
        result.add(each.table, std::string(each.feature->name), pg::result_set::jsonb(each.options),
                   pg::result_set::name(each.triggers.front()), pg::result_set::texts(each.triggers), each.enabled);
    });
    return Datum(0);
  });
}

// The same with a row for each trigger, as the SQL of 0.1.0 to 0.7.0 declares it.
UPKEEP_FUNCTION(upkeep_managed_triggers) {
  return pg::entry([=] {
    pg::result_set result(fcinfo, 0);
    pg::with_spi([&] {
      const std::vector<guard::exemption> exempt = guard::exemptions();
      for (const managed_trigger &trigger : managed_triggers())
        if (!trigger.is_clone)
          result.add(trigger.table, std::string(trigger.feature->name),
                     pg::result_set::jsonb(options_of(trigger, exempt)), pg::result_set::name(trigger.name),
                     fires(trigger));
    });
    return Datum(0);
  });
}

// upkeep.export_sql(target) RETURNS SETOF text: the CREATE TRIGGER statements of one table, with its partitions and
// children, or of all, for a migration file; a trigger that is not plainly enabled is followed by the ALTER TABLE that
// makes it so. What is exempt from the guard comes last.
UPKEEP_FUNCTION(upkeep_export_sql) {
  return pg::entry([=] {
    const auto target = pg::arguments(fcinfo).optional_table(0);
    pg::result_set result(fcinfo);
    pg::with_spi([&] {
      const std::vector<std::optional<Oid>> tables = tables_to_export(target);
      for (const std::optional<Oid> &each : tables)
        export_triggers(each, result);
      for (const std::optional<Oid> &each : tables)
        export_exemptions(each, result);
    });
    return Datum(0);
  });
}

// upkeep.version() RETURNS text: "library X, SQL Y", and what to do where they differ.
UPKEEP_FUNCTION(upkeep_version) {
  return pg::entry([=] {
    const std::string text = version_text();
    return call([&] { return CStringGetTextDatum(text.c_str()); });
  });
}
