// What keeps the figures of an analytics app, as upkeep.suggest proposes it.
#include "core/metrics/commerce_set.hpp"
#include "core/metrics/formula_rename.hpp"
#include "core/options/option_list.hpp"
#include "core/suggest/names.hpp"
#include "core/suggest/patterns.hpp"
#include "core/text/joined.hpp"
#include "features/catalogue.hpp"
#include "features/decisions/decision_plan.hpp"
#include "features/decisions/decision_rule.hpp"
#include "features/diagnostics/staleness/staleness.hpp"
#include "features/metrics/metrics_plan.hpp"
#include "features/suggest/found_schema.hpp"
#include "features/suggest/suggest.hpp"
#include "postgres/sql/key_equality.hpp"
#include "postgres/values/number.hpp"

namespace upkeep::suggest {

namespace {

// What the commerce set reads, by other names.
struct figure {
  std::string_view name;
  std::array<std::string_view, 4> names;
};
constexpr figure figures[] = {{"revenue", {"revenue", "net_revenue", "sales", "turnover"}},
                              {"orders", {"orders", "order_count", "orders_count", "num_orders"}},
                              {"ad_spend", {"ad_spend", "spend", "ad_cost", "marketing_spend"}},
                              {"leads", {"leads", "lead_count", "leads_count", "num_leads"}}};

bool uses(std::string_view formula, std::string_view name) { return formula.find(name) != std::string_view::npos; }

// A formula of the commerce set over the table's own columns; nullopt where it lacks one.
std::optional<std::string> formula_for(const metrics::commerce_metric &metric, const schema_table &table,
                                       const schema_column *ratio) {
  const std::string_view of_metric[] = {metric.name};
  const schema_column *target = table.best(of_metric, is_exact);
  if (!target || (uses(metric.formula, metrics::fraction_setting) && !ratio))
    return std::nullopt;
  std::string formula(metric.formula);
  const std::string_view reads = metric.formula.substr(metric.formula.find('='));
  for (const figure &each : figures) {
    if (!uses(reads, each.name))
      continue;
    const schema_column *column = table.best(each.names, is_exact);
    if (!column)
      return std::nullopt;
    formula = metrics::rename_in_formula(formula, std::string(each.name), column->name, false);
  }
  formula = metrics::rename_in_formula(formula, std::string(metric.name), target->name, false);
  return ratio ? metrics::rename_in_formula(formula, std::string(metrics::fraction_setting), ratio->name, true)
               : formula;
}

// The settings of a table, where both have the shop's key under one name.
struct settings_of_table {
  const schema_table *settings = nullptr;
  std::string key;
};

settings_of_table settings_for(const found_schema &schema, const schema_table &table) {
  const schema_table *settings = schema.best(patterns::shop_settings);
  if (!settings || settings == &table)
    return {};
  const schema_column *key = settings->best(patterns::shop_key);
  return key && table.find(key->name) ? settings_of_table{settings, key->name} : settings_of_table{};
}

void add_settings(proposal &made, const settings_of_table &found) {
  if (found.settings)
    made.table("settings", *found.settings).text("settings_key", found.key);
}

void suggest_metrics(const found_schema &schema, const schema_table &table, std::vector<proposal> &into) {
  if (has_feature(table, metrics_feature))
    return;
  const settings_of_table found = settings_for(schema, table);
  const std::string_view of_ratio[] = {metrics::fraction_setting};
  const schema_column *ratio = found.settings ? found.settings->best(of_ratio, is_exact) : nullptr;
  std::vector<std::string> formulas;
  bool is_usual = true, needs_settings = false;
  for (const metrics::commerce_metric &metric : metrics::commerce_set())
    if (const auto formula = formula_for(metric, table, ratio)) {
      formulas.push_back(*formula);
      is_usual &= *formula == metric.formula;
      needs_settings |= uses(metric.formula, metrics::fraction_setting);
    }
  if (formulas.empty())
    return;
  proposal made(metrics_feature, {&table});
  if (!is_usual)
    made.formulas(formulas);
  if (needs_settings)
    add_settings(made, found);
  made.check(table, {}, [](const option_list &options, Relation relation) {
    metrics::metrics_options_given given = metrics::read_metrics(options);
    given.formulas = metrics::formulas_for(given, relation);
    metrics::resolve_metrics(given, relation);
  });
  made.remark(
      fmt::format("rows that are there keep their figures: CALL upkeep.recalculate({})", pg::literals({table.name})));
  into.push_back(std::move(made));
}

// What a table must have beyond its figures, as one ALTER TABLE.
void require_columns(const schema_table &table, const std::vector<std::pair<std::string, std::string>> &columns,
                     proposal &made) {
  std::vector<std::string> names, added;
  for (const auto &[name, type] : columns)
    if (!table.find(name)) {
      names.push_back(name);
      added.push_back(fmt::format("ADD COLUMN {} {}", name, type));
    }
  if (!added.empty())
    made.needs(fmt::format("ALTER TABLE {} {};", table.name, joined(added, ", ")),
               fmt::format("{} has no column {}", table.name, joined(names, ", ")));
}

void suggest_weekly(const found_schema &schema, std::vector<proposal> &into) {
  const schema_table *days = schema.best(patterns::daily_records), *weeks = schema.best(patterns::weekly_diagnostics);
  if (!days || !weeks || has_feature(*days, weekly_diagnostics_feature))
    return;
  proposal made(weekly_diagnostics_feature, {days, weeks});
  if (const schema_column *shop = days->best(patterns::shop_key))
    made.text("shop_column", shop->name);
  if (const schema_column *day = days->best(patterns::day))
    made.text("date_column", day->name);
  require_columns(*weeks, {{"week_start", "date"}, {"stale", "boolean NOT NULL DEFAULT false"}}, made);
  made.check(*days, {"weekly_diagnostics=" + weeks->name}, [&](const option_list &options, Relation records) {
    diagnostics::resolve_staleness(options, records, weeks->oid);
  });
  into.push_back(std::move(made));
}

const char *type_of(decisions::output_kind kind) {
  constexpr const char *types[] = {"text", "numeric", "jsonb"};
  return types[static_cast<std::size_t>(kind)];
}

// The shop's days, where they have all that an ad asks of them, by the names that it knows.
const schema_table *records_for(const found_schema &schema, const schema_table &ads, const std::string &key) {
  const schema_table *days = schema.best(patterns::daily_records);
  if (!days || days == &ads || !is_table(*days) || days->owner != ads.owner)
    return nullptr;
  const auto has = [](const schema_table &table, const char *column, auto &&fits) {
    const schema_column *found = table.find(column);
    return found && fits(found->type);
  };
  const auto is_date = [](Oid type) { return type == DATEOID; };
  const schema_column *ours = ads.find(key), *theirs = days->find(key);
  return ours && theirs && pg::have_common_equality(ours->type, theirs->type) && has(ads, "decided_on", is_date) &&
                 has(*days, "record_date", is_date) && has(*days, "orders", pg::is_number) &&
                 has(*days, "revenue", pg::is_number)
             ? days
             : nullptr;
}

void suggest_decisions(const found_schema &schema, name_patterns names, const decisions::decision_rule &rule,
                       std::vector<proposal> &into) {
  const schema_table *table = schema.best(names);
  if (!table || has_feature(*table, rule.feature))
    return;
  proposal made(rule.feature, {table});
  const settings_of_table found = settings_for(schema, *table);
  add_settings(made, found);
  const std::string key = found.settings ? found.key : text_option({&rule.feature, {}}, "settings_key");
  if (rule.feature.find("daily_records"))
    if (const schema_table *days = records_for(schema, *table, key))
      made.table("daily_records", *days);
  std::vector<std::pair<std::string, std::string>> needed;
  for (const decisions::input_rule &each : rule.inputs)
    if (each.is_needed)
      needed.emplace_back(each.name, "numeric");
  for (const decisions::output_rule &each : rule.outputs)
    if (each.is_needed)
      needed.emplace_back(each.name, type_of(each.kind));
  require_columns(*table, needed, made);
  made.check(*table, {}, [&](const option_list &options, Relation relation) {
    decisions::resolve_decisions(rule, options, relation);
  });
  into.push_back(std::move(made));
}

bool decides_itself(const schema_table &table) {
  return is_one_of(patterns::ad_decisions, table.word) || is_one_of(patterns::growth_simulations, table.word);
}

} // namespace

void suggest_analytics(const found_schema &schema, std::vector<proposal> &into) {
  for (const schema_table &table : schema.tables)
    if (is_table(table) && !decides_itself(table))
      suggest_metrics(schema, table, into);
  suggest_weekly(schema, into);
  suggest_decisions(schema, patterns::ad_decisions, decisions::ad_decision_rule, into);
  suggest_decisions(schema, patterns::growth_simulations, decisions::growth_simulation_rule, into);
}

} // namespace upkeep::suggest
