#include "features/guard/renames/fixed_columns.hpp"

#include "features/catalogue.hpp"
#include "features/decisions/decision_rule.hpp"

#include <iterator>

namespace upkeep::guard {

namespace {

constexpr fixed_column of_weekly_diagnostics[] = {
    {column_of::own, "orders"},       {column_of::own, "revenue"},         {column_of::own, "ad_spend"},
    {column_of::own, "leads"},        {column_of::diagnostics, "shop_id"}, {column_of::diagnostics, "week_start"},
    {column_of::diagnostics, "stale"}};

// Of an ad that asks the shop's records what an order brings.
constexpr fixed_column of_records[] = {{column_of::records, "record_date"},
                                       {column_of::records, "orders"},
                                       {column_of::records, "revenue"},
                                       {column_of::own, "decided_on", "daily_records"},
                                       {column_of::settings, "week_start_day", "daily_records"}};

std::vector<fixed_column> columns_of_rule(const decisions::decision_rule &rule) {
  std::vector<fixed_column> columns;
  for (const decisions::input_rule &input : rule.inputs) {
    if (input.is_own)
      columns.push_back({column_of::own, input.name});
    if (input.is_setting)
      columns.push_back({column_of::settings, input.name});
  }
  for (const decisions::output_rule &output : rule.outputs)
    columns.push_back({column_of::own, output.name});
  if (&rule.feature == &ad_decisions_feature)
    columns.insert(columns.end(), std::begin(of_records), std::end(of_records));
  return columns;
}

} // namespace

std::vector<fixed_column> fixed_columns_of(const feature_rule &feature) {
  if (&feature == &weekly_diagnostics_feature)
    return {std::begin(of_weekly_diagnostics), std::end(of_weekly_diagnostics)};
  for (const decisions::decision_rule *rule : {&decisions::ad_decision_rule, &decisions::growth_simulation_rule})
    if (&rule->feature == &feature)
      return columns_of_rule(*rule);
  return {};
}

} // namespace upkeep::guard
