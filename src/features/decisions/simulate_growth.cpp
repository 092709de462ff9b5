// upkeep.simulate_growth: what a revenue would need.
#include "core/decisions/growth.hpp"

#include "features/decisions/figures.hpp"
#include "postgres/values/jsonb_sink.hpp"

namespace upkeep::decisions {

namespace {

growth_figures growth_arguments(FunctionCallInfo fcinfo) {
  growth_figures given;
  given.target_revenue = number_argument(fcinfo, 0);
  given.revenue = number_argument(fcinfo, 1);
  given.ad_spend = number_argument(fcinfo, 2);
  given.leads = integer_argument(fcinfo, 3);
  given.orders = integer_argument(fcinfo, 4);
  given.cogs_ratio = number_argument(fcinfo, 5);
  given.elasticity = number_argument(fcinfo, 6);
  given.max_observed_spend = number_argument(fcinfo, 7);
  return given;
}

} // namespace

} // namespace upkeep::decisions

using namespace upkeep;
using namespace upkeep::decisions;

// upkeep.simulate_growth(target_revenue, revenue, ad_spend, leads, orders, cogs_ratio, elasticity, max_observed_spend)
// RETURNS TABLE (model, ad_spend, leads, orders, revenue, net_profit, marginal_roas, feasibility_level, assumptions), a
// row a model. Errors: 22003, 22004, 22023.
UPKEEP_FUNCTION(upkeep_simulate_growth) {
  return pg::entry([=] {
    const growth_figures given = growth_arguments(fcinfo);
    const growth_simulation simulation = simulate_growth(given);
    pg::result_set result(fcinfo);
    for (const growth_plan &plan : simulation.plans) {
      pg::jsonb_sink assumptions;
      write_assumptions(given, simulation, plan, assumptions);
      result.add(std::string(name_of(plan.model)), numeric_result(simulation.amount_text(plan.ad_spend)),
                 integer_result(plan.leads), integer_result(plan.orders),
                 numeric_result(simulation.amount_text(simulation.target)),
                 numeric_result(simulation.amount_text(plan.net_profit)),
                 numeric_result(growth_simulation::ratio_text(plan.marginal_roas)), std::string(name_of(plan.level)),
                 pg::result_set::ready{assumptions.finish()});
    }
    return Datum(0);
  });
}
