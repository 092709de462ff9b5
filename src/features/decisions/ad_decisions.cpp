// The trigger function upkeep.ad_decisions(): an ad is decided on when its row is inserted.
#include "core/decisions/ad_decision.hpp"
#include "core/keyed_table.hpp"
#include "features/catalogue.hpp"
#include "features/decisions/decide_new_row.hpp"
#include "features/decisions/decision_inputs.hpp"
#include "features/decisions/decision_outputs.hpp"
#include "features/decisions/decision_rule.hpp"
#include "features/decisions/shop_sums.hpp"
#include "postgres/settings.hpp"
#include "postgres/values/jsonb_sink.hpp"

namespace upkeep::decisions {

using pg::call;

namespace {

enum class ad_input {
  spend,
  orders,
  revenue,
  leads,
  age_days,
  impressions,
  clicks,
  marginal_roas,
  aov,
  cogs_ratio,
  desired_net_margin,
  usual_aov
};
constexpr input_rule ad_inputs[] = {{ad_input::spend, "spend", true},
                                    {ad_input::orders, "orders", true},
                                    {ad_input::revenue, "revenue"},
                                    {ad_input::leads, "leads"},
                                    {ad_input::age_days, "age_days"},
                                    {ad_input::impressions, "impressions"},
                                    {ad_input::clicks, "clicks"},
                                    {ad_input::marginal_roas, "marginal_roas"},
                                    {ad_input::aov, "aov"},
                                    {ad_input::cogs_ratio, "cogs_ratio", false, true},
                                    {ad_input::desired_net_margin, "desired_net_margin", false, true},
                                    {ad_input::usual_aov, "aov", false, true, false}};
static_assert(is_keyed(ad_inputs, ad_input::usual_aov));

enum class ad_output { decision, early_kill_signals, evidence, decided_by };
constexpr output_rule ad_outputs[] = {{ad_output::decision, "decision", output_kind::text, true},
                                      {ad_output::early_kill_signals, "early_kill_signals", output_kind::json},
                                      {ad_output::evidence, "evidence", output_kind::json, true},
                                      {ad_output::decided_by, "decided_by", output_kind::text}};
static_assert(is_keyed(ad_outputs, ad_output::decided_by));

// What an order of the shop usually brings, where the ad itself does not say what its own bring.
void ask_shop(const decision_inputs &row, const decision_plan &plan, const TriggerData &trigger, ad_figures &into) {
  if (has_own_aov(into))
    return;
  const optional_number &set = row.number(ad_input::usual_aov);
  into.source_of_aov = aov_source::settings;
  if (set && set->is_fit && set->value > 0)
    into.aov = set;
  if (into.aov || !plan.records)
    return;
  into.source_of_aov = aov_source::shop;
  const shop_sums sums = read_shop_sums(plan, trigger);
  into.aov = mean_order_value(sums.revenue, sums.orders, into);
}

ad_figures ad_figures_of(const decision_inputs &row) {
  ad_figures given;
  given.spend = row.number(ad_input::spend);
  given.orders = row.count(ad_input::orders);
  given.revenue = row.number(ad_input::revenue);
  given.leads = row.count(ad_input::leads);
  given.cogs_ratio = row.number(ad_input::cogs_ratio);
  given.desired_net_margin = row.number(ad_input::desired_net_margin);
  given.age_days = row.count(ad_input::age_days);
  given.marginal_roas = row.number(ad_input::marginal_roas);
  given.impressions = row.big_count(ad_input::impressions);
  given.clicks = row.big_count(ad_input::clicks);
  given.aov = row.number(ad_input::aov);
  return given;
}

std::string current_user() {
  return pg::string_from([] { return GetUserNameFromId(GetUserId(), false); });
}

HeapTuple decide_row(const decision_plan &plan, const TriggerData &trigger) {
  const decision_inputs inputs(ad_decision_rule, plan, trigger);
  ad_figures given = ad_figures_of(inputs);
  ask_shop(inputs, plan, trigger, given);
  const ad_verdict verdict = decide_ad(given);
  const std::string ours(name_of(verdict.action));

  decision_outputs row(plan, trigger);
  const std::optional<std::string> persons = row.sent(ad_output::decision);
  pg::jsonb_sink signals, evidence;
  write_signals(verdict, signals);
  write_evidence(given, verdict, persons && *persons != ours ? std::optional<std::string_view>(*persons) : std::nullopt,
                 evidence);
  if (!persons)
    row.text(ad_output::decision, ours);
  row.json(ad_output::early_kill_signals, signals.finish());
  row.json(ad_output::evidence, evidence.finish());
  if (!row.sent(ad_output::decided_by))
    row.text(ad_output::decided_by, persons ? current_user() : "pg_upkeep");
  return row.finish();
}

} // namespace

const decision_rule ad_decision_rule{
    ad_decisions_feature, ad_decisions_trigger, "enable ad_decisions", "enable_ad_decisions", ad_inputs, ad_outputs};

} // namespace upkeep::decisions

using namespace upkeep;
using namespace upkeep::decisions;

// upkeep.ad_decisions() RETURNS trigger: BEFORE INSERT OR UPDATE OR DELETE, FOR EACH ROW. Errors: 39P01 a wrong
// trigger; 22023, 42501, 42703, 42804, 42P01 and 428C9 its arguments; 21000 two rows of settings; 22023 a count that is
// not whole, 22003 one that is too large.
UPKEEP_FUNCTION(upkeep_ad_decisions) {
  return pg::entry([=] { return decide_new_row(fcinfo, ad_decision_rule, pg::pausable::ad_decisions, decide_row); });
}
