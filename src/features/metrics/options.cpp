// From the arguments of a metrics trigger to a plan for its table.
#include "core/metrics/commerce_set.hpp"
#include "core/metrics/formula_message.hpp"
#include "core/options/option_list.hpp"
#include "features/catalogue.hpp"
#include "features/metrics/metrics_plan.hpp"
#include "postgres/column_info.hpp"
#include "postgres/missing_column.hpp"
#include "postgres/rows/unique_key.hpp"
#include "postgres/sql/key_equality.hpp"
#include "postgres/sql/saved_query.hpp"
#include "postgres/sql/sql.hpp"

#include <algorithm>

namespace upkeep::metrics {

using pg::call;
using pg::fragment;
using pg::sql;

namespace {

constexpr const char *enable = "enable_metrics";

[[noreturn]] void no_such_input(const metric_set &set, std::size_t input, Relation relation) {
  const reference &name = set.inputs()[input];
  const Oid table = RelationGetRelid(relation);
  throw pg::missing_column{
      {sqlstate::undefined_column,
       at_position(fmt::format("column \"{}\" of table \"{}\" does not exist", name.name, pg::table_name(relation)),
                   set.formula_using(input), name.position),
       {},
       fmt::format(
           "If it was renamed or dropped, call upkeep.{} again with formulas that name the columns \"{}\" has now.",
           enable, pg::table_name(pg::topmost(table)))},
      table,
      {name.name}};
}

// The column of input `input` of the set.
number_column number_input(const metric_set &set, std::size_t input, Relation relation) {
  const reference &name = set.inputs()[input];
  const AttrNumber number = pg::find_column(RelationGetDescr(relation), name.name);
  if (number == InvalidAttrNumber)
    no_such_input(set, input, relation);
  const pg::column_info column(relation, number);
  if (!pg::is_number(column.type))
    throw fault{.sqlstate = sqlstate::type_mismatch,
                .message = at_position(
                    fmt::format("column \"{}\" of table \"{}\" has type {}, which is not an exact numeric type",
                                name.name, column.table, column.type_name()),
                    set.formula_using(input), name.position),
                .hint = "Formulas compute with smallint, integer, bigint and numeric, and domains over them."};
  // Generated columns are computed after the triggers have run, virtual ones only by queries.
  if (column.generated && (!name.of_settings || column.generated != ATTRIBUTE_GENERATED_STORED))
    throw fault{.sqlstate = sqlstate::generated_always,
                .message = at_position(
                    fmt::format("column \"{}\" of table \"{}\" is a generated column", name.name, column.table),
                    set.formula_using(input), name.position),
                .hint = "Write what it is generated from into the formula."};
  return {name.name, number, column.type};
}

metric_target target_of(metric_set &set, std::size_t metric, Relation relation) {
  const formula &expression = set.metrics()[metric].expression;
  const pg::column_info column(relation, pg::require_column(relation, expression.target, enable));
  const std::optional<number_type> holds = pg::number_type_of(column.type, column.modifier);
  if (!holds)
    column.refuse_type("cannot hold a metric",
                       "Use bigint, integer, smallint or numeric, or a domain over one of them.");
  column.require_writable("A metric needs a column that can be written.");
  set.set_column(metric, *holds);
  return {column.number, column.type, column.domain, column.type_name()};
}

key_column key_of(const pg::column_info &column) {
  return {column.name, column.number, column.type, column.collation, column.length, column.by_value};
}

pg::column_info require_info(Relation relation, const std::string &name) {
  return {relation, pg::require_column(relation, name, enable)};
}

key_column date_of(Relation relation, const std::string &name) {
  const pg::column_info column = require_info(relation, name);
  if (column.type != DATEOID && column.type != TIMESTAMPOID && column.type != TIMESTAMPTZOID)
    column.refuse_type("is not a date", "Use date, timestamp or timestamptz.");
  return key_of(column);
}

// SELECT of the settings in force, for a key as $1 and, with periods, a date as $2.
fragment settings_query(const settings_source &source) {
  // The values are read as of these types, whatever table has the name when the query is planned.
  std::vector<fragment> list;
  for (const number_column &column : source.columns)
    list.push_back(
        sql("s.{name}::{type}", "name"_is = pg::identifier{column.name}, "type"_is = pg::type_as_sql(column.type)));
  const pg::key_equality equality = pg::equality_of(source.key.type, source.row_key.type);
  const pg::identifier key{source.key.name};
  const fragment rows = pg::own_rows_of(source.table);
  // The latest by a query of its own: ORDER BY with a limit would lock one row more.
  const fragment in_force = source.from.number
                                ? sql(R"sql(
    AND s.{from} [=] (
      SELECT pg_catalog.max(x.{from}) FROM {rows} x WHERE x.{key} {equals} $1{cast} AND x.{from} [<=] $2)
  )sql",
                                      "from"_is = pg::identifier{source.from.name}, "rows"_is = rows, "key"_is = key,
                                      "equals"_is = equality.equals, "cast"_is = equality.cast)
                                : fragment();
  return sql("SELECT {list} FROM {rows} s WHERE s.{key} {equals} $1{cast} {in_force}", "list"_is = pg::joined(list),
             "rows"_is = rows, "key"_is = key, "equals"_is = equality.equals, "cast"_is = equality.cast,
             "in_force"_is = in_force);
}

settings_source settings_of(const metrics_plan &plan, Relation table) {
  settings_source source{};
  source.table = pg::resolve_and_lock(*plan.options.settings, table, RowShareLock);
  pg::with_relation(source.table, [&](Relation settings) {
    source.root = pg::topmost(source.table);
    source.owner = settings->rd_rel->relowner;
    // Otherwise anyone with a table could read any other.
    pg::require_role_of(table->rd_rel->relowner, source.table, source.owner);
    const pg::column_info key = require_info(settings, plan.options.settings_key),
                          row_key = require_info(table, plan.options.settings_key);
    source.key = key_of(key);
    source.row_key = key_of(row_key);
    if (!pg::have_common_equality(source.key.type, source.row_key.type))
      throw fault{.sqlstate = sqlstate::type_mismatch,
                  .message = fmt::format(
                      "column \"{}\" has type {} in \"{}\" and {} in \"{}\", which cannot be compared as keys",
                      key.name, row_key.type_name(), plan.table, key.type_name(), key.table),
                  .hint = "Give both columns the same type."};
    if (plan.options.settings_from) {
      source.from = date_of(settings, *plan.options.settings_from);
      source.row_date = date_of(table, plan.options.date_column);
    }
    for (std::size_t input = plan.set.row_inputs(); input < plan.set.inputs().size(); ++input)
      source.numbers.push_back(source.columns.emplace_back(number_input(plan.set, input, settings)).number);
    if (!source.from.number)
      source.unique = call([&] {
        const pg::key_part key{source.key.number, source.row_key.type};
        return pg::find_unique_key(settings, &key, 1);
      });
  });
  std::vector<Oid> types{source.row_key.type};
  if (source.from.number)
    types.push_back(source.row_date.type);
  const fragment query = settings_query(source);
  source.locked = std::make_unique<pg::saved_query>(sql("{query} FOR SHARE OF s", "query"_is = query), types);
  source.unlocked = std::make_unique<pg::saved_query>(query, types);
  return source;
}

void require_settings_given(const metric_set &set) {
  if (set.row_inputs() == set.inputs().size())
    return;
  const reference &name = set.inputs()[set.row_inputs()];
  throw fault{.sqlstate = sqlstate::undefined_column,
              .message = at_position(
                  fmt::format("\"settings.{}\" names a column of the settings, but there are none", name.name),
                  set.formula_using(set.row_inputs()), name.position),
              .hint = "Give the table that holds them: settings => 'schema.table'."};
}

std::string describe_input(const metrics_plan &plan, std::size_t input, const decimal &value) {
  const reference &name = plan.set.inputs()[input];
  return fmt::format("{}{} = {}", name.of_settings ? "settings." : "", name.name, to_text(value));
}

} // namespace

metrics_options_given read_metrics(const option_list &options) {
  metrics_options_given given;
  const auto text = [&](const char *name) {
    const std::string *value = find_option(options, name);
    return value ? std::optional(*value) : std::nullopt;
  };
  given.formulas = find_options(options, "formula");
  given.settings = text("settings");
  given.settings_key = text_option(options, "settings_key");
  given.settings_from = text("settings_from");
  given.date_column = text_option(options, "date_column");
  given.on_settings_change = choice_option<settings_change>(options, "on_settings_change");
  given.on_overflow = choice_option<overflow_rule>(options, "on_overflow");
  given.touches_updated_at = text_option(options, "touch_updated_at") == touch_choices[0];
  return given;
}

std::vector<std::string> formulas_for(const metrics_options_given &options, Relation table) {
  if (!options.formulas.empty())
    return options.formulas;
  std::optional<Oid> settings;
  if (options.settings)
    settings = pg::resolve_and_lock(*options.settings, table, AccessShareLock);
  const auto has = [](Relation relation, const std::string &name) {
    return pg::find_column(RelationGetDescr(relation), name) != InvalidAttrNumber;
  };
  std::vector<std::string> formulas;
  for (const commerce_metric &each : commerce_set()) {
    const std::string text(each.formula);
    const metric_set alone(std::span(&text, 1));
    bool fits = has(table, std::string(each.name));
    for (const reference &input : alone.inputs())
      if (!input.of_settings)
        fits = fits && has(table, input.name);
      else if (!settings)
        fits = false;
      else
        pg::with_relation(*settings, [&](Relation relation) { fits = fits && has(relation, input.name); });
    if (fits)
      formulas.push_back(text);
  }
  if (formulas.empty())
    throw fault{.sqlstate = sqlstate::undefined_column,
                .message = fmt::format("table \"{}\" has no column of the commerce set", pg::table_name(table)),
                .detail = "The set keeps aov, cpl, cvr, roas and net_profit, from orders, revenue, ad_spend and leads.",
                .hint = "Pass formulas: formulas => ARRAY['margin = revenue - cost']."};
  return formulas;
}

std::shared_ptr<const metrics_plan> resolve_metrics(const metrics_options_given &options, Relation table) {
  const auto plan = std::make_shared<metrics_plan>(formulas_for(options, table));
  plan->options = options;
  plan->table = pg::table_name(table);
  plan->root = pg::table_name(pg::topmost(RelationGetRelid(table)));
  plan->column_count = RelationGetDescr(table)->natts;
  for (std::size_t metric = 0; metric < plan->set.metrics().size(); ++metric)
    plan->targets.push_back(target_of(plan->set, metric, table));
  for (std::size_t input = 0; input < plan->set.row_inputs(); ++input)
    plan->columns.push_back(number_input(plan->set, input, table));
  if (!options.settings)
    require_settings_given(plan->set);
  else if (plan->set.row_inputs() < plan->set.inputs().size())
    plan->settings = settings_of(*plan, table);
  return plan;
}

std::shared_ptr<const metrics_plan> plan_of_trigger(const Trigger &trigger, Relation table) {
  auto plan = pg::session_plan<metrics_plan>(trigger, [&] {
    pg::resolved_plan<metrics_plan> made{
        resolve_metrics(read_metrics(pg::trigger_options(trigger, metrics_feature)), table),
        {{RelationGetRelid(table)}}};
    if (made.plan->settings)
      made.tables.push_back({made.plan->settings->table, RowShareLock});
    return made;
  });
  // A role can have lost its rights since.
  if (plan->settings)
    pg::require_role_of(table->rd_rel->relowner, plan->settings->table, plan->settings->owner);
  return plan;
}

std::string describe_inputs(const metrics_plan &plan, std::size_t metric, std::span<const decimal> inputs) {
  std::string text;
  for (const std::size_t input : plan.set.inputs_of(metric))
    text += (text.empty() ? "" : ", ") + describe_input(plan, input, inputs[input]);
  return text;
}

std::string describe_row(const metrics_plan &plan, std::span<const decimal> inputs) {
  std::string metrics, values;
  for (const metric_set::metric &metric : plan.set.metrics())
    metrics += (metrics.empty() ? "" : ", ") + metric.expression.target;
  for (std::size_t input = 0; input < std::min(inputs.size(), plan.set.row_inputs()); ++input)
    values += (values.empty() ? "; " : ", ") + describe_input(plan, input, inputs[input]);
  return fmt::format("While computing {} of \"{}\"{}.", metrics, plan.table, values);
}

void require_fraction(const metrics_plan &plan, std::size_t setting, const decimal &value) {
  const reference &name = plan.set.inputs()[plan.set.row_inputs() + setting];
  if (name.name != fraction_setting || value.is_null || is_between_0_and_1(value))
    return;
  throw fault{.sqlstate = sqlstate::invalid_parameter_value,
              .message = fmt::format("{} must be a fraction between 0 and 1, not {}", fraction_setting, to_text(value)),
              .detail = fmt::format("The settings of \"{}\" say so in table \"{}\".", plan.table,
                                    pg::table_name(plan.settings->table)),
              .hint = fmt::format("Store 0.4 for 40 percent.")};
}

} // namespace upkeep::metrics
