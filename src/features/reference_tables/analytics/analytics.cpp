// upkeep.create_analytics: the tables of a shop analytics app, with what keeps them true.
#include "features/catalogue.hpp"
#include "features/diagnostics/run/run_tables.hpp"
#include "features/reference_tables/analytics/sales.hpp"
#include "features/reference_tables/tables.hpp"
#include "features/registry.hpp"
#include "postgres/relation.hpp"
#include "postgres/sql/arguments.hpp"
#include "postgres/sql/query.hpp"

namespace upkeep::reference_tables {

using pg::call;

namespace {

constexpr const char *text = "text", *amount = "bigint", *count = "integer", *figure = "numeric", *json = "jsonb";
// Bounded, as what applications compute in doubles comes as 0.30000000000000004, which the column rounds.
constexpr const char *ratio = "numeric(10,9)", *multiple = "numeric(12,6)", *money = "numeric(20,6)";
constexpr reference_column shop{"shop_id", "uuid NOT NULL", "shops ON DELETE CASCADE"};
constexpr const char *computed = "computed by a trigger from the other columns";

constexpr reference_column users_columns[] = {
    {"external_id", text, nullptr, "the user in the system that he comes from"}, {"email", text}};
constexpr reference_index users_indexes[] = {{"external_id", true}};

constexpr reference_column shops_columns[] = {{"owner_id", "uuid", "users ON DELETE SET NULL"},
                                              {"name", "text NOT NULL"},
                                              {"timezone", "text NOT NULL DEFAULT 'UTC'"},
                                              {"currency", text, nullptr, "ISO 4217: VND, EUR"}};
constexpr reference_index shops_indexes[] = {{"owner_id"}};

constexpr reference_column shop_settings_columns[] = {
    shop,
    {"currency", text, nullptr, "ISO 4217; amounts are in its smallest unit; NULL: as in shops"},
    {"timezone", text, nullptr, "decides what day it is, nothing else: Asia/Ho_Chi_Minh; NULL: as in shops"},
    {"language", text, nullptr, "of titles and reports: en, vi, de, or one that upkeep.wordings has; NULL: en"},
    {"week_start_day", "smallint DEFAULT 1", nullptr, "1 for Monday to 7 for Sunday"},
    {"closed_weekdays",
     "integer[] CHECK (closed_weekdays <@ '{1,2,3,4,5,6,7}' AND NOT closed_weekdays @> '{1,2,3,4,5,6,7}')", nullptr,
     "on which the shop is closed, 1 for Monday to 7 for Sunday; NULL: those that its records leave out"},
    {"cogs_ratio", ratio, nullptr, "cost of goods as a share of the revenue: 0.45"},
    {"aov", amount, nullptr, "what an order brings, for ads without orders of their own; NULL: as the records say"},
    {"desired_net_margin", ratio, nullptr, "what an ad shall leave of the revenue before it is scaled: 0.1"},
    {"elasticity", ratio, nullptr, "by how much revenue follows ad spend, 0 to 1: upkeep.fit_elasticity; NULL: 0.7"},
    {"target_roas", multiple},
    {"target_cpa", money, nullptr, "what an order may cost in ads"},
    {"min_impact", money, nullptr, "issues that cost less are not told"},
    {"thresholds", json, nullptr,
     "of rules without columns here: {\"REV_DROP\": {\"warning\": 0.15, \"critical\": 0.3}}"},
    {"np_drop_warning", multiple, nullptr,
     "this and what follows: thresholds of the rules in upkeep.rules; NULL for the default"},
    {"np_drop_critical", multiple},
    {"rev_drop_warning", multiple},
    {"rev_drop_critical", multiple},
    {"roas_below_break_even_warning", multiple},
    {"roas_below_break_even_critical", multiple},
    {"roas_below_target_warning", multiple},
    {"roas_below_target_critical", multiple},
    {"marginal_roas_low_warning", multiple},
    {"marginal_roas_low_critical", multiple},
    {"cpl_spike_warning", multiple},
    {"cpl_spike_critical", multiple},
    {"cvr_drop_warning", multiple},
    {"cvr_drop_critical", multiple},
    {"aov_drop_warning", multiple},
    {"aov_drop_critical", multiple},
    {"leads_drop_warning", multiple},
    {"leads_drop_critical", multiple},
    {"spend_no_orders_warning", multiple},
    {"spend_no_orders_critical", multiple},
    {"spend_no_leads_warning", multiple},
    {"spend_no_leads_critical", multiple},
    {"ad_ratio_high_warning", multiple},
    {"ad_ratio_high_critical", multiple},
    {"margin_erosion_warning", multiple},
    {"margin_erosion_critical", multiple},
    {"data_missing_warning", multiple},
    {"data_missing_critical", multiple},
    {"day_concentration_warning", multiple},
    {"profit_streak_warning", multiple},
    {"profit_streak_critical", multiple},
    {"goal_off_pace_warning", multiple},
    {"goal_off_pace_critical", multiple},
    {"ad_spend_stopped_warning", multiple}};
constexpr reference_index shop_settings_indexes[] = {{"shop_id", true}};

constexpr reference_column daily_records_columns[] = {
    shop,
    {"record_date", "date NOT NULL", nullptr, "the shop's own date"},
    {"orders", count},
    {"revenue", amount, nullptr, "in the currency's smallest unit, as all amounts"},
    {"ad_spend", amount},
    {"leads", count},
    {"aov", amount, nullptr, computed},
    {"cpl", amount, nullptr, computed},
    {"cvr", "numeric(5,2)", nullptr, computed},
    {"roas", "numeric(6,2)", nullptr, computed},
    {"net_profit", amount, nullptr, "computed by a trigger, with cogs_ratio of shop_settings at the time of writing"}};
constexpr reference_index daily_records_indexes[] = {{"shop_id,record_date", true}};

constexpr reference_column weekly_diagnostics_columns[] = {
    shop,
    {"week_start", "date NOT NULL"},
    {"week_label", text, nullptr, "2026-W46"},
    {"state", text, nullptr, "closed or open"},
    {"issues", "jsonb NOT NULL DEFAULT '[]'"},
    {"rules", json, nullptr, "what each rule said: PASSED, FIRED, NOT_EVALUATED or INHIBITED"},
    {"facts", json},
    {"user_responses", "jsonb NOT NULL DEFAULT '{}'", nullptr,
     "written by the user only: {fingerprint: {\"status\": \"ack\" | \"dismissed\" | \"snoozed_until\" | \"done\", "
     "\"until\", \"note\", \"at\"}}"},
    {"input_digest", text, nullptr, "what the diagnosis was made from; where it is the same, nothing is written"},
    {"stale", "boolean NOT NULL DEFAULT false", nullptr, "a day was edited since; set by a trigger"}};
constexpr reference_index weekly_diagnostics_indexes[] = {{"shop_id,week_start", true}};

constexpr reference_column action_items_columns[] = {
    shop,
    {"diagnostic_id", "uuid", "weekly_diagnostics ON DELETE SET NULL", "the latest that asks for it"},
    {"fingerprint", "text NOT NULL", nullptr, "of the issue"},
    {"code", "text NOT NULL", nullptr, "the rule"},
    {"action", "text NOT NULL"},
    {"params", json},
    {"title", text},
    {"severity", text},
    {"impact", figure},
    {"status", "text NOT NULL DEFAULT 'open'", nullptr,
     "open, in_progress, done, dismissed; and by the diagnostics verified, reopened, superseded"},
    {"first_week", "date"},
    {"last_week", "date", nullptr, "in which the issue fired"},
    {"note", text},
    {"due_on", "date"}};
constexpr reference_index action_items_indexes[] = {{"shop_id,fingerprint,action", true}, {"diagnostic_id"}};

constexpr reference_column monthly_goals_columns[] = {
    shop, {"month", "date NOT NULL", nullptr, "its first day"}, {"revenue_target", amount}, {"profit_target", amount}};
constexpr reference_index monthly_goals_indexes[] = {{"shop_id,month", true}};

constexpr reference_column product_presets_columns[] = {shop,
                                                        {"name", "text NOT NULL"},
                                                        {"sell_price", amount},
                                                        {"cogs", amount, nullptr, "cost of one"},
                                                        {"unit_margin", amount, nullptr, computed},
                                                        {"margin_ratio", "numeric(6,4)", nullptr, computed},
                                                        {"break_even_roas", "numeric(8,2)", nullptr, computed}};
constexpr reference_index of_shop[] = {{"shop_id"}};

constexpr reference_column ad_decisions_columns[] = {
    shop,
    {"campaign", text},
    {"decided_on", "date NOT NULL DEFAULT CURRENT_DATE"},
    {"spend", amount},
    {"orders", count},
    {"revenue", amount},
    {"leads", count},
    {"impressions", "bigint"},
    {"clicks", "bigint"},
    {"age_days", count},
    {"aov", amount, nullptr,
     "what an order brings; NULL: as its own orders did. Without it an ad without orders is kept"},
    {"decision", text, nullptr, "SCALE, KEEP or KILL; by a trigger where it is NULL"},
    {"early_kill_signals", json, nullptr, "set by a trigger, as upkeep.ad_decision says"},
    {"evidence", json, nullptr, "what the decision was made on; set by a trigger"},
    {"decided_by", text, nullptr, "who; by a trigger where it is NULL: pg_upkeep, or the role that sent a decision"}};

constexpr reference_index ad_decisions_indexes[] = {{"shop_id,decided_on"}};

constexpr reference_column growth_simulations_columns[] = {
    shop,
    {"simulated_on", "date NOT NULL DEFAULT CURRENT_DATE"},
    {"target_revenue", amount},
    {"revenue", amount},
    {"ad_spend", amount},
    {"leads", count},
    {"orders", count},
    {"model", text, nullptr, "linear or diminishing"},
    {"needed_ad_spend", amount, nullptr, "this and what follows: set by a trigger, as upkeep.simulate_growth says"},
    {"needed_leads", count},
    {"needed_orders", count},
    {"net_profit", amount},
    {"marginal_roas", figure},
    {"feasibility_level", text},
    {"assumptions", json}};

// Another table of this name, such as a log, is somebody else's.
constexpr reference_column shop_events_columns[] = {
    {"shop_id", "uuid", "shops ON DELETE CASCADE", "NULL: all shops"},
    {"starts_on", "date NOT NULL"},
    {"ends_on", "date NOT NULL CHECK (ends_on >= starts_on)", nullptr, "the last day, itself a part of it"},
    {"name", text, nullptr, "as reports show it"},
    {"kind", "text NOT NULL CHECK (kind IN ('holiday', 'closed', 'promotion', 'outage'))", nullptr,
     "holiday and promotion: days that are compared with no others; closed and outage: days that may be missing"}};

constexpr reference_table tables[] = {
    {"users", "who uses the app", users_columns, users_indexes, {}, false, placement::local},
    {"shops", "the shops that are looked at", shops_columns, shops_indexes, {}, false, placement::shops},
    {"shop_settings", "what a shop has set, a row each", shop_settings_columns, shop_settings_indexes},
    {"daily_records", "the figures of a shop's days", daily_records_columns, daily_records_indexes},
    {"weekly_diagnostics", "what went wrong in a week; written by upkeep.run_weekly_diagnostics",
     weekly_diagnostics_columns, weekly_diagnostics_indexes},
    {"action_items", "what is to be done about it", action_items_columns, action_items_indexes},
    {"monthly_goals", "what a month shall bring", monthly_goals_columns, monthly_goals_indexes},
    {"shop_events", "days that are unlike others", shop_events_columns, of_shop, {}, true},
    {"product_presets", "products with their unit economics", product_presets_columns, of_shop},
    {"ad_decisions", "what was decided about ads, and on what evidence", ad_decisions_columns, ad_decisions_indexes},
    {"growth_simulations", "what it would take to reach a revenue", growth_simulations_columns, of_shop}};

constexpr reference_feature features[] = {
    {"users", updated_at_feature, "enable_updated_at($1)"},
    {"shops", updated_at_feature, "enable_updated_at($1)"},
    {"shop_settings", updated_at_feature, "enable_updated_at($1)"},
    {"daily_records", updated_at_feature, "enable_updated_at($1)"},
    {"weekly_diagnostics", updated_at_feature, "enable_updated_at($1, ignore_columns => '{stale}')"},
    {"action_items", updated_at_feature, "enable_updated_at($1)"},
    {"monthly_goals", updated_at_feature, "enable_updated_at($1)"},
    {"shop_events", updated_at_feature, "enable_updated_at($1)"},
    {"product_presets", updated_at_feature, "enable_updated_at($1)"},
    {"ad_decisions", updated_at_feature, "enable_updated_at($1)"},
    {"growth_simulations", updated_at_feature, "enable_updated_at($1)"},
    {"daily_records", metrics_feature, "enable_metrics($1, settings => $2)", "shop_settings"},
    {"daily_records", weekly_diagnostics_feature, "enable_weekly_diagnostics($1, $2)", "weekly_diagnostics"},
    {"ad_decisions",
     ad_decisions_feature,
     "enable_ad_decisions($1, $2)",
     "shop_settings",
     nullptr,
     {},
     "daily_records"},
    {"growth_simulations", growth_simulations_feature, "enable_growth_simulations($1, $2)", "shop_settings"},
    {"product_presets", metrics_feature,
     "enable_metrics($1, ARRAY['unit_margin = sell_price - cogs', 'margin_ratio = unit_margin / sell_price',"
     " 'break_even_roas = sell_price / (sell_price - cogs)'])"},
    {"users", history_feature, "enable_history($1, digest_columns => '{email}')"},
    {"shop_settings", history_feature, "enable_history($1)"},
    {"monthly_goals", history_feature, "enable_history($1)"}};

Oid table_in(const std::string &schema, const char *name) {
  return call([&] {
    const Oid space = get_namespace_oid(schema.c_str(), true);
    return OidIsValid(space) ? get_relname_relid(name, space) : InvalidOid;
  });
}

bool is_watched(Oid records) {
  bool watched = false;
  if (OidIsValid(records))
    pg::with_relation(records, [&](Relation table) { watched = trigger_of(table, weekly_diagnostics_feature); });
  return watched;
}

struct analytics_request {
  std::string schema;
  bool with_history = false, is_distributed = false;
  Oid orders = InvalidOid; // that are to feed them
};

void create_analytics(const analytics_request &asked) {
  const std::string &schema = asked.schema;
  const Oid records = table_in(schema, "daily_records");
  if (OidIsValid(records))
    call([=] { LockRelationOid(records, AccessShareLock); });
  const bool was_watched = is_watched(records);
  create_tables(
      {"create analytics tables", tables, features, nullptr, asked.with_history, asked.is_distributed, asked.orders},
      schema);
  // Enabling tells of the other table.
  if (was_watched)
    diagnostics::warn_of_unfilled_diagnostics(table_in(schema, "weekly_diagnostics"));
  diagnostics::warn_of_unfilled_items(table_in(schema, "action_items"));
}

// With the arguments of 0.12.0, and whether the tables are to be distributed.
void create_analytics_of_orders(const pg::arguments &given, bool is_distributed) {
  const std::optional<Oid> orders = given.optional_table(1);
  const std::optional<Datum> columns = given.optional_value(2);
  const analytics_request asked{given.name(0, "schema"), given.boolean(3, "history"), is_distributed,
                                orders.value_or(InvalidOid)};
  if (columns && !orders)
    throw fault{.sqlstate = sqlstate::invalid_parameter_value,
                .message = "columns are given without orders",
                .hint = "Pass the table whose rows are sold as orders."};
  pg::with_spi([&] {
    std::optional<rollups::rollup_request> sales;
    if (orders)
      sales = sales_of(*orders, columns ? call([&] { return DatumGetJsonbP(*columns); }) : nullptr);
    create_analytics(asked);
    if (sales)
      feed_daily_records(*std::move(sales), table_in(asked.schema, "daily_records"));
  });
}

} // namespace

} // namespace upkeep::reference_tables

using namespace upkeep;
using namespace upkeep::reference_tables;

// upkeep.create_analytics(schema, orders, columns, history, distribute): as the caller. Errors: 0A000 cannot be
// distributed, 22004, 22023, 42501, 42804, 42809, those of enabling a rollup, and PostgreSQL's own where a table that
// is there does not fit.
UPKEEP_FUNCTION(upkeep_create_analytics_distributed) {
  return pg::entry([=] {
    const pg::arguments given(fcinfo);
    create_analytics_of_orders(given, given.boolean(4, "distribute"));
    return Datum(0);
  });
}

// The same without distribute, as the SQL of 0.12.0 declares it.
UPKEEP_FUNCTION(upkeep_create_analytics_of_orders) {
  return pg::entry([=] {
    create_analytics_of_orders(pg::arguments(fcinfo), false);
    return Datum(0);
  });
}

// Nor orders, as the SQL of 0.11.0 declares it.
UPKEEP_FUNCTION(upkeep_create_analytics_with_history) {
  return pg::entry([=] {
    const pg::arguments given(fcinfo);
    const analytics_request asked{given.name(0, "schema"), given.boolean(1, "history")};
    pg::with_spi([&] { create_analytics(asked); });
    return Datum(0);
  });
}

// Nor history, as the SQL of 0.4.0 to 0.10.0 declares it.
UPKEEP_FUNCTION(upkeep_create_analytics) {
  return pg::entry([=] {
    const analytics_request asked{pg::arguments(fcinfo).name(0, "schema")};
    pg::with_spi([&] { create_analytics(asked); });
    return Datum(0);
  });
}
