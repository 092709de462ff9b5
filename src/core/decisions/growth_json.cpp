#include "core/decisions/growth.hpp"

namespace upkeep::decisions {

namespace {

void write_inputs(const growth_figures &given, json_sink &into) {
  into.key("inputs");
  into.begin_object();
  write_given("leads", given.leads, into);
  write_given("orders", given.orders, into);
  write_given("revenue", given.revenue, into);
  write_given("ad_spend", given.ad_spend, into);
  write_given("cogs_ratio", given.cogs_ratio, into);
  write_given("elasticity", given.elasticity, into);
  write_given("target_revenue", given.target_revenue, into);
  write_given("max_observed_spend", given.max_observed_spend, into);
  into.end_object();
}

} // namespace

void write_assumptions(const growth_figures &given, const growth_simulation &simulation, const growth_plan &plan,
                       json_sink &into) {
  const int scale = simulation.amount_scale;
  const std::optional<double> elasticity =
      plan.model == growth_model::diminishing ? std::optional(simulation.elasticity) : std::nullopt;
  into.begin_object();
  write_rounded("aov", simulation.aov, scale, into);
  write_rounded("cpl", simulation.cpl, scale, into);
  write_rounded("cvr", simulation.cvr, ratio_decimals, into);
  write_rounded("roas", simulation.roas, ratio_decimals, into);
  write_inputs(given, into);
  write_text_or_null("reason", plan.reason, into);
  write_rounded("elasticity", elasticity, ratio_decimals, into);
  write_rounded("spend_ratio", plan.spend_ratio, ratio_decimals, into);
  write_rounded("margin_ratio", simulation.margin_ratio, ratio_decimals, into);
  into.member_number("rule_version", growth_rule_version);
  write_rounded("net_profit_now", simulation.net_profit, scale, into);
  into.key("capped_by_observed");
  into.boolean(plan.is_beyond_observed);
  into.end_object();
}

} // namespace upkeep::decisions
