// upkeep.suggest: what could be enabled in a schema, as statements to run in their order. Reads the catalogue only.
#include "features/suggest/suggest.hpp"

#include "core/suggest/names.hpp"
#include "core/suggest/patterns.hpp"
#include "features/catalogue.hpp"
#include "features/guard/guard.hpp"
#include "postgres/sql/arguments.hpp"
#include "postgres/sql/query.hpp"
#include "postgres/sql/result_set.hpp"

#include <algorithm>

namespace upkeep::suggest {

using pg::call;

namespace {

Oid require_schema(const std::string &name) {
  const Oid schema = call([&] { return get_namespace_oid(name.c_str(), true); });
  if (!OidIsValid(schema))
    throw fault{.sqlstate = sqlstate::invalid_schema_name,
                .message = fmt::format("schema \"{}\" does not exist", name),
                .hint = "Pass the name of a schema that has tables, as 'public'."};
  return schema;
}

// A part that a view plays better than any table.
struct part {
  name_patterns names;
  const feature_rule *feature;
};
constexpr part parts[] = {{patterns::orders, &order_totals_feature},
                          {patterns::lines, &order_snapshots_feature},
                          {patterns::products, &order_snapshots_feature},
                          {patterns::carts, &touch_feature},
                          {patterns::daily_records, &metrics_feature}};

const char *kind_of(const schema_table &table) {
  return table.kind == RELKIND_FOREIGN_TABLE ? "a foreign table"
         : table.kind == RELKIND_MATVIEW     ? "a materialized view"
                                             : "a view";
}

bool fits_better(name_patterns names, const schema_table &view, const found_schema &schema) {
  const schema_table *table = schema.best(names);
  return !table || rank_of(names, view.word) < rank_of(names, table->word);
}

void suggest_views(const found_schema &schema, std::vector<proposal> &into) {
  for (const part &each : parts)
    for (const schema_table &table : schema.tables)
      if (!is_table(table) && is_one_of(each.names, table.word) && fits_better(each.names, table, schema)) {
        proposal made(*each.feature, {&table});
        made.blocked(fmt::format("{} is {}: only tables have the triggers that it takes", table.name, kind_of(table)));
        into.push_back(std::move(made));
      }
}

// The guard's schemas with this one: enabling replaces them.
void suggest_guard(const found_schema &schema, Oid oid, const std::string &name, std::vector<proposal> &into) {
  if (std::none_of(schema.tables.begin(), schema.tables.end(), is_table))
    return;
  const guard::guarded_schemas guarded = guard::guarded_schemas::as_ruled();
  if (guarded.contains(oid))
    return;
  const pg::rows rules = pg::read("SELECT schema_name, mode FROM upkeep.guard_rules ORDER BY schema_name");
  std::vector<std::string> schemas;
  std::string mode = rules.count() ? "warn" : "block";
  for (std::uint64_t row = 0; row < rules.count(); ++row) {
    schemas.push_back(rules.text(row, 1).value());
    mode = rules.text(row, 2) == "block" ? "block" : mode;
  }
  schemas.push_back(name);
  proposal made(guard_feature, {});
  if (mode != "block")
    made.argument("mode", pg::literals({mode}));
  if (schemas != std::vector<std::string>{"public"})
    made.argument("schemas", pg::array_literal(schemas));
  if (!guard::owns_schema(oid))
    made.remark("to be run by the owner of the schema");
  for (const schema_table &table : schema.tables)
    if (is_table(table) && !table.is_callers) {
      made.remark("to be run by a role with the rights of all owners of tables");
      break;
    }
  into.push_back(std::move(made));
}

void suggest(const std::string &name, pg::result_set &result) {
  const Oid oid = require_schema(name);
  found_schema schema{read_schema(oid)};
  for (const schema_table &table : schema.tables)
    call([&] { LockRelationOid(table.oid, AccessShareLock); });
  std::vector<proposal> proposals;
  suggest_stamps(schema, proposals);
  suggest_orders(schema, proposals);
  suggest_analytics(schema, proposals);
  suggest_views(schema, proposals);
  suggest_guard(schema, oid, name, proposals);
  int step = 0;
  std::set<std::string> asked;
  for (const proposal &each : proposals) {
    const std::string note = each.note();
    result.add(++step, each.feature(), each.statement(asked), note);
  }
}

} // namespace

} // namespace upkeep::suggest

using namespace upkeep;
using namespace upkeep::suggest;

// upkeep.suggest(schema) RETURNS TABLE (step, feature, statement, note): runs nothing. Errors: 22004, 3F000.
UPKEEP_FUNCTION(upkeep_suggest) {
  return pg::entry([=] {
    const std::string schema = pg::arguments(fcinfo).name(0, "schema");
    pg::result_set result(fcinfo, 0);
    pg::with_spi([&] { suggest::suggest(schema, result); });
    return Datum(0);
  });
}
