// From the arguments of a trigger of decisions to a plan for its table.
#include "features/decisions/decision_plan.hpp"
#include "features/catalogue.hpp"
#include "features/trigger_options.hpp"
#include "postgres/column_info.hpp"
#include "postgres/missing_column.hpp"
#include "postgres/sql/key_equality.hpp"
#include "postgres/sql/sql.hpp"

namespace upkeep::decisions {

using pg::call;

namespace {

const FormData_pg_attribute &attribute_of(Relation table, AttrNumber column) {
  return *TupleDescAttr(RelationGetDescr(table), column - 1);
}

[[noreturn]] void generated(Relation table, const char *column) {
  throw fault{.sqlstate = sqlstate::generated_always,
              .message = fmt::format("column \"{}\" of table \"{}\" is a generated or identity column", column,
                                     RelationGetRelationName(table)),
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

decision_settings settings_of(const decision_rule &rule, const option_list &options, Relation table) {
  decision_settings source{};
  source.table = other_table(options, "settings", table, AccessShareLock);
  source.key = text_option(options, "settings_key");
  source.row_key = pg::require_column(table, source.key, rule.enable);
  if (attribute_of(table, source.row_key).attgenerated)
    generated(table, source.key.c_str());
  pg::with_relation(source.table, [&](Relation settings) {
    source.owner = settings->rd_rel->relowner;
    const AttrNumber key = pg::require_column(settings, source.key, rule.enable);
    const Oid type = type_under_domains(settings, key), row_type = type_under_domains(table, source.row_key);
    if (!pg::have_common_equality(type, row_type))
      throw fault{.sqlstate = sqlstate::type_mismatch,
                  .message = fmt::format(
                      "column \"{}\" has type {} in \"{}\" and {} in \"{}\", which cannot be compared as keys",
                      source.key, type_of(table, source.row_key), RelationGetRelationName(table),
                      type_of(settings, key), RelationGetRelationName(settings)),
                  .hint = "Give both columns the same type."};
    std::vector<pg::fragment> list;
    for (std::size_t i = 0; i < rule.inputs.size(); ++i) {
      if (!rule.inputs[i].is_setting)
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
    const pg::key_equality equality = pg::equality_of(type, row_type);
    source.query = std::make_unique<pg::saved_query>(
        pg::sql("SELECT {list} FROM {settings} s WHERE s.{key} {equals} $1{cast}", "list"_is = pg::joined(list),
                "settings"_is = pg::own_rows_of(source.table), "key"_is = pg::identifier{source.key},
                "equals"_is = equality.equals, "cast"_is = equality.cast),
        std::vector<Oid>{row_type});
  });
  return source;
}

// All that is missing in one answer.
void require_all_columns(const decision_rule &rule, const option_list &options, Relation table) {
  std::vector<std::string> needed;
  if (find_option(options, "settings"))
    needed.push_back(text_option(options, "settings_key"));
  for (const input_rule &each : rule.inputs)
    if (each.is_needed)
      needed.emplace_back(each.name);
  for (const output_rule &each : rule.outputs)
    if (each.is_needed)
      needed.emplace_back(each.name);
  pg::require_both([&] { pg::require_columns(table, needed, rule.enable); },
                   [&] {
                     if (!find_option(options, "settings"))
                       return;
                     const Oid settings = other_table(options, "settings", table, AccessShareLock);
                     pg::with_relation(settings,
                                       [&](Relation of) { pg::require_columns(of, {needed[0]}, rule.enable); });
                   });
}

} // namespace

std::shared_ptr<const decision_plan> resolve_decisions(const decision_rule &rule, const option_list &options,
                                                       Relation table) {
  auto plan = std::make_shared<decision_plan>();
  plan->table = RelationGetRelationName(table);
  require_all_columns(rule, options, table);
  for (const input_rule &each : rule.inputs)
    plan->inputs.push_back(input_of(table, each.name, each.is_needed, false, rule.enable));
  for (const output_rule &each : rule.outputs)
    plan->outputs.push_back(output_of(table, each, rule.enable));
  if (find_option(options, "settings"))
    plan->settings = settings_of(rule, options, table);
  return plan;
}

} // namespace upkeep::decisions
