// upkeep.enable_updated_at, disable_updated_at and enable_updated_at_in: composing the trigger that carries the
// options.
#include "features/updated_at/enable.hpp"
#include "features/enabling.hpp"

#include "features/catalogue.hpp"
#include "features/orders/lock/open_columns.hpp"
#include "features/registry.hpp"
#include "features/trigger_options.hpp"
#include "features/updated_at/updated_at_plan.hpp"
#include "features/updated_at/updated_at_settings.hpp"
#include "postgres/citus/colocation.hpp"
#include "postgres/citus/shards.hpp"
#include "postgres/create_trigger.hpp"
#include "postgres/sql/arguments.hpp"
#include "postgres/sql/query.hpp"
#include "postgres/sql/result_set.hpp"

#include <algorithm>

namespace upkeep::updated_at {

using pg::call;

namespace {

// Whether some row can come without a stamp: into the table, or straight into a partition that lacks the default.
bool lacks_default(Oid table, const std::string &column) {
  const bool is_root = call([=] { return get_rel_relkind(table); }) == RELKIND_PARTITIONED_TABLE;
  bool lacks = false;
  for (const Oid each : is_root ? pg::with_descendants(table, AccessShareLock) : std::vector<Oid>{table})
    pg::with_relation(each, [&](Relation relation) {
      lacks |= !pg::has_default(relation, pg::require_column(relation, column, "enable_updated_at"));
    });
  return lacks;
}

// The stamp of a new row would be hours off those of its changes. Also where all is UTC today: a client may set the
// zone.
void notice_local_defaults(Relation table, const updated_at_settings &settings) {
  const std::vector<std::string> columns = local_columns(settings, table);
  if (columns.empty())
    return;
  const std::string text = local_defaults_text(columns), hint = utc_defaults(RelationGetRelid(table), columns);
  call([&] {
    ereport(
        NOTICE, errmsg("%s, and updated_at of \"%s\" writes UTC", text.c_str(), RelationGetRelationName(table)),
        errdetail("In a session whose TimeZone is not UTC, the stamp of a new row is hours off those of its changes."),
        errhint("%s Or enable with timezone => 'session'.", hint.c_str()));
  });
}

void enable_on(Oid table, trigger_arguments arguments) {
  updated_at_settings settings = read_updated_at(arguments.options());
  pg::with_relation(table, [&](Relation relation) {
    // Nothing in the arguments means what it meant in every version.
    if (const std::string usual = creation_column(relation, settings.column, settings.version);
        !settings.protect && usual != implied_protection() && !usual.empty())
      settings = read_updated_at(arguments.set("protect", pg::quoted(usual)).options());
    require_no_clone(relation, updated_at_feature);
    require_free_name(relation, updated_at_trigger, updated_at_feature);
    // Resolving finds every mistake before the table is touched.
    std::vector<char> memory(updated_at_plan::size(RelationGetDescr(relation)->natts));
    auto &plan = *new (memory.data()) updated_at_plan;
    resolve_updated_at(settings, relation, plan);
    notice_local_defaults(relation, settings);
  });
  const bool fills_inserts = lacks_default(table, settings.column);
  pg::create_trigger(pg::sql(
      R"sql(
     CREATE OR REPLACE TRIGGER {name} BEFORE {insert_or} UPDATE ON {table}
     FOR EACH ROW EXECUTE FUNCTION upkeep.updated_at({arguments})
   )sql",
      "name"_is = pg::identifier{updated_at_trigger}, "insert_or"_is = pg::fragment(fills_inserts ? "INSERT OR" : ""),
      "table"_is = pg::table{table}, "arguments"_is = pg::fragment(pg::literals(arguments.list()))));
}

void enable_with_children(Oid table, const trigger_arguments &arguments) {
  pg::require_own_table(table, "enable updated_at");
  pg::require_no_replicas(table, "enable updated_at");
  enable_on(table, arguments);
  // Rows of an inheritance child fire the child's triggers only.
  for (const Oid child : pg::inheritance_children(table)) {
    pg::require_own_table(child, "enable updated_at");
    enable_on(child, arguments);
  }
}

bool disable_on(Oid table) {
  pg::require_own_table(table, "disable updated_at");
  pg::with_relation(table, [](Relation relation) { require_no_clone(relation, updated_at_feature); });
  return drop_triggers(table, updated_at_feature);
}

void disable_with_children(Oid table) {
  bool found = disable_on(table);
  for (const Oid child : pg::inheritance_children(table))
    found |= disable_on(child);
  if (!found)
    call([=] { ereport(NOTICE, errmsg("updated_at is not enabled on \"%s\"", get_rel_name(table))); });
}

// The columns of a list that a table has and that can be written.
std::vector<std::string> those_of(Relation table, std::vector<std::string> names) {
  std::erase_if(names, [&](const std::string &name) {
    const AttrNumber column = pg::find_column(RelationGetDescr(table), name);
    return column == InvalidAttrNumber || TupleDescAttr(RelationGetDescr(table), column - 1)->attgenerated;
  });
  return names;
}

// The tables of a schema that have a column of that name, except partitions and what belongs to extensions.
std::vector<Oid> tables_with(Oid schema, const std::string &column) {
  const pg::parameter parameters[] = {pg::parameter::oid(schema), pg::parameter::text(column)};
  const pg::rows found = pg::execute(pg::sql(R"sql(
    SELECT c.oid
    FROM pg_class c
    JOIN pg_attribute a ON a.attrelid = c.oid
    WHERE c.relnamespace = $1 AND c.relkind IN ('r', 'p') AND NOT c.relispartition
      AND a.attname::text = $2 AND a.attnum > 0 AND NOT a.attisdropped
      AND NOT EXISTS (
        SELECT FROM pg_depend d WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.deptype = 'e')
    ORDER BY c.relname
  )sql"),
                                     parameters);
  std::vector<Oid> tables;
  for (std::uint64_t row = 0; row < found.count(); ++row) {
    const Oid table = found.oid(row, 1);
    call([=] { LockRelationOid(table, AccessShareLock); });
    tables.push_back(table);
  }
  return tables;
}

// A name that no table has is a mistake of the caller.
void require_somewhere(const std::vector<Oid> &tables, const std::string &schema, const std::string &column,
                       const std::vector<std::string> &protect) {
  for (const std::string &name : protect) {
    bool is_there = tables.empty();
    for (const Oid table : tables)
      pg::with_relation(table, [&](Relation relation) {
        is_there |= pg::find_column(RelationGetDescr(relation), name) != InvalidAttrNumber;
      });
    if (!is_there)
      throw fault{
          .sqlstate = sqlstate::undefined_column,
          .message = fmt::format("no table of schema \"{}\" that has \"{}\" has a column \"{}\"", schema, column, name),
          .hint = "protect_columns names columns of those tables; leave it out for the usual one."};
  }
}

void enable_in(const std::string &schema, const std::string &column, const protected_columns &protect,
               pg::result_set &result) {
  require_protectable(column, protect);
  const Oid space = call([&] { return get_namespace_oid(schema.c_str(), false); });
  const std::vector<Oid> tables = tables_with(space, column);
  if (protect)
    require_somewhere(tables, schema, column, *protect);
  for (const Oid table : tables)
    for (const Oid enabled : enable_updated_at_if_absent(table, column, protect))
      result.add(enabled);
}

} // namespace

void require_protectable(const std::string &stamp, const protected_columns &protect) {
  if (protect && std::find(protect->begin(), protect->end(), stamp) != protect->end())
    throw fault{.sqlstate = sqlstate::invalid_parameter_value,
                .message = fmt::format("column \"{}\" cannot be stamped and protected", stamp),
                .hint = "Leave it out of protect_columns."};
}

namespace {

// Says so, and is true, where a trigger would fire on each replica.
bool is_reference_table(Oid table) {
  if (pg::citus_kind_of(table) != pg::citus_kind::reference)
    return false;
  call([=] {
    ereport(WARNING, errmsg("updated_at is not enabled on \"%s\": it is a reference table", get_rel_name(table)));
  });
  return true;
}

} // namespace

std::vector<Oid> enable_updated_at_if_absent(Oid table, const std::string &column, const protected_columns &protect) {
  std::vector<Oid> enabled;
  std::vector<Oid> tables = pg::inheritance_children(table);
  tables.insert(tables.begin(), table);
  for (const Oid each : tables) {
    bool wanted = false;
    pg::with_relation(each, [&](Relation relation) {
      const AttrNumber number = pg::find_column(RelationGetDescr(relation), column);
      if (number == InvalidAttrNumber || trigger_of(relation, updated_at_feature))
        return;
      const FormData_pg_attribute &attribute = *TupleDescAttr(RelationGetDescr(relation), number - 1);
      const Oid type = attribute.atttypid;
      const Oid base = call([=] { return getBaseType(type); });
      wanted = (base == TIMESTAMPTZOID || base == TIMESTAMPOID) && !attribute.attgenerated;
      if (!wanted)
        call([&] {
          ereport(WARNING, errmsg("updated_at is not enabled on \"%s\": its column \"%s\" %s %s",
                                  RelationGetRelationName(relation), column.c_str(),
                                  attribute.attgenerated ? "is generated, of type" : "has type", format_type_be(type)));
        });
    });
    if (!wanted || is_reference_table(each))
      continue;
    pg::require_own_table(each, "enable updated_at");
    trigger_arguments arguments(updated_at_feature);
    arguments.set("column", column);
    if (protect)
      pg::with_relation(
          each, [&](Relation relation) { arguments.set("protect", pg::join_names(those_of(relation, *protect))); });
    enable_on(each, arguments);
    orders::require_open_columns_of(each);
    enabled.push_back(each);
  }
  return enabled;
}

} // namespace upkeep::updated_at

using namespace upkeep;
using namespace upkeep::updated_at;

// upkeep.enable_updated_at(target, column_name, ignore_columns, clock, explicit, protect_columns, version_column,
// timezone): replaces the options where it is enabled already. Errors: 22004, 22023, 42501, 42703, 42710, 42804, 42809,
// 428C9.
UPKEEP_FUNCTION(upkeep_enable_updated_at) {
  return pg::entry([=] {
    const pg::arguments given(fcinfo);
    const Oid target = target_argument(given, updated_at_feature);
    const trigger_arguments arguments(updated_at_feature, given);
    enabling(fcinfo, updated_at_feature, [&] { enable_with_children(target, arguments); });
    return Datum(0);
  });
}

// upkeep.disable_updated_at(target): drops every updated_at trigger of the table; a NOTICE where there is none.
UPKEEP_FUNCTION(upkeep_disable_updated_at) {
  return pg::entry([=] {
    const Oid target = target_argument(pg::arguments(fcinfo), updated_at_feature);
    pg::with_spi([&] { disable_with_children(target); });
    return Datum(0);
  });
}

// upkeep.enable_updated_at_in(schema, column_name, protect_columns): enables updated_at with its defaults on every
// table of the schema that has the column and no trigger; returns those tables. Errors: 22023, 3F000, 42703 a column to
// protect that none of them has, 42501 where one is not the caller's.
UPKEEP_FUNCTION(upkeep_enable_updated_at_in_protecting) {
  return pg::entry([=] {
    const pg::arguments given(fcinfo);
    const std::string schema = given.name(0, "schema");
    const std::string column = given.name(1, "column_name");
    const protected_columns protect = given.optional_names(2, "protect_columns");
    pg::result_set result(fcinfo);
    pg::with_spi([&] { enable_in(schema, column, protect, result); });
    return Datum(0);
  });
}

// The same as before 0.7.0, without protect_columns.
UPKEEP_FUNCTION(upkeep_enable_updated_at_in) {
  return pg::entry([=] {
    const pg::arguments given(fcinfo);
    const std::string schema = given.name(0, "schema");
    const std::string column = given.name(1, "column_name");
    pg::result_set result(fcinfo);
    pg::with_spi([&] { enable_in(schema, column, std::nullopt, result); });
    return Datum(0);
  });
}
