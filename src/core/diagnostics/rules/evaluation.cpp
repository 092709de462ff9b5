#include "core/diagnostics/rules/evaluation.hpp"

namespace upkeep::diagnostics {

namespace {

constexpr int fewest_common_days = 4, fewest_weeks_of_test = 4;

} // namespace

severity evaluation::grade(rule which, const auto &reaches) const {
  for (const severity each : {severity::critical, severity::warning}) {
    const std::int64_t threshold = settings.threshold(which, each);
    if (threshold != no_threshold && reaches(in_units(threshold)))
      return each;
  }
  return severity::none;
}

severity evaluation::grade_at_least(rule which, const rational &value) const {
  return grade(which, [&](const rational &threshold) { return value >= threshold; });
}

severity evaluation::grade_below(rule which, const rational &value) const {
  return grade(which, [&](const rational &threshold) { return value < threshold; });
}

rational evaluation::amount_setting(std::int64_t millionths) const {
  return rational(millionths * power_of_ten(facts.request.days.scale), threshold_unit);
}

bool evaluation::is_too_small(const rational &impact) const {
  if (settings.min_impact && impact < amount_setting(*settings.min_impact))
    return true;
  if (impact < rational(0))
    return true;
  return compared.weeks > 0 && impact < rational(compared.before.revenue, int128{100} * compared.weeks);
}

void evaluation::fire(finding &found, severity grade, std::optional<rational> impact) {
  if (grade == severity::none || (impact && is_too_small(*impact)))
    return;
  found.status = rule_status::fired;
  found.grade = grade;
  found.impact = impact;
  if (facts.state == week_state::open || facts.days_missing() > 0)
    found.certainty = found.certainty == confidence::high ? confidence::medium : confidence::low;
}

// What the same figure was before, and how much it varied.
void evaluation::with_baseline(finding &found, metric which) {
  found.baseline = figure(which, compared.before, compared.weeks);
  if (!found.baseline)
    return;
  std::array<double, weeks_kept> values;
  for (int i = 0; i < compared.weeks; ++i)
    if (const auto value = figure(which, compared.each[static_cast<std::size_t>(i)]))
      values[static_cast<std::size_t>(found.baseline_weeks++)] = value->approximately();
  found.baseline_deviation =
      spread_of(std::span(values).first(static_cast<std::size_t>(found.baseline_weeks))).deviation;
}

// The same of a rule that looks at all days of the week: only where the weeks before have them all.
void evaluation::with_level_baseline(finding &found, metric which) {
  if (compared.method != comparison_method::none && compared.weekdays == facts.present[this_week])
    with_baseline(found, which);
}

bool evaluation::needs_profit(finding &found) const {
  if (facts.has_cogs_ratio)
    return true;
  found.status = rule_status::inhibited;
  found.by = rule::cogs_unset;
  return false;
}

std::optional<rational> evaluation::margin_now() const {
  return facts.has_cogs_ratio ? std::optional(margin(compared.after)) : std::nullopt;
}

bool evaluation::can_attribute() const {
  return compared.method != comparison_method::none && compared.before.leads >= 0 && compared.before.orders >= 0 &&
         compared.after.leads >= 0 && compared.after.orders >= 0;
}

bool evaluation::can_compare(finding &found) const {
  if (compared.method == comparison_method::none)
    found.pass_over("no_baseline");
  else if (compared.days() < fewest_common_days)
    found.pass_over("too_few_days");
  else
    return true;
  return false;
}

bool evaluation::is_beyond_noise(finding &found, metric which, const rational &observed) {
  with_baseline(found, which);
  if (compared.method != comparison_method::mean)
    return true;
  if (found.baseline_weeks < fewest_weeks_of_test) {
    found.pass_over("too_few_weeks");
    return false;
  }
  const prediction beyond = beyond_prediction(observed.approximately(), found.baseline->approximately(),
                                              found.baseline_deviation, found.baseline_weeks);
  found.test = change_test::prediction_t;
  found.result = beyond.test;
  found.certainty = found.baseline_weeks >= many_weeks ? confidence::high : confidence::medium;
  return beyond.is_beyond;
}

// One week says little: it can warn only.
void evaluation::cap_for_short_baseline(finding &found) const {
  if (!found.has_fired() || compared.method == comparison_method::mean)
    return;
  found.grade = severity::warning;
  found.certainty = confidence::low;
}

// A cause mutes its symptoms.
void evaluation::inhibit() {
  const auto mute = [&](rule symptom, rule cause) {
    if (!of(cause).has_fired() || !of(symptom).has_fired())
      return;
    of(symptom).status = rule_status::inhibited;
    of(symptom).by = cause;
  };
  for (std::size_t each = 0; each < rule_count; ++each)
    if (definition_of(static_cast<rule>(each)).basis == rule_basis::trend)
      mute(static_cast<rule>(each), rule::data_missing);
  mute(rule::roas_below_target, rule::roas_below_break_even);
  mute(rule::ad_ratio_high, rule::roas_below_break_even);
}

void evaluation::run() {
  missing_days();
  cost_of_goods();
  if (facts.days_present() == 0) {
    for (std::size_t each = 0; each < rule_count; ++each)
      if (const rule which = static_cast<rule>(each); which != rule::data_missing && which != rule::cogs_unset)
        all[each].pass_over("no_days");
    return;
  }
  net_profit();
  revenue();
  return_on_ad_spend();
  marginal_return();
  leads_and_orders();
  conversion();
  spend_without_result();
  ad_ratio();
  suspect_days();
  day_concentration();
  profit_streak();
  goal();
  inhibit();
}

attribution_side side_of(const week_facts &facts, const week_sums &sums, int weeks) {
  return {to_text(sums.leads, 0),
          to_text(sums.orders, 0),
          amount_text(facts, sums.revenue),
          amount_text(facts, sums.ad_spend),
          {},
          to_text(sums.cogs, facts.request.days.scale + 9),
          weeks};
}

} // namespace upkeep::diagnostics
