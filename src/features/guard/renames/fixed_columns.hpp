// Columns that no option names: the tables of diagnostics and decisions have these names.
#pragma once

#include "features/catalogue.hpp"

namespace upkeep::guard {

struct fixed_column {
  const feature_rule *feature;
  column_of::owner of;
  std::string_view name;
};
inline constexpr fixed_column fixed_columns[] = {
    {&weekly_diagnostics_feature, column_of::own, "orders"},
    {&weekly_diagnostics_feature, column_of::own, "revenue"},
    {&weekly_diagnostics_feature, column_of::own, "ad_spend"},
    {&weekly_diagnostics_feature, column_of::own, "leads"},
    {&weekly_diagnostics_feature, column_of::diagnostics, "shop_id"},
    {&weekly_diagnostics_feature, column_of::diagnostics, "week_start"},
    {&weekly_diagnostics_feature, column_of::diagnostics, "stale"},

    {&ad_decisions_feature, column_of::own, "spend"},
    {&ad_decisions_feature, column_of::own, "orders"},
    {&ad_decisions_feature, column_of::own, "revenue"},
    {&ad_decisions_feature, column_of::own, "leads"},
    {&ad_decisions_feature, column_of::own, "age_days"},
    {&ad_decisions_feature, column_of::own, "impressions"},
    {&ad_decisions_feature, column_of::own, "clicks"},
    {&ad_decisions_feature, column_of::own, "marginal_roas"},
    {&ad_decisions_feature, column_of::own, "aov"},
    {&ad_decisions_feature, column_of::own, "cogs_ratio"},
    {&ad_decisions_feature, column_of::own, "desired_net_margin"},
    {&ad_decisions_feature, column_of::own, "decision"},
    {&ad_decisions_feature, column_of::own, "early_kill_signals"},
    {&ad_decisions_feature, column_of::own, "evidence"},
    {&ad_decisions_feature, column_of::own, "decided_by"},
    {&ad_decisions_feature, column_of::settings, "cogs_ratio"},
    {&ad_decisions_feature, column_of::settings, "desired_net_margin"},

    {&growth_simulations_feature, column_of::own, "target_revenue"},
    {&growth_simulations_feature, column_of::own, "revenue"},
    {&growth_simulations_feature, column_of::own, "ad_spend"},
    {&growth_simulations_feature, column_of::own, "leads"},
    {&growth_simulations_feature, column_of::own, "orders"},
    {&growth_simulations_feature, column_of::own, "cogs_ratio"},
    {&growth_simulations_feature, column_of::own, "elasticity"},
    {&growth_simulations_feature, column_of::own, "max_observed_spend"},
    {&growth_simulations_feature, column_of::own, "model"},
    {&growth_simulations_feature, column_of::own, "needed_ad_spend"},
    {&growth_simulations_feature, column_of::own, "needed_leads"},
    {&growth_simulations_feature, column_of::own, "needed_orders"},
    {&growth_simulations_feature, column_of::own, "net_profit"},
    {&growth_simulations_feature, column_of::own, "marginal_roas"},
    {&growth_simulations_feature, column_of::own, "feasibility_level"},
    {&growth_simulations_feature, column_of::own, "assumptions"},
    {&growth_simulations_feature, column_of::settings, "cogs_ratio"},
    {&growth_simulations_feature, column_of::settings, "elasticity"},
    {&growth_simulations_feature, column_of::settings, "max_observed_spend"}};

} // namespace upkeep::guard
