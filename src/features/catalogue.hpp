// The features that live in triggers: their names, their trigger functions, the options of each. An option is added
// here, with the argument of upkeep.enable_… that gives it: what that writes, what a trigger means without it, the
// hints of errors and the renames of columns follow from this table. It includes no header of PostgreSQL: test/options
// compares it with the SQL functions.
#pragma once

#include "core/options/feature_rule.hpp"

#include <array>

namespace upkeep {

inline constexpr std::array<std::string_view, 3> clock_choices{"transaction", "statement", "clock"};
inline constexpr std::array<std::string_view, 3> explicit_choices{"ignore", "respect", "reject"};
inline constexpr std::array<std::string_view, 2> timezone_choices{"utc", "session"};

inline constexpr option_rule updated_at_options[] = {
    column_rule("column", column_of::own, "updated_at").always_written().from(1, "column_name"),
    columns_rule("ignore", column_of::own, "").from(2, "ignore_columns"),
    choice_rule("clock", clock_choices).from(3),
    choice_rule("explicit", explicit_choices).from(4),
    // NULL means more than a trigger without the option, as 0.1.0 made it: the first of several names.
    columns_rule("protect", column_of::own, "created_at").unless_absent().always_written().from(5, "protect_columns"),
    column_rule("version", column_of::own).from(6, "version_column"),
    choice_rule("timezone", timezone_choices).from(7),
};

inline constexpr option_rule touch_options[] = {
    table_rule("parent").from(1).must_be_given(),
    // The two sides of the foreign key.
    columns_rule("columns", column_of::own),
    columns_rule("keys", column_of::parent),
};

inline constexpr std::array<std::string_view, 2> settings_change_choices{"keep", "recalculate"};
inline constexpr std::array<std::string_view, 2> overflow_choices{"null", "error"};
inline constexpr std::array<std::string_view, 2> touch_choices{"true", "false"};

inline constexpr option_rule metrics_options[] = {
    // Without formulas those of the commerce set that the table has the columns for.
    formulas_rule("formula", column_of::own | column_of::settings).from(1, "formulas"),
    table_rule("settings").from(2),
    column_rule("settings_key", column_of::own | column_of::settings, "shop_id").from(3),
    column_rule("settings_from", column_of::settings).from(4),
    column_rule("date_column", column_of::own, "record_date").from(5),
    choice_rule("on_settings_change", settings_change_choices).from(6),
    choice_rule("on_overflow", overflow_choices).from(7),
    flag_rule("touch_updated_at", touch_choices).from(8),
};

inline constexpr std::array<std::string_view, 3> snapshot_choices{"verify", "enforce", "fill"};

inline constexpr option_rule order_snapshots_options[] = {
    table_rule("products").from(1).must_be_given(),
    column_rule("product_column", column_of::own, "product_id").from(2),
    column_rule("product_key", column_of::products, "id").from(3),
    column_rule("order_column", column_of::own, "order_id").unless_absent().from(4),
    column_rule("price_column", column_of::own, "price_snapshot").unless_absent().from(5),
    column_rule("product_price", column_of::products, "price").from(6),
    column_rule("snapshot_column", column_of::own, "product_snapshot").unless_absent().from(7),
    columns_rule("snapshot_fields", column_of::products).from(8),
    // Parts of names that a snapshot leaves out unless snapshot_fields names the columns. A trigger without the option
    // is one of an older version, or made by hand.
    list_rule("without", "cost,secret,internal,embedding")
        .when_enabled("cost,secret,internal,embedding,margin,purchase,supplier,wholesale,admin"),
    column_rule("active_column", column_of::products).from(9),
    choice_rule("mode", snapshot_choices).from(10),
    column_rule("tenant_column", column_of::own | column_of::products).from(11),
    // Of a line that gives another back: the key of that one.
    column_rule("returns_column", column_of::own).from(12),
    column_rule("quantity_column", column_of::own, "quantity").only_with("returns_column").from(13),
};

// A trigger on the lines names the orders, one on the orders the lines; so do those of the lock and the stock.
inline constexpr option_rule order_totals_options[] = {
    table_rule("orders").from(0).must_be_given(),
    table_rule("order_items").from(1).must_be_given(),
    column_rule("order_column", column_of::lines, "order_id").from(2),
    column_rule("order_key", column_of::orders, "id").from(3),
    column_rule("total_column", column_of::orders, "total_amount").from(4),
    // Without it, each line counts once.
    column_rule("quantity_column", column_of::lines, "quantity").unless_absent().from(5),
    column_rule("price_column", column_of::lines, "price_snapshot").from(6),
    column_rule("tenant_column", column_of::orders | column_of::lines).from(7),
    formula_rule("line_formula", column_of::lines).from(8),
    formula_rule("total_formula", column_of::orders).from(9),
    column_rule("lines_column", column_of::orders).from(10),
    column_rule("currency_column", column_of::orders | column_of::lines).from(11),
};

inline constexpr option_rule order_lock_options[] = {
    table_rule("orders").from(0).must_be_given(),
    table_rule("order_items").from(1).must_be_given(),
    column_rule("order_column", column_of::lines, "order_id").from(2),
    column_rule("order_key", column_of::orders, "id").from(3),
    column_rule("paid_column", column_of::orders, "payment_completed_at").unless_absent().from(4),
    column_rule("status_column", column_of::orders, "status").unless_absent().from(5),
    list_rule("locked_statuses", "paid,completed,refunded").from(6),
    columns_rule("frozen_columns", column_of::orders, "total_amount,billing_address,payment_id")
        .unless_absent()
        .from(7),
    column_rule("tenant_column", column_of::orders | column_of::lines).from(8),
    // What may still move in a locked order.
    columns_rule("open_columns", column_of::lines, "").from(9),
    role_rule("correct_role").from(10),
};

// A trigger on one of the three tables names the other two.
inline constexpr option_rule order_refunds_options[] = {
    table_rule("refunds").from(0).must_be_given(),
    table_rule("orders").from(1).must_be_given(),
    table_rule("order_items").from(2).must_be_given(),
    column_rule("order_column", column_of::refunds | column_of::lines, "order_id").from(3),
    column_rule("line_column", column_of::refunds, "order_item_id").from(4),
    column_rule("quantity_column", column_of::refunds, "quantity").from(5),
    column_rule("amount_column", column_of::refunds, "amount").from(6),
    column_rule("restock_column", column_of::refunds).from(7),
    // What is kept of them.
    column_rule("refunded_column", column_of::orders).from(8),
    column_rule("refunded_quantity_column", column_of::lines).from(9),
    column_rule("order_key", column_of::orders, "id").from(10),
    column_rule("line_key", column_of::lines, "id").from(11),
    column_rule("tenant_column", column_of::refunds | column_of::orders | column_of::lines).from(12),
};

inline constexpr option_rule order_status_options[] = {
    json_rule("transitions").from(1).must_be_given(),
    column_rule("status_column", column_of::own, "status").from(2),
    text_rule("paid_status", "paid").from(3),
    column_rule("paid_column", column_of::own, "payment_completed_at").unless_absent().from(4),
    column_rule("tenant_column", column_of::own).unless_absent().from(5),
};

inline constexpr option_rule stock_options[] = {
    table_rule("products").from(1).must_be_given(),
    table_rule("orders").from(6),
    table_rule("order_items").from(0).must_be_given(),
    column_rule("stock_column", column_of::products, "stock_quantity").from(2),
    column_rule("product_column", column_of::lines, "product_id").from(3),
    column_rule("product_key", column_of::products, "id").from(4),
    column_rule("quantity_column", column_of::lines, "quantity").from(5),
    column_rule("order_column", column_of::lines, "order_id").from(7),
    column_rule("order_key", column_of::orders, "id").from(8),
    column_rule("status_column", column_of::orders, "status").from(9),
    // A trigger without the option is one of an older version, made by hand, or of lines without orders.
    list_rule("released", "cancelled,refunded").when_enabled("cancelled,canceled,refunded").from(10),
    column_rule("taken_column", column_of::lines).from(11),
    column_rule("tenant_column", column_of::lines | column_of::products | column_of::orders).from(12),
};

inline constexpr std::array<std::string_view, 2> counting_choices{"false", "true"};

inline constexpr option_rule order_number_options[] = {
    column_rule("column", column_of::own, "order_number").from(1, "column_name"),
    text_rule("prefix", "ORD-").from(2),
    number_rule("digits", "8").from(3),
    // Enabling makes it, where numbers are not counted in upkeep.order_counters.
    text_rule("sequence", ""),
    column_rule("tenant_column", column_of::own).from(4),
    flag_rule("per_tenant", counting_choices).from(5),
    flag_rule("gapless", counting_choices).from(6),
};

inline constexpr option_rule weekly_diagnostics_options[] = {
    table_rule("weekly_diagnostics").from(1).must_be_given(),
    column_rule("shop_column", column_of::own, "shop_id").from(2),
    column_rule("date_column", column_of::own, "record_date").from(3),
};

inline constexpr option_rule ad_decisions_options[] = {
    table_rule("settings").from(1),
    column_rule("settings_key", column_of::own | column_of::settings | column_of::records, "shop_id").from(2),
    table_rule("daily_records").from(3),
};

inline constexpr option_rule growth_simulations_options[] = {
    table_rule("settings").from(1),
    column_rule("settings_key", column_of::own | column_of::settings, "shop_id").from(2),
};

// Without columns, all that are not generated are kept; without exclude, those that do not look like secrets. Without
// ignore, what the table's updated_at ignores is ignored, and its stamp; without key, rows are known by the primary
// key.
inline constexpr option_rule history_options[] = {
    columns_rule("columns", column_of::own).from(1),
    columns_rule("exclude", column_of::own).from(2, "exclude_columns"),
    columns_rule("digest", column_of::own, "").from(3, "digest_columns"),
    columns_rule("ignore", column_of::own).from(4, "ignore_columns"),
    columns_rule("key", column_of::own).from(5, "key_columns"),
};

inline constexpr std::array<std::string_view, 2> cascade_choices{"true", "false"};
inline constexpr std::array<std::string_view, 2> hard_delete_choices{"allow", "refuse"};

inline constexpr option_rule soft_delete_options[] = {
    column_rule("column", column_of::own, "deleted_at").always_written().from(1, "column_name"),
    flag_rule("cascade", cascade_choices).from(2),
    choice_rule("hard_delete", hard_delete_choices).from(3),
};

inline constexpr std::array<std::string_view, 2> missing_choices{"ignore", "insert"};
inline constexpr std::array<std::string_view, 2> keep_empty_choices{"true", "false"};

// A trigger on the source names the target, one on the target the source.
inline constexpr option_rule rollup_options[] = {
    table_rule("target").from(0).must_be_given(),
    table_rule("source").from(1).must_be_given(),
    expressions_rule("columns", column_of::target | column_of::source).from(2).must_be_given(),
    // What the caller leaves to the foreign key is written out.
    expressions_rule("keys", column_of::target | column_of::source).from(3),
    expression_rule("filter", column_of::source).from(4),
    choice_rule("missing", missing_choices),
    flag_rule("keep_empty", keep_empty_choices).from(6),
};

// Arguments of enabling that the trigger has no use for, or that mean something else without a value.
inline constexpr sql_argument touch_foreign_key{2, "foreign_key"};
inline constexpr sql_argument touch_arguments[] = {touch_foreign_key};
inline constexpr sql_argument stock_opening{13, "opening"};
inline constexpr sql_argument stock_arguments[] = {stock_opening};
inline constexpr sql_argument rollup_missing{5, "missing"}, rollup_backfill{7, "backfill"};
inline constexpr sql_argument rollup_arguments[] = {rollup_missing, rollup_backfill};

// `function` is the name of the trigger function in schema upkeep.
inline constexpr feature_rule updated_at_feature{
    .name = "updated_at", .function = "updated_at", .options = updated_at_options, .target = "target"};
inline constexpr feature_rule touch_feature{.name = "touch",
                                            .function = "touch",
                                            .options = touch_options,
                                            .target = "child",
                                            .other_arguments = touch_arguments};

inline constexpr feature_rule metrics_feature{
    .name = "metrics", .function = "metrics", .options = metrics_options, .target = "target"};
inline constexpr feature_rule metrics_settings_feature{
    .name = "metrics_settings", .function = "metrics_settings", .options = {}, .enabled_by = "metrics"};

inline constexpr feature_rule order_snapshots_feature{
    .name = "order_snapshots", .function = "order_line", .options = order_snapshots_options, .target = "order_items"};
inline constexpr feature_rule order_totals_feature{
    .name = "order_totals", .function = "order_total", .options = order_totals_options};
inline constexpr feature_rule order_lock_feature{
    .name = "order_lock", .function = "order_lock", .options = order_lock_options};
inline constexpr feature_rule order_refunds_feature{
    .name = "order_refunds", .function = "order_refund", .options = order_refunds_options};
inline constexpr feature_rule order_status_feature{
    .name = "order_status", .function = "order_status", .options = order_status_options, .target = "orders"};
inline constexpr feature_rule order_number_feature{
    .name = "order_number", .function = "order_number", .options = order_number_options, .target = "orders"};
inline constexpr feature_rule stock_feature{
    .name = "stock", .function = "stock", .options = stock_options, .other_arguments = stock_arguments};

inline constexpr feature_rule weekly_diagnostics_feature{.name = "weekly_diagnostics",
                                                         .function = "weekly_diagnostics",
                                                         .options = weekly_diagnostics_options,
                                                         .target = "daily_records"};

inline constexpr feature_rule ad_decisions_feature{
    .name = "ad_decisions", .function = "ad_decisions", .options = ad_decisions_options, .target = "ad_decisions"};
inline constexpr feature_rule growth_simulations_feature{.name = "growth_simulations",
                                                         .function = "growth_simulations",
                                                         .options = growth_simulations_options,
                                                         .target = "growth_simulations"};

inline constexpr feature_rule history_feature{
    .name = "history", .function = "record_history", .options = history_options, .target = "target"};
inline constexpr feature_rule soft_delete_feature{
    .name = "soft_delete", .function = "soft_delete", .options = soft_delete_options, .target = "target"};

inline constexpr feature_rule rollup_feature{
    .name = "rollup", .function = "rollup", .options = rollup_options, .other_arguments = rollup_arguments};

// It has no options: upkeep.guard_rules says which schemas are guarded.
inline constexpr feature_rule guard_feature{"guard", "guard", {}};

inline constexpr std::array<const feature_rule *, 18> trigger_features{
    &updated_at_feature,      &touch_feature,
    &metrics_feature,         &metrics_settings_feature,
    &order_snapshots_feature, &order_totals_feature,
    &order_lock_feature,      &order_refunds_feature,
    &order_status_feature,    &order_number_feature,
    &stock_feature,           &weekly_diagnostics_feature,
    &ad_decisions_feature,    &growth_simulations_feature,
    &history_feature,         &soft_delete_feature,
    &rollup_feature,          &guard_feature};

static_assert(std::ranges::all_of(trigger_features, [](const feature_rule *feature) { return is_sound(*feature); }));

// The feature whose trigger function has that name, or nullptr.
inline const feature_rule *feature_of_function(std::string_view function) {
  for (const feature_rule *feature : trigger_features)
    if (feature->function == function)
      return feature;
  return nullptr;
}

// Triggers fire in the order of their names: this one fires after all that sort before it, so it sees their edits.
inline constexpr const char *updated_at_trigger = "zz_upkeep_updated_at";
// Before it, so that a new figure is a change of the row.
inline constexpr const char *metrics_trigger = "zz_upkeep_metrics";
// On the table with the settings.
inline constexpr const char *metrics_settings_trigger = "zz_upkeep_metrics_settings";
inline constexpr const char *metrics_truncate_trigger = "zz_upkeep_metrics_truncate";

// On a line, its snapshot is checked before the lock of its order, and the lock before totals and stock are changed. On
// an order, the lock sees what the client wrote before the other triggers put it right. The name of a statement trigger
// ends with its event.
inline constexpr const char *order_line_trigger = "zz_upkeep_order_line";
inline constexpr const char *order_lock_trigger = "zz_upkeep_order_lock";
inline constexpr const char *order_number_trigger = "zz_upkeep_order_number";
inline constexpr const char *order_refund_trigger = "zz_upkeep_order_refund";
inline constexpr const char *order_status_trigger = "zz_upkeep_order_status";
inline constexpr const char *order_total_trigger = "zz_upkeep_order_total";
inline constexpr const char *stock_trigger = "zz_upkeep_stock";

// On the daily records.
inline constexpr const char *weekly_diagnostics_trigger = "zz_upkeep_weekly_diagnostics";

inline constexpr const char *ad_decisions_trigger = "zz_upkeep_ad_decisions";
inline constexpr const char *growth_simulations_trigger = "zz_upkeep_growth_simulations";

// A change has its entry before what orders and stock make of it has theirs. The name of each ends with its event.
inline constexpr const char *history_trigger = "zz_upkeep_history";
// The row trigger BEFORE UPDATE, before that of updated_at; those for INSERT and TRUNCATE end with their event.
inline constexpr const char *soft_delete_trigger = "zz_upkeep_soft_delete";

// On the source; the names of its triggers end with the target's and the event.
inline constexpr const char *rollup_trigger = "zz_upkeep_rollup";
// On the target, before every other trigger of ours, which see true figures; its name ends with the source's.
inline constexpr const char *rollup_target_trigger = "zz_upkeep_0_rollup";

// BEFORE TRUNCATE, on every table of a guarded schema.
inline constexpr const char *guard_trigger = "zz_upkeep_guard";

} // namespace upkeep
