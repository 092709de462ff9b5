// The trigger function upkeep.growth_simulations(): growth is simulated when a row is inserted.
#include "core/decisions/growth.hpp"
#include "core/keyed_table.hpp"
#include "features/catalogue.hpp"
#include "features/decisions/decide_new_row.hpp"
#include "features/decisions/decision_inputs.hpp"
#include "features/decisions/decision_outputs.hpp"
#include "features/decisions/decision_rule.hpp"
#include "postgres/settings.hpp"
#include "postgres/values/jsonb_sink.hpp"

#include <algorithm>

namespace upkeep::decisions {

namespace {

enum class growth_input {
  target_revenue,
  revenue,
  ad_spend,
  leads,
  orders,
  cogs_ratio,
  elasticity,
  max_observed_spend
};
constexpr input_rule growth_inputs[] = {{growth_input::target_revenue, "target_revenue", true},
                                        {growth_input::revenue, "revenue", true},
                                        {growth_input::ad_spend, "ad_spend", true},
                                        {growth_input::leads, "leads", true},
                                        {growth_input::orders, "orders", true},
                                        {growth_input::cogs_ratio, "cogs_ratio", false, true},
                                        {growth_input::elasticity, "elasticity", false, true},
                                        {growth_input::max_observed_spend, "max_observed_spend", false, true}};
static_assert(is_keyed(growth_inputs, growth_input::max_observed_spend));

enum class growth_output {
  model,
  needed_ad_spend,
  needed_leads,
  needed_orders,
  net_profit,
  marginal_roas,
  feasibility_level,
  assumptions
};
constexpr output_rule growth_outputs[] = {
    {growth_output::model, "model", output_kind::text},
    {growth_output::needed_ad_spend, "needed_ad_spend"},
    {growth_output::needed_leads, "needed_leads"},
    {growth_output::needed_orders, "needed_orders"},
    {growth_output::net_profit, "net_profit"},
    {growth_output::marginal_roas, "marginal_roas"},
    {growth_output::feasibility_level, "feasibility_level", output_kind::text, true},
    {growth_output::assumptions, "assumptions", output_kind::json, true}};
static_assert(is_keyed(growth_outputs, growth_output::assumptions));

growth_figures growth_figures_of(const decision_inputs &row) {
  growth_figures given;
  given.target_revenue = row.number(growth_input::target_revenue);
  given.revenue = row.number(growth_input::revenue);
  given.ad_spend = row.number(growth_input::ad_spend);
  given.leads = row.count(growth_input::leads);
  given.orders = row.count(growth_input::orders);
  given.cogs_ratio = row.number(growth_input::cogs_ratio);
  given.elasticity = row.number(growth_input::elasticity);
  given.max_observed_spend = row.number(growth_input::max_observed_spend);
  return given;
}

// The plan of the model that the row names, of the diminishing one where it names none.
const growth_plan &plan_of(const growth_simulation &simulation, const std::optional<std::string> &model) {
  const std::string_view wanted = model ? std::string_view(*model) : name_of(growth_model::diminishing);
  const auto found =
      std::ranges::find_if(simulation.plans, [=](const growth_plan &each) { return name_of(each.model) == wanted; });
  if (found == simulation.plans.end())
    throw fault{.sqlstate = sqlstate::invalid_parameter_value,
                .message = fmt::format("there is no growth model \"{}\"", wanted),
                .hint = "Use linear or diminishing, or leave it out for diminishing."};
  return *found;
}

std::optional<std::string> text_of(const optional_count &count) {
  return count ? std::optional(std::to_string(*count)) : std::nullopt;
}

HeapTuple simulate_row(const decision_plan &plan, const TriggerData &trigger) {
  const growth_figures given = growth_figures_of(decision_inputs(growth_simulation_rule, plan, trigger));
  const growth_simulation simulation = simulate_growth(given);

  decision_outputs row(plan, trigger);
  const std::optional<std::string> model = row.sent(growth_output::model);
  const growth_plan &growth = plan_of(simulation, model);
  pg::jsonb_sink assumptions;
  write_assumptions(given, simulation, growth, assumptions);
  if (!model)
    row.text(growth_output::model, std::string(name_of(growth.model)));
  row.number(growth_output::needed_ad_spend, simulation.amount_text(growth.ad_spend));
  row.number(growth_output::needed_leads, text_of(growth.leads));
  row.number(growth_output::needed_orders, text_of(growth.orders));
  row.number(growth_output::net_profit, simulation.amount_text(growth.net_profit));
  row.number(growth_output::marginal_roas, growth_simulation::ratio_text(growth.marginal_roas));
  row.text(growth_output::feasibility_level, std::string(name_of(growth.level)));
  row.json(growth_output::assumptions, assumptions.finish());
  return row.finish();
}

} // namespace

const decision_rule growth_simulation_rule{growth_simulations_feature,
                                           growth_simulations_trigger,
                                           "enable growth_simulations",
                                           "enable_growth_simulations",
                                           growth_inputs,
                                           growth_outputs};

} // namespace upkeep::decisions

using namespace upkeep;
using namespace upkeep::decisions;

// upkeep.growth_simulations() RETURNS trigger: BEFORE INSERT OR UPDATE OR DELETE, FOR EACH ROW. Errors: 39P01 a wrong
// trigger; 22023, 42501, 42703, 42804, 42P01 and 428C9 its arguments; 21000 two rows of settings; 22003, 22004 and
// 22023 figures.
UPKEEP_FUNCTION(upkeep_growth_simulations) {
  return pg::entry(
      [=] { return decide_new_row(fcinfo, growth_simulation_rule, pg::pausable::growth_simulations, simulate_row); });
}
