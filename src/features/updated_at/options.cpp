// From the arguments of an updated_at trigger to a plan for its table.
#include "core/options/option_list.hpp"
#include "core/text/joined.hpp"
#include "features/catalogue.hpp"
#include "features/updated_at/updated_at_plan.hpp"
#include "features/updated_at/updated_at_settings.hpp"
#include "postgres/citus/shards.hpp"
#include "postgres/time_column.hpp"
#include "postgres/values/local_time.hpp"

#include <algorithm>

namespace upkeep::updated_at {

using pg::call;

namespace {

void require_version_column(Relation table, AttrNumber column, updated_at_plan &plan) {
  const FormData_pg_attribute &attribute = *TupleDescAttr(RelationGetDescr(table), column - 1);
  const Oid declared = attribute.atttypid;
  const Oid base = call([=] { return getBaseType(declared); });
  if (base != INT2OID && base != INT4OID && base != INT8OID)
    throw fault{.sqlstate = sqlstate::type_mismatch,
                .message = fmt::format("column \"{}\" of table \"{}\" has type {}, which cannot hold a version",
                                       NameStr(attribute.attname), pg::table_name(table),
                                       pg::string_from([=] { return format_type_be(declared); })),
                .hint = "Use smallint, integer or bigint."};
  plan.last_version = base == INT8OID ? INT64_MAX : base == INT4OID ? INT32_MAX : INT16_MAX;
  plan.version_domain = base == declared ? InvalidOid : declared;
}

// A column has one role: the stamp cannot be the version, neither can be protected.
void give_role(Relation table, updated_at_plan &plan, AttrNumber column, pg::column_role role) {
  pg::column_role &current = plan.table.columns[column - 1].role;
  const FormData_pg_attribute &attribute = *TupleDescAttr(RelationGetDescr(table), column - 1);
  if (attribute.attgenerated || current == pg::column_role::stamp || current == pg::column_role::version)
    throw fault{.sqlstate = attribute.attgenerated ? sqlstate::generated_always : sqlstate::invalid_parameter_value,
                .message = fmt::format("column \"{}\" of table \"{}\" cannot be {}", NameStr(attribute.attname),
                                       pg::table_name(table),
                                       role == pg::column_role::protected_column ? "protected" : "the version"),
                .hint = attribute.attgenerated
                            ? "A generated column follows its expression."
                            : "The stamp, the version and the protected columns must be different columns."};
  current = role;
}

constexpr const char *creation_columns[] = {"created_at", "createdAt", "CreatedAt", "inserted_at", "created"};

// Any type may be called created_at; "created" may be a flag, which a protection would freeze.
bool says_when(const FormData_pg_attribute &column, std::string_view name) {
  const Oid type = column.atttypid;
  return !column.attgenerated && (name == creation_columns[0] ||
                                  pg::category_of(call([=] { return getBaseType(type); })) == TYPCATEGORY_DATETIME);
}

} // namespace

std::string creation_column(Relation table, const std::string &stamp, const std::optional<std::string> &version) {
  for (const char *name : creation_columns)
    if (const AttrNumber column = pg::find_column(RelationGetDescr(table), name);
        column != InvalidAttrNumber && name != stamp && name != version &&
        says_when(*TupleDescAttr(RelationGetDescr(table), column - 1), name))
      return name;
  return "";
}

std::vector<std::string> local_columns(const updated_at_settings &settings, Relation table) {
  TupleDesc descriptor = RelationGetDescr(table);
  const AttrNumber stamp = pg::find_column(descriptor, settings.column);
  if (settings.session_local || stamp == InvalidAttrNumber ||
      call([&] { return getBaseType(TupleDescAttr(descriptor, stamp - 1)->atttypid); }) != TIMESTAMPOID)
    return {};
  std::vector<std::string> columns;
  for (const std::string &name : {settings.column, creation_column(table, settings.column, settings.version)})
    if (const AttrNumber column = pg::find_column(descriptor, name);
        column != InvalidAttrNumber && pg::has_local_default(table, column))
      columns.push_back(name);
  return columns;
}

std::string local_defaults_text(const std::vector<std::string> &columns) {
  return fmt::format("the default of \"{}\" is the session's local time", joined(columns, "\" and of \""));
}

std::string utc_defaults(Oid table, const std::vector<std::string> &columns) {
  std::string actions;
  for (const std::string &column : columns)
    actions += fmt::format("{} ALTER COLUMN {} SET DEFAULT (now() AT TIME ZONE 'UTC')", actions.empty() ? "" : ",",
                           pg::quoted(column));
  return fmt::format("ALTER TABLE {}{};", pg::qualified(pg::logical_table(table)), actions);
}

std::string implied_protection() { return rule_of(updated_at_feature, "protect").usual(); }

updated_at_settings read_updated_at(const option_list &options) {
  updated_at_settings settings;
  settings.column = text_option(options, "column");
  settings.ignore = pg::list_option(options, "ignore");
  settings.clock = choice_option<stamp_clock>(options, "clock");
  settings.on_explicit = choice_option<explicit_rule>(options, "explicit");
  if (find_option(options, "protect"))
    settings.protect = pg::list_option(options, "protect");
  if (const std::string *version = find_option(options, "version"))
    settings.version = *version;
  settings.session_local = text_option(options, "timezone") == timezone_choices[1];
  return settings;
}

void resolve_updated_at(const updated_at_settings &settings, Relation table, updated_at_plan &plan) {
  TupleDesc descriptor = RelationGetDescr(table);
  plan = {};
  pg::describe(descriptor, plan.table);

  plan.stamp = pg::require_column(table, settings.column, "enable_updated_at");
  const pg::time_column stamp = pg::require_time_column(table, plan.stamp);
  plan.tick = tick_of(stamp.precision);
  plan.has_zone = stamp.base_type == TIMESTAMPTZOID;
  plan.stamp_domain = stamp.is_domain ? TupleDescAttr(descriptor, plan.stamp - 1)->atttypid : InvalidOid;
  plan.clock = settings.clock;
  plan.on_explicit = settings.on_explicit;
  plan.session_local = settings.session_local;

  for (const std::string &name : settings.ignore)
    plan.table.columns[pg::require_column(table, name, "enable_updated_at") - 1].role = pg::column_role::passive;
  plan.table.columns[plan.stamp - 1].role = pg::column_role::stamp;
  if (settings.version) {
    plan.version = pg::require_column(table, *settings.version, "enable_updated_at");
    require_version_column(table, plan.version, plan);
    give_role(table, plan, plan.version, pg::column_role::version);
  }
  if (settings.protect) {
    for (const std::string &name : *settings.protect)
      give_role(table, plan, pg::require_column(table, name, "enable_updated_at"), pg::column_role::protected_column);
  } else if (const AttrNumber created = pg::find_column(descriptor, implied_protection());
             created != InvalidAttrNumber && plan.table.columns[created - 1].role < pg::column_role::protected_column &&
             !TupleDescAttr(descriptor, created - 1)->attgenerated)
    plan.table.columns[created - 1].role = pg::column_role::protected_column;

  pg::find_special(plan.table);
}

} // namespace upkeep::updated_at
