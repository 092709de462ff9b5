#include "core/diagnostics/rules/rules.hpp"

#include "core/keyed_table.hpp"

#include <cstddef>

namespace upkeep::diagnostics {

namespace {

constexpr std::int64_t share(std::int64_t percent) { return percent * (threshold_unit / 100); }
constexpr std::int64_t times(std::int64_t factor) { return factor * threshold_unit; }

constexpr std::array<rule_definition, rule_count> definitions{{
    {rule::np_negative, "NP_NEGATIVE", rule_basis::identity, no_threshold, 0, "one day, cogs_ratio",
     "the week made a loss"},
    {rule::np_drop, "NP_DROP", rule_basis::trend, share(20), share(40),
     "4 common days, cogs_ratio, a profit before, 6 expected orders", "net profit fell by that share"},
    {rule::rev_drop, "REV_DROP", rule_basis::trend, share(15), share(30), "4 common days, 6 expected orders",
     "revenue fell by that share"},
    {rule::roas_below_break_even, "ROAS_BELOW_BREAK_EVEN", rule_basis::identity, share(110), share(100),
     "ad spend, cogs_ratio",
     "revenue per ad spend is below that multiple of 1 / (1 - cogs_ratio), where ads only just pay for themselves"},
    {rule::roas_below_target, "ROAS_BELOW_TARGET", rule_basis::level, share(100), share(80), "ad spend, target_roas",
     "revenue per ad spend is below that multiple of target_roas"},
    {rule::marginal_roas_low, "MARGINAL_ROAS_LOW", rule_basis::trend, share(20), share(20), "4 common days, cogs_ratio",
     "ad spend rose by that share, and what was added costs more than it brings; critical where revenue did not rise "
     "at all"},
    {rule::cpl_spike, "CPL_SPIKE", rule_basis::trend, share(20), share(50), "4 common days, 30 leads",
     "a lead costs that share more, and profit fell"},
    {rule::cvr_drop, "CVR_DROP", rule_basis::trend, share(15), share(30), "4 common days, 10 expected orders",
     "the share of leads that order fell by that share, and profit fell"},
    {rule::aov_drop, "AOV_DROP", rule_basis::trend, share(10), share(20), "4 common days, 20 orders",
     "the revenue of an order fell by that share, and profit fell"},
    {rule::leads_drop, "LEADS_DROP", rule_basis::trend, share(20), share(40), "4 common days",
     "leads fell by that share, and profit fell"},
    {rule::spend_no_orders, "SPEND_NO_ORDERS", rule_basis::level, times(2), times(3), "target_cpa, or orders before",
     "that multiple of what an order may cost was spent, without one order"},
    {rule::spend_no_leads, "SPEND_NO_LEADS", rule_basis::level, times(1), times(2), "leads",
     "days with ad spend and without a lead"},
    {rule::ad_ratio_high, "AD_RATIO_HIGH", rule_basis::level, share(30), share(100), "revenue",
     "ad spend is more than that share of revenue; critical: of the margin, 1 - cogs_ratio"},
    {rule::margin_erosion, "MARGIN_EROSION", rule_basis::settings, share(3), share(6), "4 common days, cogs_ratio",
     "cogs_ratio rose by that much (0.03 for 3 points)"},
    {rule::cogs_unset, "COGS_UNSET", rule_basis::settings, no_threshold, times(1), "none",
     "cogs_ratio is NULL, 0, or not below that, so profit cannot be told"},
    {rule::data_missing, "DATA_MISSING", rule_basis::data, times(1), times(3), "a closed week", "days without figures"},
    {rule::data_suspect, "DATA_SUSPECT", rule_basis::data, times(20), no_threshold, "one day",
     "figures that cannot be: negative ones, leads that fell while all else went on, revenue without orders, more "
     "orders than leads, or a day's revenue per order that many times the median of eight weeks, or its fraction"},
    {rule::day_concentration, "DAY_CONCENTRATION", rule_basis::level, share(50), no_threshold,
     "4 days, revenue, 20 orders",
     "one day has that share of the week's revenue, and more orders than chance would give it"},
    {rule::profit_streak, "PROFIT_STREAK", rule_basis::trend, times(3), times(5),
     "a closed week and that many before, cogs_ratio, 6 expected orders",
     "net profit fell that many closed weeks in a row, by more than noise"},
    {rule::goal_off_pace, "GOAL_OFF_PACE", rule_basis::goal, share(95), share(85), "7 days of the month, a goal",
     "the month's projection is below that share of its goal"},
    {rule::ad_spend_stopped, "AD_SPEND_STOPPED", rule_basis::level, times(3), no_threshold,
     "complete open days, ad spend before",
     "so many open days in a row without ad spend, on weekdays that had some in at least half of the weeks before"},
}};
static_assert(is_keyed(definitions, rule::ad_spend_stopped));

} // namespace

const rule_definition &definition_of(rule which) noexcept { return row_of(definitions, which); }

std::string_view code_of(rule which) noexcept { return definition_of(which).code; }

std::string_view name_of(rule_basis basis) noexcept {
  static constexpr keyed_name<rule_basis> names[] = {{rule_basis::level, "level"}, {rule_basis::identity, "identity"},
                                                     {rule_basis::trend, "trend"}, {rule_basis::settings, "settings"},
                                                     {rule_basis::data, "data"},   {rule_basis::goal, "goal"}};
  static_assert(is_keyed(names, rule_basis::goal));
  return row_of(names, basis).name;
}

impact_kind impact_kind_of(rule which) noexcept {
  switch (which) {
  case rule::roas_below_target:
  case rule::ad_ratio_high:
    return impact_kind::revenue;
  case rule::goal_off_pace:
    return impact_kind::goal;
  default:
    return impact_kind::profit;
  }
}

std::string_view name_of(impact_kind kind) noexcept {
  static constexpr keyed_name<impact_kind> names[] = {
      {impact_kind::profit, "profit"}, {impact_kind::revenue, "revenue"}, {impact_kind::goal, "goal"}};
  static_assert(is_keyed(names, impact_kind::goal));
  return row_of(names, kind).name;
}

std::string_view name_of(severity grade) noexcept {
  static constexpr keyed_name<severity> names[] = {
      {severity::none, "none"}, {severity::warning, "warning"}, {severity::critical, "critical"}};
  static_assert(is_keyed(names, severity::critical));
  return row_of(names, grade).name;
}

} // namespace upkeep::diagnostics
