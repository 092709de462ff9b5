// Every option of every trigger that names columns, and the tables whose columns they are.
#pragma once

#include "features/catalogue.hpp"

namespace upkeep::guard::column_places {

// Whose column an option names: one table's, or one name for several.
enum column_owner : unsigned {
  own = 1,
  settings = 2,
  parent = 4,
  products = 8,
  orders = 16,
  lines = 32,
  diagnostics = 64
};

struct column_option {
  const feature_rule *feature;
  std::string_view option;
  unsigned places;
  std::string_view usual = {}; // what an option means that is not given; of a list, those that the table has
};

inline constexpr column_option column_options[] = {
    {&updated_at_feature, "column", own, "updated_at"},
    {&updated_at_feature, "ignore", own},
    {&updated_at_feature, "protect", own, "created_at"},
    {&updated_at_feature, "version", own},

    {&touch_feature, "columns", own},
    {&touch_feature, "keys", parent},

    {&metrics_feature, "settings_key", own | settings, "shop_id"},
    {&metrics_feature, "settings_from", settings},
    {&metrics_feature, "date_column", own, "record_date"},

    {&order_snapshots_feature, "product_column", own, "product_id"},
    {&order_snapshots_feature, "product_key", products, "id"},
    {&order_snapshots_feature, "order_column", own, "order_id"},
    {&order_snapshots_feature, "price_column", own, "price_snapshot"},
    {&order_snapshots_feature, "product_price", products, "price"},
    {&order_snapshots_feature, "snapshot_column", own, "product_snapshot"},
    {&order_snapshots_feature, "snapshot_fields", products},
    {&order_snapshots_feature, "active_column", products},
    {&order_snapshots_feature, "tenant_column", own | products},

    {&order_totals_feature, "order_column", lines, "order_id"},
    {&order_totals_feature, "order_key", orders, "id"},
    {&order_totals_feature, "total_column", orders, "total_amount"},
    {&order_totals_feature, "quantity_column", lines, "quantity"},
    {&order_totals_feature, "price_column", lines, "price_snapshot"},
    {&order_totals_feature, "tenant_column", orders | lines},

    {&order_lock_feature, "order_column", lines, "order_id"},
    {&order_lock_feature, "order_key", orders, "id"},
    {&order_lock_feature, "paid_column", orders, "payment_completed_at"},
    {&order_lock_feature, "status_column", orders, "status"},
    {&order_lock_feature, "frozen_columns", orders, "total_amount,billing_address,payment_id"},
    {&order_lock_feature, "tenant_column", orders | lines},

    {&order_status_feature, "status_column", own, "status"},
    {&order_status_feature, "paid_column", own, "payment_completed_at"},
    {&order_status_feature, "tenant_column", own},

    {&order_number_feature, "column", own, "order_number"},
    {&order_number_feature, "tenant_column", own},

    {&stock_feature, "stock_column", products, "stock_quantity"},
    {&stock_feature, "product_column", lines, "product_id"},
    {&stock_feature, "product_key", products, "id"},
    {&stock_feature, "quantity_column", lines, "quantity"},
    {&stock_feature, "order_column", lines, "order_id"},
    {&stock_feature, "order_key", orders, "id"},
    {&stock_feature, "status_column", orders, "status"},
    {&stock_feature, "taken_column", lines},
    {&stock_feature, "tenant_column", lines | products | orders},

    {&weekly_diagnostics_feature, "shop_column", own, "shop_id"},
    {&weekly_diagnostics_feature, "date_column", own, "record_date"},

    {&ad_decisions_feature, "settings_key", own | settings, "shop_id"},
    {&growth_simulations_feature, "settings_key", own | settings, "shop_id"}};

// Columns that no option names: the tables of diagnostics and decisions have these names.
struct fixed_column {
  const feature_rule *feature;
  column_owner of;
  std::string_view name;
};
inline constexpr fixed_column fixed_columns[] = {{&weekly_diagnostics_feature, own, "orders"},
                                                 {&weekly_diagnostics_feature, own, "revenue"},
                                                 {&weekly_diagnostics_feature, own, "ad_spend"},
                                                 {&weekly_diagnostics_feature, own, "leads"},
                                                 {&weekly_diagnostics_feature, diagnostics, "shop_id"},
                                                 {&weekly_diagnostics_feature, diagnostics, "week_start"},
                                                 {&weekly_diagnostics_feature, diagnostics, "stale"},

                                                 {&ad_decisions_feature, own, "spend"},
                                                 {&ad_decisions_feature, own, "orders"},
                                                 {&ad_decisions_feature, own, "revenue"},
                                                 {&ad_decisions_feature, own, "leads"},
                                                 {&ad_decisions_feature, own, "age_days"},
                                                 {&ad_decisions_feature, own, "impressions"},
                                                 {&ad_decisions_feature, own, "clicks"},
                                                 {&ad_decisions_feature, own, "marginal_roas"},
                                                 {&ad_decisions_feature, own, "aov"},
                                                 {&ad_decisions_feature, own, "cogs_ratio"},
                                                 {&ad_decisions_feature, own, "desired_net_margin"},
                                                 {&ad_decisions_feature, own, "decision"},
                                                 {&ad_decisions_feature, own, "early_kill_signals"},
                                                 {&ad_decisions_feature, own, "evidence"},
                                                 {&ad_decisions_feature, own, "decided_by"},
                                                 {&ad_decisions_feature, settings, "cogs_ratio"},
                                                 {&ad_decisions_feature, settings, "desired_net_margin"},

                                                 {&growth_simulations_feature, own, "target_revenue"},
                                                 {&growth_simulations_feature, own, "revenue"},
                                                 {&growth_simulations_feature, own, "ad_spend"},
                                                 {&growth_simulations_feature, own, "leads"},
                                                 {&growth_simulations_feature, own, "orders"},
                                                 {&growth_simulations_feature, own, "cogs_ratio"},
                                                 {&growth_simulations_feature, own, "elasticity"},
                                                 {&growth_simulations_feature, own, "max_observed_spend"},
                                                 {&growth_simulations_feature, own, "model"},
                                                 {&growth_simulations_feature, own, "needed_ad_spend"},
                                                 {&growth_simulations_feature, own, "needed_leads"},
                                                 {&growth_simulations_feature, own, "needed_orders"},
                                                 {&growth_simulations_feature, own, "net_profit"},
                                                 {&growth_simulations_feature, own, "marginal_roas"},
                                                 {&growth_simulations_feature, own, "feasibility_level"},
                                                 {&growth_simulations_feature, own, "assumptions"},
                                                 {&growth_simulations_feature, settings, "cogs_ratio"},
                                                 {&growth_simulations_feature, settings, "elasticity"},
                                                 {&growth_simulations_feature, settings, "max_observed_spend"}};

} // namespace upkeep::guard::column_places
