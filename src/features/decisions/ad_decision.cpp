// upkeep.ad_decision: scale, keep or kill.
#include "core/decisions/ad_decision.hpp"

#include "features/decisions/figures.hpp"
#include "postgres/values/jsonb_sink.hpp"

namespace upkeep::decisions {

namespace {

ad_figures ad_arguments(FunctionCallInfo fcinfo) {
  ad_figures given;
  given.spend = number_argument(fcinfo, 0);
  given.orders = integer_argument(fcinfo, 1);
  given.revenue = number_argument(fcinfo, 2);
  given.leads = integer_argument(fcinfo, 3);
  given.cogs_ratio = number_argument(fcinfo, 4);
  given.desired_net_margin = number_argument(fcinfo, 5);
  given.age_days = integer_argument(fcinfo, 6);
  given.marginal_roas = number_argument(fcinfo, 7);
  given.impressions = bigint_argument(fcinfo, 8);
  given.clicks = bigint_argument(fcinfo, 9);
  given.aov = number_argument(fcinfo, 10);
  return given;
}

} // namespace

} // namespace upkeep::decisions

using namespace upkeep;
using namespace upkeep::decisions;

// upkeep.ad_decision(spend, orders, revenue, leads, cogs_ratio, desired_net_margin, age_days, marginal_roas,
// impressions, clicks, aov) RETURNS TABLE (decision, early_kill_signals, evidence), one row. No errors: what cannot be
// decided is KEEP.
UPKEEP_FUNCTION(upkeep_ad_decision) {
  return pg::entry([=] {
    const ad_figures given = ad_arguments(fcinfo);
    const ad_verdict verdict = decide_ad(given);
    pg::jsonb_sink signals, evidence;
    write_signals(verdict, signals);
    write_evidence(given, verdict, std::nullopt, evidence);
    pg::result_set(fcinfo).add(std::string(name_of(verdict.action)), pg::result_set::ready{signals.finish()},
                               pg::result_set::ready{evidence.finish()});
    return Datum(0);
  });
}
