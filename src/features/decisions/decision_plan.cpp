// From the arguments of a trigger of decisions to a plan for its table.
#include "features/decisions/decision_plan.hpp"
#include "features/catalogue.hpp"
#include "features/trigger_options.hpp"
#include "postgres/column_info.hpp"
#include "postgres/missing_column.hpp"
#include "postgres/sql/key_equality.hpp"
#include "postgres/sql/sql.hpp"
#include "postgres/values/number.hpp"

namespace upkeep::decisions {

using pg::call;

namespace {

const FormData_pg_attribute &attribute_of(Relation table, AttrNumber column) {
  return *TupleDescAttr(RelationGetDescr(table), column - 1);
}

[[noreturn]] void generated(Relation table, const char *column) {
  throw fault{.sqlstate = sqlstate::generated_always,
              .message = fmt::format("column \"{}\" of table \"{}\" is a generated or identity column", column,
                                     pg::table_name(table)),
              .hint = "A row that decides itself reads and writes plain columns: the others are computed after it."};
}

// A column that holds a number; 0 where there is none, or where it is computed after the trigger and need not be read.
input_column input_of(Relation table, const char *name, bool is_needed, bool is_stored, const char *enable) {
  const AttrNumber number =
      is_needed ? pg::require_column(table, name, enable) : pg::find_column(RelationGetDescr(table), name);
  if (number == InvalidAttrNumber)
    return {};
  const pg::column_info column(table, number);
  if (column.generated && !(is_stored && column.generated == ATTRIBUTE_GENERATED_STORED)) {
    if (is_needed)
      generated(table, name);
    return {};
  }
  column.require_number("Use smallint, integer, bigint or numeric, or a domain over one of them.");
  return {number, column.type};
}

// A text fits into all that reads it: texts and enums; json into json, jsonb and texts.
void require_fitting(const pg::column_info &column, output_kind kind) {
  static constexpr const char *needed[] = {"text, varchar or an enum", "a number", "jsonb, json or text"};
  const char category = pg::category_of(column.type);
  const bool is_text = category == TYPCATEGORY_STRING;
  const bool fits[] = {is_text || category == TYPCATEGORY_ENUM, category == TYPCATEGORY_NUMERIC,
                       is_text || column.type == JSONBOID || column.type == JSONOID};
  const auto at = static_cast<std::size_t>(kind);
  if (!fits[at])
    throw fault{.sqlstate = sqlstate::type_mismatch,
                .message = fmt::format("column \"{}\" of table \"{}\" has type {}", column.name, column.table,
                                       column.type_name()),
                .hint = fmt::format("It must be {}.", needed[at])};
}

output_column output_of(Relation table, const output_rule &rule, const char *enable) {
  const AttrNumber number = rule.is_needed ? pg::require_column(table, rule.name, enable)
                                           : pg::find_column(RelationGetDescr(table), rule.name);
  if (number == InvalidAttrNumber)
    return {0, InvalidOid, InvalidOid, -1, rule.name};
  const pg::column_info column(table, number);
  if (column.generated || column.is_identity)
    generated(table, rule.name);
  require_fitting(column, rule.kind);
  return {number, column.declared, column.type, column.declared_modifier, rule.name};
}

Oid type_under_domains(Relation table, AttrNumber column) {
  return call([=] { return getBaseType(attribute_of(table, column).atttypid); });
}

// The row's column that another table is asked with.
AttrNumber row_key_of(const decision_rule &rule, const std::string &key, Relation table) {
  const AttrNumber column = pg::require_column(table, key, rule.enable);
  if (attribute_of(table, column).attgenerated)
    generated(table, key.c_str());
  return column;
}

// The key of another table, as it is compared with that of the row.
pg::key_equality equality_with(Relation other, const std::string &key, Relation table, AttrNumber row_key,
                               const decision_rule &rule) {
  const AttrNumber column = pg::require_column(other, key, rule.enable);
  const Oid type = type_under_domains(other, column), row_type = type_under_domains(table, row_key);
  if (!pg::have_common_equality(type, row_type))
    throw fault{.sqlstate = sqlstate::type_mismatch,
                .message = fmt::format(
                    "column \"{}\" has type {} in \"{}\" and {} in \"{}\", which cannot be compared as keys", key,
                    type_of(table, row_key), pg::table_name(table), type_of(other, column), pg::table_name(other)),
                .hint = "Give both columns the same type."};
  return pg::equality_of(type, row_type);
}

// Whether the settings alone are asked for it, and cannot say: what else has that name there is of no use.
bool is_no_setting(const input_rule &rule, Relation settings) {
  const AttrNumber number = pg::find_column(RelationGetDescr(settings), rule.name);
  return !rule.is_setting || (!rule.is_own && number && !pg::is_number(type_under_domains(settings, number)));
}

decision_settings settings_of(const decision_rule &rule, const option_list &options, Relation table) {
  decision_settings source{};
  source.table = other_table(options, "settings", table, AccessShareLock);
  source.key = text_option(options, "settings_key");
  source.row_key = row_key_of(rule, source.key, table);
  pg::with_relation(source.table, [&](Relation settings) {
    source.owner = settings->rd_rel->relowner;
    const pg::key_equality equality = equality_with(settings, source.key, table, source.row_key, rule);
    std::vector<pg::fragment> list;
    for (std::size_t i = 0; i < rule.inputs.size(); ++i) {
      if (is_no_setting(rule.inputs[i], settings))
        continue;
      const input_column column = input_of(settings, rule.inputs[i].name, false, true, rule.enable);
      if (!column.number)
        continue;
      // The value is read as of this type, whatever table has the name when the query is planned.
      list.push_back(pg::sql("s.{name}::{type}", "name"_is = pg::identifier{std::string(rule.inputs[i].name)},
                             "type"_is = pg::type_as_sql(column.type)));
      source.inputs.push_back(i);
      source.types.push_back(column.type);
    }
    source.query = std::make_unique<pg::saved_query>(
        pg::sql("SELECT {list} FROM {settings} s WHERE s.{key} {equals} $1{cast}", "list"_is = pg::joined(list),
                "settings"_is = pg::own_rows_of(source.table), "key"_is = pg::identifier{source.key},
                "equals"_is = equality.equals, "cast"_is = equality.cast),
        std::vector<Oid>{type_under_domains(table, source.row_key)});
  });
  return source;
}

void require_date(Relation table, const char *column) {
  const pg::column_info found(table, pg::find_column(RelationGetDescr(table), column));
  if (found.type != DATEOID)
    throw fault{.sqlstate = sqlstate::type_mismatch,
                .message = fmt::format("column \"{}\" of table \"{}\" has type {}", column, pg::table_name(table),
                                       found.type_name()),
                .hint = "It must be a date: the shop's own."};
}

// Which day the weeks of a shop begin on; nullptr where its settings have no such column.
std::unique_ptr<pg::saved_query> first_weekday_of(const decision_rule &rule, const decision_settings &source,
                                                  Relation table) {
  std::unique_ptr<pg::saved_query> query;
  pg::with_relation(source.table, [&](Relation settings) {
    if (!pg::find_column(RelationGetDescr(settings), "week_start_day"))
      return;
    const pg::key_equality equality = equality_with(settings, source.key, table, source.row_key, rule);
    query = std::make_unique<pg::saved_query>(
        pg::sql("SELECT s.week_start_day::pg_catalog.text FROM {settings} s WHERE s.{key} {equals} $1{cast}",
                "settings"_is = pg::own_rows_of(source.table), "key"_is = pg::identifier{source.key},
                "equals"_is = equality.equals, "cast"_is = equality.cast),
        std::vector<Oid>{type_under_domains(table, source.row_key)});
  });
  return query;
}

decision_records records_of(const decision_rule &rule, const option_list &options, Relation table,
                            const std::optional<decision_settings> &settings) {
  decision_records source{};
  source.table = other_table(options, "daily_records", table, AccessShareLock);
  const std::string key = text_option(options, "settings_key");
  source.row_key = row_key_of(rule, key, table);
  source.row_day = pg::require_column(table, "decided_on", rule.enable);
  if (attribute_of(table, source.row_day).attgenerated)
    generated(table, "decided_on");
  require_date(table, "decided_on");
  pg::with_relation(source.table, [&](Relation records) {
    source.owner = records->rd_rel->relowner;
    const pg::key_equality equality = equality_with(records, key, table, source.row_key, rule);
    require_date(records, "record_date");
    for (const char *amount : {"orders", "revenue"})
      input_of(records, amount, true, true, rule.enable);
    // A day that lacks the one says nothing with the other.
    source.sums = std::make_unique<pg::saved_query>(
        pg::sql(R"sql(
          SELECT pg_catalog.sum(d.revenue::pg_catalog.numeric), pg_catalog.sum(d.orders::pg_catalog.numeric)
          FROM {records} d
          WHERE d.{key} {equals} $1{cast} AND d.record_date [>=] $2 AND d.record_date [<] $3
            AND d.orders IS NOT NULL AND d.revenue IS NOT NULL
        )sql",
                "records"_is = pg::own_rows_of(source.table), "key"_is = pg::identifier{key},
                "equals"_is = equality.equals, "cast"_is = equality.cast),
        std::vector<Oid>{type_under_domains(table, source.row_key), DATEOID, DATEOID}, pg::access::by_index);
  });
  if (settings)
    source.first_weekday = first_weekday_of(rule, *settings, table);
  return source;
}

void require_columns_of(const decision_rule &rule, const option_list &options, const char *option, Relation table,
                        const std::vector<std::string> &needed) {
  if (!find_option(options, option))
    return;
  const Oid other = other_table(options, option, table, AccessShareLock);
  pg::with_relation(other, [&](Relation of) { pg::require_columns(of, needed, rule.enable); });
}

// All that is missing in one answer.
void require_all_columns(const decision_rule &rule, const option_list &options, Relation table) {
  const std::string key = text_option(options, "settings_key");
  std::vector<std::string> needed;
  if (find_option(options, "settings") || find_option(options, "daily_records"))
    needed.push_back(key);
  if (find_option(options, "daily_records"))
    needed.emplace_back("decided_on");
  for (const input_rule &each : rule.inputs)
    if (each.is_needed)
      needed.emplace_back(each.name);
  for (const output_rule &each : rule.outputs)
    if (each.is_needed)
      needed.emplace_back(each.name);
  pg::require_both(
      [&] { pg::require_columns(table, needed, rule.enable); },
      [&] {
        pg::require_both(
            [&] { require_columns_of(rule, options, "settings", table, {key}); },
            [&] {
              require_columns_of(rule, options, "daily_records", table, {key, "record_date", "orders", "revenue"});
            });
      });
}

} // namespace

std::shared_ptr<const decision_plan> resolve_decisions(const decision_rule &rule, const option_list &options,
                                                       Relation table) {
  auto plan = std::make_shared<decision_plan>();
  plan->table = pg::table_name(table);
  require_all_columns(rule, options, table);
  for (const input_rule &each : rule.inputs)
    plan->inputs.push_back(each.is_own ? input_of(table, each.name, each.is_needed, false, rule.enable)
                                       : input_column{});
  for (const output_rule &each : rule.outputs)
    plan->outputs.push_back(output_of(table, each, rule.enable));
  if (find_option(options, "settings"))
    plan->settings = settings_of(rule, options, table);
  if (find_option(options, "daily_records"))
    plan->records = records_of(rule, options, table, plan->settings);
  return plan;
}

} // namespace upkeep::decisions
