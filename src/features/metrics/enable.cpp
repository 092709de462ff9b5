// upkeep.enable_metrics and disable_metrics: the trigger that computes, and those on the settings.
#include "core/metrics/commerce_set.hpp"
#include "features/catalogue.hpp"
#include "features/enabling.hpp"
#include "features/metrics/dependents.hpp"
#include "features/registry.hpp"
#include "features/trigger_options.hpp"
#include "postgres/as_user.hpp"
#include "postgres/citus/colocation.hpp"
#include "postgres/sql/arguments.hpp"
#include "postgres/sql/query.hpp"

namespace upkeep::metrics {

using pg::call;

namespace {

// What the caller asks for, as it goes into the trigger's arguments.
struct metrics_request {
  std::vector<std::string> formulas;
  std::optional<Oid> settings;
  trigger_arguments arguments;
};

std::vector<std::string> read_formulas(const pg::arguments &given) {
  const option_rule &rule = rule_of(metrics_feature, "formula");
  const auto formulas = given.optional_strings(rule.argument.position, "formulas");
  if (formulas && formulas->empty())
    throw fault{.sqlstate = sqlstate::invalid_parameter_value,
                .message = "there are no formulas",
                .hint = "Pass some, such as ARRAY['aov = revenue / orders'], or NULL for the commerce set."};
  return formulas.value_or(std::vector<std::string>{});
}

metrics_request read_request(const pg::arguments &given) {
  const std::vector<std::string> formulas = read_formulas(given);
  metrics_request request{formulas, optional_table_argument(given, metrics_feature, "settings"),
                          trigger_arguments(metrics_feature, given)};
  const option_list options = request.arguments.set("formula", formulas).options();
  const std::string *from = find_option(options, "settings_from");
  if (from && !request.settings)
    throw fault{.sqlstate = sqlstate::invalid_parameter_value,
                .message = "settings_from without settings",
                .hint = "Give the table that has the periods: settings => 'schema.table'."};
  if (from && from->empty())
    request.arguments.leave_out("settings_from");
  if (request.settings)
    request.arguments.set("settings", *request.settings);
  return request;
}

// The commerce set without net_profit, though the table has the column.
void notice_net_profit(Relation relation, const std::vector<std::string> &formulas, const metrics_request &request) {
  const commerce_metric &last = commerce_set().back();
  const std::string name(last.name);
  for (const std::string &formula : formulas)
    if (formula == last.formula)
      return;
  if (pg::find_column(RelationGetDescr(relation), name) == InvalidAttrNumber)
    return;
  const std::string hint = std::string(last.formula);
  call([&] {
    ereport(NOTICE,
            errmsg("%s of \"%s\" is not kept: %s", name.c_str(), RelationGetRelationName(relation),
                   !request.settings ? "no settings are given"
                                     : "the settings have no cogs_ratio, or the table lacks a column of it"),
            errhint("It is %s.", hint.c_str()));
  });
}

// A rewritten key or date would leave the row's settings behind.
void require_no_key(const metrics_plan &plan) {
  for (const metric_set::metric &metric : plan.set.metrics()) {
    const std::string &name = metric.expression.target;
    if (name == plan.options.settings_key || (plan.options.settings_from && name == plan.options.date_column))
      throw fault{.sqlstate = sqlstate::invalid_object_definition,
                  .message = fmt::format("column \"{}\" cannot be a metric and the key of the settings", name),
                  .hint = "Keep the metric in a column of its own."};
  }
}

// Through NOT NULL alone: what a CHECK calls shall not run when enabling.
bool refuses_null(Oid domain) {
  return call([=] {
    for (Oid type = domain; get_typtype(type) == TYPTYPE_DOMAIN;) {
      HeapTuple found = SearchSysCache1(TYPEOID, ObjectIdGetDatum(type));
      const FormData_pg_type &form = *reinterpret_cast<Form_pg_type>(GETSTRUCT(found));
      const bool is_not_null = form.typnotnull;
      type = form.typbasetype;
      ReleaseSysCache(found);
      if (is_not_null)
        return true;
    }
    return false;
  });
}

// A metric can be NULL at any time; the insert must not die of it.
void warn_of_not_null(const metrics_plan &plan, Relation relation) {
  for (std::size_t metric = 0; metric < plan.targets.size(); ++metric) {
    const FormData_pg_attribute &attribute =
        *TupleDescAttr(RelationGetDescr(relation), plan.targets[metric].number - 1);
    const std::string &column = plan.set.metrics()[metric].expression.target;
    if (const Oid domain = plan.targets[metric].domain; OidIsValid(domain) && refuses_null(domain))
      call([&] {
        ereport(
            WARNING,
            errmsg(
                "column \"%s\" of \"%s\" has domain %s, which refuses NULL: rows without the metric cannot be written",
                column.c_str(), RelationGetRelationName(relation), plan.targets[metric].type_name.c_str()),
            errhint("Let the domain take NULL, or end the formula in coalesce(..., 0)."));
      });
    if (attribute.attnotnull)
      call([&] {
        ereport(WARNING,
                errmsg("column \"%s\" of \"%s\" is NOT NULL: rows without the metric cannot be written",
                       NameStr(attribute.attname), RelationGetRelationName(relation)),
                errhint("ALTER TABLE %s ALTER COLUMN %s DROP NOT NULL, or end the formula in coalesce(..., 0).",
                        quote_identifier(RelationGetRelationName(relation)),
                        quote_identifier(NameStr(attribute.attname))));
      });
  }
}

// Two rows of settings for one tenant would make every write fail.
void notice_unless_unique(const settings_source &source) {
  const pg::parameter parameters[] = {pg::parameter::oid(source.table),
                                      {INT2OID, Int16GetDatum(source.key.number)},
                                      {INT2OID, Int16GetDatum(source.from.number)}};
  const pg::rows found = pg::execute(pg::sql(R"sql(
    SELECT FROM pg_index i
    WHERE i.indrelid = $1 AND i.indisunique AND i.indpred IS NULL AND i.indexprs IS NULL
      AND i.indkey::int2[] <@ ARRAY[$2, $3] AND i.indkey::int2[] @> ARRAY[$2]
  )sql"),
                                     parameters);
  if (found.count() == 0)
    call([&] {
      ereport(NOTICE,
              errmsg("table \"%s\" has no unique index on (%s%s%s)", get_rel_name(source.table),
                     source.key.name.c_str(), source.from.number ? ", " : "",
                     source.from.number ? source.from.name.c_str() : ""),
              errhint("Two rows for one tenant make its writers fail."));
    });
}

void notice_rows(Oid table) {
  const bool is_root = call([=] { return get_rel_relkind(table); }) == RELKIND_PARTITIONED_TABLE;
  std::uint64_t rows = 0;
  for (const Oid each : is_root ? pg::with_descendants(table, AccessShareLock) : std::vector<Oid>{table})
    if (rows == 0)
      pg::as_user(pg::owner_of(each), SECURITY_RESTRICTED_OPERATION | SECURITY_NOFORCE_RLS, [&] {
        rows = pg::execute(pg::sql("SELECT FROM ONLY {rows} LIMIT 1", "rows"_is = pg::table{each})).count();
      });
  if (rows == 0)
    return;
  const std::string hint = fmt::format("CALL upkeep.recalculate({});", pg::literals({pg::qualified(table)}));
  call([&] {
    ereport(NOTICE, errmsg("existing rows of \"%s\" keep their figures", get_rel_name(table)),
            errhint("%s", hint.c_str()));
  });
}

// The triggers on the settings, where the table is still the settings of another; else they go.
void drop_unneeded(Oid settings) {
  if (triggers_reading(settings).empty())
    drop_triggers(settings, metrics_settings_feature);
}

void watch_settings(Oid settings) {
  pg::require_no_replicas(settings, "enable metrics");
  pg::with_relation(settings, [](Relation relation) {
    require_no_clone(relation, metrics_settings_feature);
    require_free_name(relation, metrics_settings_trigger, metrics_settings_feature);
    require_free_name(relation, metrics_truncate_trigger, metrics_settings_feature);
  });
  const auto watch = [&](const char *name, const char *events, const char *level) {
    pg::execute(pg::sql(R"sql(
      CREATE OR REPLACE TRIGGER {name} AFTER {events} ON {settings}
      FOR EACH {level} EXECUTE FUNCTION upkeep.metrics_settings()
    )sql",
                        "name"_is = pg::identifier{name}, "events"_is = pg::fragment(events),
                        "settings"_is = pg::table{settings}, "level"_is = pg::fragment(level)));
  };
  watch(metrics_settings_trigger, "INSERT OR UPDATE OR DELETE", "ROW");
  watch(metrics_truncate_trigger, "TRUNCATE", "STATEMENT");
}

// The settings that the table's trigger names now.
std::optional<Oid> settings_now(Oid table) {
  std::optional<Oid> settings;
  pg::with_relation(table, [&](Relation relation) {
    const Trigger *own = trigger_of(relation, metrics_feature);
    if (!own)
      return;
    const auto options =
        parse_options(metrics_feature, std::vector<std::string>(own->tgargs, own->tgargs + own->tgnargs));
    if (const std::string *name = find_option(options, "settings"))
      settings = pg::find_sibling(*name, table);
  });
  return settings;
}

void enable_on(Oid table, const metrics_request &request) {
  const std::optional<Oid> settings_before = settings_now(table);
  trigger_arguments arguments = request.arguments;
  std::optional<Oid> settings;
  pg::with_relation(table, [&](Relation relation) {
    require_no_clone(relation, metrics_feature);
    require_free_name(relation, metrics_trigger, metrics_feature);
    metrics_options_given options = read_metrics(arguments.options());
    const std::vector<std::string> formulas = formulas_for(options, relation);
    if (request.formulas.empty())
      notice_net_profit(relation, formulas, request);
    options.formulas = formulas;
    // Resolving finds every mistake before the table is touched.
    const auto plan = resolve_metrics(options, relation);
    require_no_key(*plan);
    warn_of_not_null(*plan, relation);
    arguments.set("formula", formulas);
    if (plan->settings) {
      settings = plan->settings->table;
      if (options.on_settings_change == settings_change::recalculate)
        pg::require_role_of(plan->settings->owner, table, relation->rd_rel->relowner);
      notice_unless_unique(*plan->settings);
    }
  });
  pg::permit_triggers();
  pg::execute(pg::sql(R"sql(
     CREATE OR REPLACE TRIGGER {name} BEFORE INSERT OR UPDATE ON {table}
     FOR EACH ROW EXECUTE FUNCTION upkeep.metrics({arguments})
   )sql",
                      "name"_is = pg::identifier{metrics_trigger}, "table"_is = pg::table{table},
                      "arguments"_is = pg::fragment(pg::literals(arguments.list()))));
  if (settings)
    watch_settings(*settings);
  if (settings_before && settings_before != settings)
    drop_unneeded(*settings_before);
  notice_rows(table);
}

void enable_with_children(Oid table, const metrics_request &request) {
  pg::require_own_table(table, "enable metrics");
  pg::require_no_replicas(table, "enable metrics");
  if (request.settings) {
    if (*request.settings == table)
      throw fault{.sqlstate = sqlstate::invalid_object_definition,
                  .message = fmt::format("table \"{}\" cannot be its own settings", pg::table_name(table)),
                  .hint = "Name its columns without \"settings.\"."};
    pg::require_own_table(*request.settings, "enable metrics");
  }
  enable_on(table, request);
  // Rows of an inheritance child fire the child's triggers only.
  for (const Oid child : pg::inheritance_children(table)) {
    pg::require_own_table(child, "enable metrics");
    enable_on(child, request);
  }
}

bool disable_on(Oid table) {
  pg::require_own_table(table, "disable metrics");
  pg::with_relation(table, [](Relation relation) { require_no_clone(relation, metrics_feature); });
  const std::optional<Oid> settings = settings_now(table);
  const bool found = drop_triggers(table, metrics_feature);
  if (settings)
    drop_unneeded(*settings);
  return found;
}

void disable_with_children(Oid table) {
  bool found = disable_on(table);
  for (const Oid child : pg::inheritance_children(table))
    found |= disable_on(child);
  if (!found)
    call([=] { ereport(NOTICE, errmsg("metrics are not enabled on \"%s\"", get_rel_name(table))); });
}

} // namespace

} // namespace upkeep::metrics

using namespace upkeep;
using namespace upkeep::metrics;

// upkeep.enable_metrics(target, formulas, settings, settings_key, settings_from, date_column, on_settings_change,
// on_overflow, touch_updated_at): replaces what was enabled before. Errors: 22004, 22023, 42501, 42601, 42703, 42710,
// 42804, 42809, 42P17, 428C9, 54001.
UPKEEP_FUNCTION(upkeep_enable_metrics) {
  return pg::entry([=] {
    const pg::arguments given(fcinfo);
    const Oid target = target_argument(given, metrics_feature);
    const metrics_request request = read_request(given);
    enabling(fcinfo, metrics_feature, [&] { enable_with_children(target, request); });
    return Datum(0);
  });
}

// upkeep.disable_metrics(target): drops the metrics trigger of the table, and those of the settings that no other table
// needs; a NOTICE where there is none.
UPKEEP_FUNCTION(upkeep_disable_metrics) {
  return pg::entry([=] {
    const Oid target = target_argument(pg::arguments(fcinfo), metrics_feature);
    pg::with_spi([&] { disable_with_children(target); });
    return Datum(0);
  });
}
