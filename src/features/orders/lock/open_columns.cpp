#include "features/orders/lock/open_columns.hpp"

#include "core/metrics/formula.hpp"
#include "features/catalogue.hpp"
#include "features/decisions/decision_rule.hpp"
#include "features/metrics/metrics_options_given.hpp"
#include "features/registry.hpp"
#include "features/trigger_options.hpp"
#include "postgres/trigger.hpp"

#include <algorithm>

namespace upkeep::orders {

using pg::call;

namespace {

using names = std::vector<std::string>;

// Options that name columns which the feature only reads, or leaves alone.
constexpr struct {
  const feature_rule *feature;
  std::string_view option;
} not_needed[] = {{&updated_at_feature, "ignore"},
                  {&touch_feature, "columns"},
                  {&metrics_feature, "settings_key"},
                  {&metrics_feature, "date_column"},
                  {&order_lock_feature, "open_columns"},
                  {&ad_decisions_feature, "settings_key"},
                  {&growth_simulations_feature, "settings_key"},
                  {&weekly_diagnostics_feature, "shop_column"},
                  {&weekly_diagnostics_feature, "date_column"}};

bool is_needed(const feature_rule &feature, const option_rule &rule) {
  return std::ranges::none_of(not_needed,
                              [&](const auto &each) { return each.feature == &feature && each.option == rule.name; });
}

bool has(const names &list, const std::string &column) { return std::ranges::count(list, column) > 0; }

// The columns of the table that the options of a trigger on it name.
names named_by(const option_list &options, Relation table) {
  const unsigned owners = column_of::own | place_of(options);
  names columns;
  for (const option_rule &rule : options.feature->options) {
    if (const std::string *formula = find_option(options, rule.name);
        formula && rule.kind == option_kind::formula && (rule.owners & owners))
      for (const metrics::reference &each : metrics::parse_formula(*formula).references)
        columns.push_back(each.name);
    if (!rule.names_columns() || !(rule.owners & owners) || !is_needed(*options.feature, rule) ||
        is_idle(options, rule))
      continue;
    if (rule.is_list()) {
      const names listed = columns_option(table, options, rule.name);
      columns.insert(columns.end(), listed.begin(), listed.end());
    } else if (const std::optional<std::string> column = column_name_option(table, options, rule.name))
      columns.push_back(*column);
  }
  return columns;
}

// Those that a feature writes, whatever its options are called.
names written_by(const option_list &options, Relation table) {
  names columns;
  if (options.feature == &metrics_feature)
    for (const std::string &text : metrics::formulas_for(metrics::read_metrics(options), table))
      columns.push_back(metrics::parse_formula(text).target);
  for (const decisions::decision_rule *rule : {&decisions::ad_decision_rule, &decisions::growth_simulation_rule})
    if (options.feature == &rule->feature)
      for (const decisions::output_rule &output : rule->outputs)
        columns.emplace_back(output.name);
  return columns;
}

bool needs(const Trigger &trigger, const feature_rule &feature, Relation table, const std::string &column) {
  try {
    const option_list options = pg::trigger_options(trigger, feature);
    return has(named_by(options, table), column) || has(written_by(options, table), column);
  } catch (const fault &) {
    // What is wrong with it is said where it fires.
    return false;
  }
}

// Whether it has lines that a lock closes with their orders.
bool is_locked_with_orders(Oid table) {
  bool found = false;
  call([=] { LockRelationOid(table, AccessShareLock); });
  pg::with_relation(table, [&](Relation relation) {
    const Trigger *lock = trigger_of(relation, order_lock_feature);
    found = lock && find_option(pg::trigger_options(*lock, order_lock_feature), "orders");
  });
  return found;
}

bool is_in_primary_key(Relation lines, const std::string &column) {
  const AttrNumber number = pg::find_column(RelationGetDescr(lines), column);
  return call([&] {
    Bitmapset *key = RelationGetIndexAttrBitmap(lines, INDEX_ATTR_BITMAP_PRIMARY_KEY);
    return bms_is_member(number - FirstLowInvalidHeapAttributeNumber, key);
  });
}

} // namespace

std::optional<std::string> why_not_open(Relation lines, const std::string &column) {
  if (is_in_primary_key(lines, column))
    return "it is part of the primary key";
  // Also where no feature reads it.
  if (column == rule_of(order_snapshots_feature, "product_column").usual())
    return "it says what was sold";
  // What says when a line was deleted may change with its order.
  const TriggerDesc *triggers = lines->trigdesc;
  for (int i = 0; triggers && i < triggers->numtriggers; ++i)
    if (const feature_rule *feature = feature_of(triggers->triggers[i]);
        feature && feature != &soft_delete_feature && needs(triggers->triggers[i], *feature, lines, column))
      return fmt::format("{} needs it as it is", feature->name);
  return std::nullopt;
}

void require_open_columns(Relation lines, const names &open) {
  for (const std::string &column : open)
    if (const std::optional<std::string> reason = why_not_open(lines, column))
      throw fault{.sqlstate = sqlstate::invalid_parameter_value,
                  .message = fmt::format("column \"{}\" of table \"{}\" cannot be open in a locked order: {}", column,
                                         pg::table_name(lines), *reason),
                  .hint = "Leave it out of the open_columns of upkeep.enable_order_lock. In one order it changes under "
                          "upkeep.correct_order."};
}

void require_open_columns_of(Oid table) {
  if (!is_locked_with_orders(table))
    return;
  for (const Oid each : pg::with_descendants(table, AccessShareLock))
    pg::with_relation(each, [](Relation lines) {
      if (const Trigger *lock = trigger_of(lines, order_lock_feature))
        require_open_columns(lines,
                             columns_option(lines, pg::trigger_options(*lock, order_lock_feature), "open_columns"));
    });
}

} // namespace upkeep::orders
