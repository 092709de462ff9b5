// The decisions: nothing is NaN, the documents are JSON, nothing is killed on missing data. An input is figures, one a
// line, "-" alone for NULL: spend, orders, revenue, leads, cogs_ratio, desired_net_margin, age_days, marginal_roas,
// impressions, clicks, aov; target, elasticity, max_observed_spend; today with the closed days, and the amounts of a
// month's days. The whole of it is also taken for the bytes of an elasticity.
#include "core/decisions/ad_decision.hpp"
#include "core/decisions/elasticity.hpp"
#include "core/decisions/growth.hpp"
#include "core/decisions/pacing.hpp"
#include "core/decisions/unit_economics.hpp"
#include "core/text/json_tree.hpp"
#include "require.hpp"

#include <algorithm>
#include <cmath>

using namespace upkeep;
using namespace upkeep::decisions;

namespace {

// What belongs to no number is taken for a digit, so that most mutations are figures still.
class lines {
public:
  explicit lines(std::string_view text) : rest(text) {}

  bool are_read() const { return rest.empty(); }

  optional_number number() {
    std::string line(next());
    if (line.empty() || line == "-")
      return std::nullopt;
    for (char &c : line)
      if (std::string_view("0123456789.-eNaInfity").find(c) == std::string_view::npos)
        c = static_cast<char>('0' + static_cast<unsigned char>(c) % 10);
    return numeric_input::of(line);
  }

  optional_count count() {
    const std::string_view line = next();
    if (line.empty() || line == "-")
      return std::nullopt;
    std::int64_t value = 0;
    for (const char c : line.substr(0, 18))
      value = value * 10 + (c & 15) % 10;
    return line.starts_with('-') ? -value : value;
  }

private:
  std::string_view next() {
    const std::string_view line = rest.substr(0, rest.find('\n'));
    rest.remove_prefix(std::min(line.size() + 1, rest.size()));
    return line;
  }

  std::string_view rest;
};

ad_figures read_ad(lines &from) {
  ad_figures given;
  given.spend = from.number();
  given.orders = from.count();
  given.revenue = from.number();
  given.leads = from.count();
  given.cogs_ratio = from.number();
  given.desired_net_margin = from.number();
  given.age_days = from.count();
  given.marginal_roas = from.number();
  given.impressions = from.count();
  given.clicks = from.count();
  given.aov = from.number();
  return given;
}

json written(const auto &write) {
  json_tree into;
  write(into);
  const json whole = into.take();
  REQUIRE(parse_json(whole.dump()).dump() == whole.dump());
  return whole;
}

void require_figure(const std::optional<std::string> &text) {
  if (!text)
    return;
  REQUIRE(text->find_first_not_of("0123456789.-") == std::string::npos);
  REQUIRE(plain_notation(*text));
}

void require_sound_signals(const ad_verdict &verdict) {
  for (const ad_signal &signal : verdict.signals) {
    REQUIRE(signal.strength >= 0 && signal.strength <= 1);
    REQUIRE(signal.sample >= 0 && signal.value >= 0 && signal.limit > 0);
    REQUIRE(std::isfinite(signal.sample) && std::isfinite(signal.value) && std::isfinite(signal.limit));
  }
}

// More orders for the same money never make an ad worse.
void require_monotone(ad_figures given) {
  if (!given.aov || !given.orders || *given.orders < 0)
    return;
  given.leads.reset();
  const ad_action before = decide_ad(given).action;
  ++*given.orders;
  REQUIRE(before == ad_action::kill || decide_ad(given).action != ad_action::kill);
  if (before == ad_action::scale)
    REQUIRE(decide_ad(given).action == ad_action::scale);
}

void decide(const ad_figures &given) {
  const ad_verdict verdict = decide_ad(given);
  REQUIRE(!verdict.reason.empty());
  require_sound_signals(verdict);
  const json evidence = written([&](json_sink &into) { write_evidence(given, verdict, "KEEP", into); });
  REQUIRE(evidence["decision"].text() == name_of(verdict.action));
  REQUIRE(written([&](json_sink &into) { write_signals(verdict, into); }).elements().size() == verdict.signals.size());
  if (verdict.action != ad_action::keep) {
    REQUIRE(given.spend && given.spend->value > 0 && given.orders && given.cogs_ratio && (given.aov || given.revenue));
    REQUIRE(!evidence["break_even_cpa"].is_null() && !evidence["cpa_optimistic"].is_null());
  }
  REQUIRE(evidence["aov"].is_null() || !evidence["aov_source"].is_null());
  // What the shop's orders bring is a number that the function can be called with.
  if (const optional_number mean = mean_order_value(given.revenue, given.spend, given))
    REQUIRE(mean->is_fit && mean->value > 0 && plain_notation(mean->text));
  require_monotone(given);
}

// What may refuse its arguments.
void refuse_or(const auto &run) {
  try {
    run();
  } catch (const fault &said) {
    const std::string_view state = said.sqlstate;
    REQUIRE(state == "22023" || state == "22004" || state == "22003");
    REQUIRE(!said.message.empty() && !said.hint.empty());
  }
}

void economise(const ad_figures &given) {
  const unit_economics found = unit_economics_of(given.aov, given.spend, given.cogs_ratio);
  for (const auto &text : {found.unit_margin, found.margin_ratio, found.break_even_roas, found.break_even_cpo})
    require_figure(text);
}

void grow(const ad_figures &ad, const growth_figures &given) {
  const growth_simulation found = simulate_growth(given);
  for (const growth_plan &plan : found.plans) {
    require_figure(found.amount_text(plan.ad_spend));
    require_figure(found.amount_text(plan.net_profit));
    require_figure(found.ratio_text(plan.marginal_roas));
    written([&](json_sink &into) { write_assumptions(given, found, plan, into); });
    if (!ad.cogs_ratio)
      REQUIRE(plan.level == feasibility::insufficient && !plan.reason.empty());
    else if (plan.level != feasibility::insufficient && plan.level != feasibility::achieved)
      REQUIRE(plan.orders && plan.leads && (plan.ad_spend || plan.level == feasibility::unprofitable));
  }
}

void pace(lines &from, const optional_number &target) {
  constexpr day_number first = 9801;
  // The first of the numbers is today, and, however it is read, which days are closed and which lost.
  const std::int64_t seed = from.count().value_or(0);
  const auto today = static_cast<day_number>(first + seed % 40);
  const auto closed = static_cast<days_of_month>(seed / 40), lost = static_cast<days_of_month>(seed / 997);
  std::vector<recorded_day> recorded;
  for (day_number day = first; !from.are_read() && recorded.size() < 40; ++day)
    if (const optional_number amount = from.number())
      recorded.push_back({day, *amount});
  weekday_weights weights{};
  for (std::size_t i = 0; i < std::min(weights.size(), recorded.size()); ++i)
    weights[i] = static_cast<std::int64_t>(std::min(std::abs(recorded[i].amount.value), 9e9));
  const goal_pace found = pace_to_goal({weights, month_of(first), today, recorded, target, closed, lost});
  require_figure(found.amount_text(found.projected));
  require_figure(found.pace_text());
  REQUIRE(found.days_missing >= 0 && found.days_missing <= 30);
  const days_of_month remaining = first_days(30) & ~first_days(std::clamp(today - first, 0, 30)) & ~closed;
  REQUIRE(found.required.empty() || static_cast<int>(found.required.size()) == __builtin_popcount(remaining));
  written([&](json_sink &into) { write_required(found, into); });
}

void fit(std::string_view bytes) {
  elasticity_sums sums{}, again{};
  if (!deserialise(bytes, sums))
    return;
  REQUIRE(serialise(sums) == bytes);
  merge(again, sums);
  merge(again, sums);
  add_point(again, 3, 7);
  require_figure(elasticity_text(again));
  const std::optional<double> slope = elasticity_of(again);
  REQUIRE(!slope || (*slope >= min_elasticity && *slope <= greatest_elasticity));
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size) {
  const std::string_view bytes(reinterpret_cast<const char *>(data), size);
  lines input(bytes);
  const ad_figures ad = read_ad(input);
  growth_figures growth;
  growth.target_revenue = input.number();
  growth.elasticity = input.number();
  growth.max_observed_spend = input.number();
  growth.revenue = ad.revenue;
  growth.ad_spend = ad.spend;
  growth.cogs_ratio = ad.cogs_ratio;
  growth.leads = ad.leads;
  growth.orders = ad.orders;
  decide(ad);
  refuse_or([&] { economise(ad); });
  refuse_or([&] { grow(ad, growth); });
  refuse_or([&] { pace(input, growth.target_revenue); });
  fit(bytes);
  return 0;
}
