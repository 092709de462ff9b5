// The features that live in triggers: their names, their trigger functions, the options of each.
#pragma once

#include "core/options.hpp"

#include <array>

namespace upkeep {

inline constexpr std::array<std::string_view, 3> clock_choices{"transaction", "statement", "clock"};
inline constexpr std::array<std::string_view, 3> explicit_choices{"ignore", "respect", "reject"};
inline constexpr std::array<std::string_view, 2> timezone_choices{"utc", "session"};

inline constexpr std::array<option_rule, 7> updated_at_options{{{"column", option_kind::text},
                                                                {"ignore", option_kind::list},
                                                                {"clock", option_kind::choice, clock_choices},
                                                                {"explicit", option_kind::choice, explicit_choices},
                                                                {"protect", option_kind::list},
                                                                {"version", option_kind::text},
                                                                {"timezone", option_kind::choice, timezone_choices}}};

inline constexpr std::array<option_rule, 3> touch_options{
    {{"parent", option_kind::text}, {"columns", option_kind::list}, {"keys", option_kind::list}}};

inline constexpr std::array<std::string_view, 2> settings_change_choices{"keep", "recalculate"};
inline constexpr std::array<std::string_view, 2> overflow_choices{"null", "error"};
inline constexpr std::array<std::string_view, 2> touch_choices{"true", "false"};

inline constexpr std::array<option_rule, 8> metrics_options{
    {{"formula", option_kind::lines},
     {"settings", option_kind::text},
     {"settings_key", option_kind::text},
     {"settings_from", option_kind::text},
     {"date_column", option_kind::text},
     {"on_settings_change", option_kind::choice, settings_change_choices},
     {"on_overflow", option_kind::choice, overflow_choices},
     {"touch_updated_at", option_kind::choice, touch_choices}}};

inline constexpr std::array<std::string_view, 3> snapshot_choices{"verify", "enforce", "fill"};

inline constexpr std::array<option_rule, 12> order_snapshots_options{{{"products", option_kind::text},
                                                                      {"product_column", option_kind::text},
                                                                      {"product_key", option_kind::text},
                                                                      {"order_column", option_kind::text},
                                                                      {"price_column", option_kind::text},
                                                                      {"product_price", option_kind::text},
                                                                      {"snapshot_column", option_kind::text},
                                                                      {"snapshot_fields", option_kind::list},
                                                                      {"without", option_kind::list},
                                                                      {"active_column", option_kind::text},
                                                                      {"mode", option_kind::choice, snapshot_choices},
                                                                      {"tenant_column", option_kind::text}}};

// A trigger on the lines names the orders, one on the orders the lines; the same for the lock and the stock.
inline constexpr std::array<option_rule, 8> order_totals_options{{{"orders", option_kind::text},
                                                                  {"order_items", option_kind::text},
                                                                  {"order_column", option_kind::text},
                                                                  {"order_key", option_kind::text},
                                                                  {"total_column", option_kind::text},
                                                                  {"quantity_column", option_kind::text},
                                                                  {"price_column", option_kind::text},
                                                                  {"tenant_column", option_kind::text}}};

inline constexpr std::array<option_rule, 9> order_lock_options{{{"orders", option_kind::text},
                                                                {"order_items", option_kind::text},
                                                                {"order_column", option_kind::text},
                                                                {"order_key", option_kind::text},
                                                                {"paid_column", option_kind::text},
                                                                {"status_column", option_kind::text},
                                                                {"locked_statuses", option_kind::list},
                                                                {"frozen_columns", option_kind::list},
                                                                {"tenant_column", option_kind::text}}};

inline constexpr std::array<option_rule, 5> order_status_options{{{"transitions", option_kind::text},
                                                                  {"status_column", option_kind::text},
                                                                  {"paid_status", option_kind::text},
                                                                  {"paid_column", option_kind::text},
                                                                  {"tenant_column", option_kind::text}}};

inline constexpr std::array<option_rule, 13> stock_options{{{"products", option_kind::text},
                                                            {"orders", option_kind::text},
                                                            {"order_items", option_kind::text},
                                                            {"stock_column", option_kind::text},
                                                            {"product_column", option_kind::text},
                                                            {"product_key", option_kind::text},
                                                            {"quantity_column", option_kind::text},
                                                            {"order_column", option_kind::text},
                                                            {"order_key", option_kind::text},
                                                            {"status_column", option_kind::text},
                                                            {"released", option_kind::list},
                                                            {"taken_column", option_kind::text},
                                                            {"tenant_column", option_kind::text}}};

inline constexpr std::array<option_rule, 5> order_number_options{{{"column", option_kind::text},
                                                                  {"prefix", option_kind::text},
                                                                  {"digits", option_kind::text},
                                                                  {"sequence", option_kind::text},
                                                                  {"tenant_column", option_kind::text}}};

inline constexpr std::array<option_rule, 3> weekly_diagnostics_options{{{"weekly_diagnostics", option_kind::text},
                                                                        {"shop_column", option_kind::text},
                                                                        {"date_column", option_kind::text}}};

inline constexpr std::array<option_rule, 2> decision_options{
    {{"settings", option_kind::text}, {"settings_key", option_kind::text}}};

// `function` is the name of the trigger function in schema upkeep.
inline constexpr feature_rule updated_at_feature{"updated_at", "updated_at", updated_at_options};
inline constexpr feature_rule touch_feature{"touch", "touch", touch_options};

inline constexpr feature_rule metrics_feature{"metrics", "metrics", metrics_options};
inline constexpr feature_rule metrics_settings_feature{"metrics_settings", "metrics_settings", {}, "metrics"};

inline constexpr feature_rule order_snapshots_feature{"order_snapshots", "order_line", order_snapshots_options};
inline constexpr feature_rule order_totals_feature{"order_totals", "order_total", order_totals_options};
inline constexpr feature_rule order_lock_feature{"order_lock", "order_lock", order_lock_options};
inline constexpr feature_rule order_status_feature{"order_status", "order_status", order_status_options};
inline constexpr feature_rule order_number_feature{"order_number", "order_number", order_number_options};
inline constexpr feature_rule stock_feature{"stock", "stock", stock_options};

inline constexpr feature_rule weekly_diagnostics_feature{"weekly_diagnostics", "weekly_diagnostics",
                                                         weekly_diagnostics_options};

inline constexpr feature_rule ad_decisions_feature{"ad_decisions", "ad_decisions", decision_options};
inline constexpr feature_rule growth_simulations_feature{"growth_simulations", "growth_simulations", decision_options};

// It has no options: upkeep.guard_rules says which schemas are guarded.
inline constexpr feature_rule guard_feature{"guard", "guard", {}};

inline constexpr std::array<const feature_rule *, 14> trigger_features{&updated_at_feature,
                                                                       &touch_feature,
                                                                       &metrics_feature,
                                                                       &metrics_settings_feature,
                                                                       &order_snapshots_feature,
                                                                       &order_totals_feature,
                                                                       &order_lock_feature,
                                                                       &order_status_feature,
                                                                       &order_number_feature,
                                                                       &stock_feature,
                                                                       &weekly_diagnostics_feature,
                                                                       &ad_decisions_feature,
                                                                       &growth_simulations_feature,
                                                                       &guard_feature};

// The feature whose trigger function has that name, or nullptr.
inline const feature_rule *feature_of_function(std::string_view function) {
  for (const feature_rule *feature : trigger_features)
    if (feature->function == function)
      return feature;
  return nullptr;
}

// Triggers fire in the order of their names: this one behind all that sort below it, and so it sees their edits.
inline constexpr const char *updated_at_trigger = "zz_upkeep_updated_at";
// Before it, so that a new figure is a change of the row.
inline constexpr const char *metrics_trigger = "zz_upkeep_metrics";
// On the table with the settings.
inline constexpr const char *metrics_settings_trigger = "zz_upkeep_metrics_settings";
inline constexpr const char *metrics_truncate_trigger = "zz_upkeep_metrics_truncate";

// On a line, its snapshot is checked before the lock of its order, and the lock before totals and stock are changed. On
// an order, the lock sees what the client wrote before the other triggers put it right. A statement trigger has its
// event behind the name.
inline constexpr const char *order_line_trigger = "zz_upkeep_order_line";
inline constexpr const char *order_lock_trigger = "zz_upkeep_order_lock";
inline constexpr const char *order_number_trigger = "zz_upkeep_order_number";
inline constexpr const char *order_status_trigger = "zz_upkeep_order_status";
inline constexpr const char *order_total_trigger = "zz_upkeep_order_total";
inline constexpr const char *stock_trigger = "zz_upkeep_stock";

// On the daily records.
inline constexpr const char *weekly_diagnostics_trigger = "zz_upkeep_weekly_diagnostics";

inline constexpr const char *ad_decisions_trigger = "zz_upkeep_ad_decisions";
inline constexpr const char *growth_simulations_trigger = "zz_upkeep_growth_simulations";

// BEFORE TRUNCATE, on every table of a guarded schema.
inline constexpr const char *guard_trigger = "zz_upkeep_guard";

} // namespace upkeep
