// Decisions on ads, growth, and what a sale leaves.
#include "core/decisions/ad_decision.hpp"
#include "core/decisions/elasticity.hpp"
#include "core/decisions/growth.hpp"
#include "core/decisions/unit_economics.hpp"
#include "core/text/json_tree.hpp"
#include "packages/pg-upkeep/wasm/calls.hpp"
#include "packages/pg-upkeep/wasm/document.hpp"
#include "packages/pg-upkeep/wasm/numbers.hpp"

#include <cstdlib>

namespace upkeep::wasm {

using namespace decisions;

namespace {

json count_or_null(const optional_count &count) { return count ? json::number(std::to_string(*count)) : json(); }

template <class Write> json document(Write &&write) {
  json_tree tree;
  write(tree);
  return json::string(jsonb_text(tree.take()));
}

} // namespace

json ad_decision(const json &arguments) {
  ad_figures given;
  given.spend = numeric_of(arguments["spend"]);
  given.orders = integer_of(arguments["orders"]);
  given.revenue = numeric_of(arguments["revenue"]);
  given.leads = integer_of(arguments["leads"]);
  given.cogs_ratio = numeric_of(arguments["cogs_ratio"]);
  given.desired_net_margin = numeric_of(arguments["desired_net_margin"]);
  given.age_days = integer_of(arguments["age_days"]);
  given.marginal_roas = numeric_of(arguments["marginal_roas"]);
  given.impressions = bigint_of(arguments["impressions"]);
  given.clicks = bigint_of(arguments["clicks"]);
  given.aov = numeric_of(arguments["aov"]);
  const ad_verdict verdict = decide_ad(given);
  json row = json::object();
  row.set("decision", json::string(std::string(name_of(verdict.action))));
  row.set("early_kill_signals", document([&](json_sink &into) { write_signals(verdict, into); }));
  row.set("evidence", document([&](json_sink &into) { write_evidence(given, verdict, std::nullopt, into); }));
  return row;
}

json simulate_growth(const json &arguments) {
  growth_figures given;
  given.target_revenue = numeric_of(arguments["target_revenue"]);
  given.revenue = numeric_of(arguments["revenue"]);
  given.ad_spend = numeric_of(arguments["ad_spend"]);
  given.leads = integer_of(arguments["leads"]);
  given.orders = integer_of(arguments["orders"]);
  given.cogs_ratio = numeric_of(arguments["cogs_ratio"]);
  given.elasticity = numeric_of(arguments["elasticity"]);
  given.max_observed_spend = numeric_of(arguments["max_observed_spend"]);
  const growth_simulation simulation = decisions::simulate_growth(given);
  json rows = json::array();
  for (const growth_plan &plan : simulation.plans) {
    json row = json::object();
    row.set("model", json::string(std::string(name_of(plan.model))));
    row.set("ad_spend", text_or_null(simulation.amount_text(plan.ad_spend)));
    row.set("leads", count_or_null(plan.leads));
    row.set("orders", count_or_null(plan.orders));
    row.set("revenue", text_or_null(simulation.amount_text(simulation.target)));
    row.set("net_profit", text_or_null(simulation.amount_text(plan.net_profit)));
    row.set("marginal_roas", text_or_null(growth_simulation::ratio_text(plan.marginal_roas)));
    row.set("feasibility_level", json::string(std::string(name_of(plan.level))));
    row.set("assumptions", document([&](json_sink &into) { write_assumptions(given, simulation, plan, into); }));
    rows.add(std::move(row));
  }
  return rows;
}

// points: rows of spend and revenue.
json fit_elasticity(const json &arguments) {
  elasticity_sums sums{};
  for (const json &each : arguments["points"].elements()) {
    const optional_number spend = numeric_of(each["spend"]), revenue = numeric_of(each["revenue"]);
    if (spend && revenue)
      add_point(sums, std::strtod(spend->text.c_str(), nullptr), std::strtod(revenue->text.c_str(), nullptr));
  }
  return text_or_null(elasticity_text(sums));
}

json unit_economics(const json &arguments) {
  const decisions::unit_economics result = unit_economics_of(
      numeric_of(arguments["sell_price"]), numeric_of(arguments["cogs"]), numeric_of(arguments["variable_cost_share"]));
  json row = json::object();
  row.set("unit_margin", text_or_null(result.unit_margin));
  row.set("margin_ratio", text_or_null(result.margin_ratio));
  row.set("break_even_roas", text_or_null(result.break_even_roas));
  row.set("break_even_cpo", text_or_null(result.break_even_cpo));
  return row;
}

} // namespace upkeep::wasm
