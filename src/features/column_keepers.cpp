#include "features/column_keepers.hpp"

#include "core/metrics/formula.hpp"
#include "core/rollups/assignment.hpp"
#include "features/catalogue.hpp"
#include "features/decisions/decision_rule.hpp"
#include "features/guard/renames/column_options.hpp"
#include "features/updated_at/updated_at_settings.hpp"
#include "postgres/relation.hpp"

namespace upkeep {

namespace {

// An option names a column that its trigger writes into the table of that place.
struct written_option {
  const feature_rule &feature;
  column_of::owner place;
  std::string_view option;
};

constexpr written_option written_options[] = {
    {order_snapshots_feature, column_of::own, "price_column"},
    {order_snapshots_feature, column_of::own, "snapshot_column"},
    {order_totals_feature, column_of::orders, "total_column"},
    {order_totals_feature, column_of::orders, "lines_column"},
    {order_refunds_feature, column_of::orders, "refunded_column"},
    {order_refunds_feature, column_of::lines, "refunded_quantity_column"},
    {order_status_feature, column_of::own, "status_column"},
    {order_status_feature, column_of::own, "paid_column"},
    {order_number_feature, column_of::own, "column"},
    {stock_feature, column_of::lines, "taken_column"},
    {soft_delete_feature, column_of::own, "column"},
};

class keeper_list {
public:
  keeper_list(const managed_trigger &trigger, Oid table) : trigger(trigger), table(table) {}

  std::vector<column_keeper> columns() {
    const option_list options = parse_options(*trigger.feature, trigger.arguments);
    // Its triggers are those of lines and orders.
    if (trigger.feature == &stock_feature)
      if (const std::string *products = find_option(options, "products");
          products && pg::find_sibling(*products, trigger.table) == table)
        add(text_option(options, "stock_column"));
    if (trigger.table != table)
      return std::move(found);
    for (const written_option &each : written_options)
      if (&each.feature == trigger.feature && (each.place == column_of::own || each.place == place_of(options)))
        add_option(options, each.option);
    if (trigger.feature == &updated_at_feature)
      add_stamps(options);
    else if (trigger.feature == &metrics_feature)
      add_metrics(options);
    else if (trigger.feature == &rollup_feature && place_of(options) == column_of::target)
      add_figures(options);
    for (const decisions::decision_rule *rule : {&decisions::ad_decision_rule, &decisions::growth_simulation_rule})
      if (&rule->feature == trigger.feature)
        for (const decisions::output_rule &output : rule->outputs)
          add(output.name);
    return std::move(found);
  }

private:
  void add(std::string column) { found.push_back({std::move(column), trigger.feature}); }

  void add_option(const option_list &options, std::string_view name) {
    if (find_option(options, name) || rule_of(*trigger.feature, name).usual())
      add(text_option(options, name));
  }

  void add_stamps(const option_list &options) {
    const updated_at::updated_at_settings settings = updated_at::read_updated_at(options);
    add(settings.column);
    if (settings.version)
      add(*settings.version);
    for (const std::string &column : settings.protect.value_or(std::vector{updated_at::implied_protection()}))
      add(column);
  }

  void add_metrics(const option_list &options) {
    for (const std::string &text : guard::formulas_before(options, table, {}))
      add(metrics::parse_formula(text).target);
  }

  void add_figures(const option_list &options) {
    for (const std::string &text : find_options(options, "columns"))
      if (const std::optional<rollups::assignment> split = rollups::parse_assignment(text))
        add(split->column);
  }

  const managed_trigger &trigger;
  Oid table;
  std::vector<column_keeper> found;
};

} // namespace

std::vector<column_keeper> column_keepers(Oid table) {
  std::vector<column_keeper> keepers;
  for (const managed_trigger &trigger : managed_triggers())
    try {
      for (column_keeper &each : keeper_list(trigger, table).columns())
        keepers.push_back(std::move(each));
    } catch (const fault &) {
      // What its arguments do not say it does not keep.
    }
  return keepers;
}

} // namespace upkeep
