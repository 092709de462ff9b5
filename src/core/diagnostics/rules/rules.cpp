#include "core/diagnostics/rules/rules.hpp"

#include <cstddef>

namespace upkeep::diagnostics {

namespace {

constexpr std::int64_t share(std::int64_t percent) { return percent * (threshold_unit / 100); }
constexpr std::int64_t times(std::int64_t factor) { return factor * threshold_unit; }

constexpr std::array<rule_definition, rule_count> definitions{{
    {"NP_NEGATIVE", rule_basis::identity, no_threshold, 0, "one day, cogs_ratio", "the week made a loss"},
    {"NP_DROP", rule_basis::trend, share(20), share(40), "4 common days, cogs_ratio, a profit before",
     "net profit fell by that share"},
    {"REV_DROP", rule_basis::trend, share(15), share(30), "4 common days", "revenue fell by that share"},
    {"ROAS_BELOW_BREAK_EVEN", rule_basis::identity, share(110), share(100), "ad spend, cogs_ratio",
     "revenue per ad spend is below that multiple of 1 / (1 - cogs_ratio), where ads only just pay for themselves"},
    {"ROAS_BELOW_TARGET", rule_basis::level, share(100), share(80), "ad spend, target_roas",
     "revenue per ad spend is below that multiple of target_roas"},
    {"MARGINAL_ROAS_LOW", rule_basis::trend, share(20), share(20), "4 common days, cogs_ratio",
     "ad spend rose by that share, and what was added costs more than it brings; critical where revenue did not rise "
     "at all"},
    {"CPL_SPIKE", rule_basis::trend, share(20), share(50), "4 common days, 30 leads", "a lead costs that share more"},
    {"CVR_DROP", rule_basis::trend, share(15), share(30), "4 common days, 10 expected orders",
     "the share of leads that order fell by that share"},
    {"AOV_DROP", rule_basis::trend, share(10), share(20), "4 common days, 20 orders",
     "the revenue of an order fell by that share"},
    {"LEADS_DROP", rule_basis::trend, share(20), share(40), "4 common days", "leads fell by that share"},
    {"SPEND_NO_ORDERS", rule_basis::level, times(2), times(3), "target_cpa, or orders before",
     "that multiple of what an order may cost was spent, without one order"},
    {"SPEND_NO_LEADS", rule_basis::level, times(1), times(2), "leads", "days with ad spend and without a lead"},
    {"AD_RATIO_HIGH", rule_basis::level, share(30), share(100), "revenue",
     "ad spend is more than that share of revenue; critical: of the margin, 1 - cogs_ratio"},
    {"MARGIN_EROSION", rule_basis::settings, share(3), share(6), "4 common days, cogs_ratio",
     "cogs_ratio rose by that much (0.03 for 3 points)"},
    {"COGS_UNSET", rule_basis::settings, no_threshold, times(1), "none",
     "cogs_ratio is NULL, 0, or not below that, so profit cannot be told"},
    {"DATA_MISSING", rule_basis::data, times(1), times(3), "a closed week", "days without figures"},
    {"DATA_SUSPECT", rule_basis::data, times(20), no_threshold, "one day",
     "figures that cannot be: negative ones, more orders than leads, revenue without orders, or a day's revenue per "
     "order that many times the median of eight weeks, or its fraction"},
    {"DAY_CONCENTRATION", rule_basis::level, share(50), no_threshold, "4 days, revenue",
     "one day has that share of the week's revenue"},
    {"PROFIT_STREAK", rule_basis::trend, times(3), times(5), "a closed week and that many before, cogs_ratio",
     "net profit fell that many closed weeks in a row"},
    {"GOAL_OFF_PACE", rule_basis::goal, share(95), share(85), "7 days of the month, a goal",
     "the month's projection is below that share of its goal"},
}};

} // namespace

const rule_definition &definition_of(rule which) noexcept { return definitions[static_cast<std::size_t>(which)]; }

std::string_view code_of(rule which) noexcept { return definition_of(which).code; }

std::string_view name_of(rule_basis basis) noexcept {
  static constexpr std::string_view names[] = {"level", "identity", "trend", "settings", "data", "goal"};
  return names[static_cast<std::size_t>(basis)];
}

std::string_view name_of(severity grade) noexcept {
  static constexpr std::string_view names[] = {"none", "warning", "critical"};
  return names[static_cast<std::size_t>(grade)];
}

} // namespace upkeep::diagnostics
