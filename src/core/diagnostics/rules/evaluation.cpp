#include "core/diagnostics/rules/evaluation.hpp"

#include <algorithm>

namespace upkeep::diagnostics {

namespace {

constexpr int fewest_common_days = 4, fewest_usual_orders = 6;
// One in twenty weeks by chance, two-sided; one in a hundred.
constexpr double least_noise_z = 1.96, critical_noise_z = 2.58;

// A number in plain notation, of at most 38 digits.
rational rational_from(std::string_view plain) {
  int128 digits = 0;
  int scale = 0;
  bool has_point = false;
  for (const char c : plain)
    if (c == '.') {
      has_point = true;
    } else if (c != '-') {
      digits = digits * 10 + (c - '0');
      scale += has_point;
    }
  return rational(plain.starts_with('-') ? -digits : digits, power_of_ten(scale));
}

// What is negative has no factors.
bool has_factors(const week_comparison &days) {
  return days.method != comparison_method::none && days.before.leads >= 0 && days.before.orders >= 0 &&
         days.after.leads >= 0 && days.after.orders >= 0;
}

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
  return money().weeks > 0 && impact < rational(money().before.revenue, int128{100} * money().weeks);
}

void evaluation::fire(finding &found, severity grade, std::optional<rational> impact) {
  if (grade == severity::none || (impact && is_too_small(*impact)))
    return;
  found.status = rule_status::fired;
  found.grade = grade;
  found.impact = impact;
  const bool is_trend = definition_of(rule_at(found)).basis == rule_basis::trend;
  if (facts.missing() && is_trend)
    found.certainty = confidence::low;
  else if (facts.state == week_state::open || facts.missing())
    found.certainty = found.certainty == confidence::high ? confidence::medium : confidence::low;
}

// What the same figure was before, and how much it varied.
void evaluation::with_baseline(finding &found, metric which) const {
  found.baseline = baseline_of(compared[found.days], which);
}

// The same of a rule that looks at all days of the week: only where the weeks before have them all.
void evaluation::with_level_baseline(finding &found, metric which) const {
  const week_comparison &days = compared[comparison_of::all];
  if (days.method != comparison_method::none && days.weekdays == facts.present[this_week])
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
  return facts.has_cogs_ratio ? std::optional(margin(money().after)) : std::nullopt;
}

std::vector<driver_amount> evaluation::profit_drivers(const week_comparison &days) const {
  if (!has_factors(days))
    return {};
  return explain_profit(side_of(facts, days.before, days.weeks), side_of(facts, days.after, 1),
                        facts.request.days.scale)
      .drivers;
}

std::vector<driver_amount> evaluation::revenue_drivers(const week_comparison &days) const {
  if (!has_factors(days))
    return {};
  return explain_revenue(side_of(facts, days.before, days.weeks), side_of(facts, days.after, 1),
                         facts.request.days.scale)
      .drivers;
}

std::optional<rational> evaluation::loss_on(const week_comparison &days) const {
  if (!facts.has_cogs_ratio || days.method == comparison_method::none)
    return std::nullopt;
  return *figure(metric::net_profit, days.before, days.weeks) - *figure(metric::net_profit, days.after);
}

bool evaluation::is_hurt() {
  if (of(rule::rev_drop).has_fired())
    return true;
  if (money().method == comparison_method::none)
    return false;
  if (!facts.has_cogs_ratio) {
    const rational before = *figure(metric::revenue, money().before, money().weeks), now(money().after.revenue);
    const std::int64_t threshold = settings.threshold(rule::rev_drop, severity::warning);
    return threshold != no_threshold && before > rational(0) && before - now >= before * in_units(threshold);
  }
  const rational loss = *loss_on(money()), before = *figure(metric::net_profit, money().before, money().weeks);
  const std::int64_t threshold = settings.threshold(rule::np_drop, severity::warning);
  return loss > rational(0) && !is_too_small(loss) && threshold != no_threshold &&
         loss >= std::max(before, -before) * in_units(threshold);
}

void evaluation::fire_driver(finding &found, std::string_view driver, severity grade) {
  if (!is_hurt())
    return found.pass_for("outcome_unharmed");
  const week_comparison &days = compared.common(found.days, comparison_of::money);
  const std::optional<rational> loss = loss_on(days);
  std::optional<rational> impact;
  if (loss)
    for (const driver_amount &each : profit_drivers(days))
      if (each.driver == driver)
        impact = std::min(-rational_from(each.amount) * rational(power_of_ten(facts.request.days.scale)), *loss);
  fire(found, grade, impact);
}

bool evaluation::can_compare(finding &found, comparison_of days) const {
  found.days = days;
  const week_comparison &given = compared[days];
  // Not one day in common, or none that is left.
  if (given.method == comparison_method::none)
    found.pass_over(facts.compared.method == comparison_method::none ? "no_baseline" : "too_few_days");
  else if (given.days() < std::min(fewest_common_days, facts.open_days()))
    found.pass_over("too_few_days");
  else
    return true;
  return false;
}

// Below that a week without any order is no wonder.
bool evaluation::has_expected_orders(finding &found) const {
  const week_comparison &days = compared[found.days];
  if (!facts.is_recorded(measure::orders) || days.before.orders >= int128{fewest_usual_orders} * days.weeks)
    return true;
  found.pass_over("too_few_orders");
  return false;
}

bool evaluation::is_beyond_noise(finding &found, metric which, const rational &observed) const {
  with_baseline(found, which);
  if (compared[found.days].method != comparison_method::mean)
    return true;
  // What a lead costs is skewed: what is paid for brings more leads or less.
  const bool is_inverse = which == metric::cpl;
  const figure_baseline usual = is_inverse ? inverse_baseline_of(compared[found.days], which) : found.baseline;
  if (usual.weeks < fewest_weeks_of_test) {
    found.pass_over("too_few_weeks");
    return false;
  }
  const prediction beyond = is_beyond(is_inverse ? rational(1) / observed : observed, usual);
  found.test = change_test::prediction_t;
  found.result = beyond.test;
  found.certainty = usual.weeks >= many_weeks ? confidence::high : confidence::medium;
  return beyond.is_beyond;
}

bool evaluation::is_beyond_chance(finding &found, const rational &fall, std::optional<double> noise,
                                  severity &grade) const {
  if (!noise)
    return true;
  const double z = fall.approximately() / *noise;
  found.noise_z = z;
  if (grade == severity::critical && z <= critical_noise_z)
    grade = severity::warning;
  return z > least_noise_z;
}

// One week says little: it can warn only.
void evaluation::cap_for_short_baseline(finding &found) const {
  if (!found.has_fired() || compared[found.days].method == comparison_method::mean)
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
  mute(rule::roas_below_target, rule::roas_below_break_even);
  mute(rule::ad_ratio_high, rule::roas_below_break_even);
  // A week of a holiday or a promotion is like no other.
  if (!facts.is_festive())
    return;
  for (std::size_t each = 0; each < rule_count; ++each)
    if (definition_of(static_cast<rule>(each)).basis == rule_basis::trend) {
      all[each].status = rule_status::inhibited;
      all[each].is_by_event = true;
    }
}

void evaluation::run() {
  missing_days();
  cost_of_goods();
  if (!facts.present[this_week]) {
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
  spend_stopped();
  report_suspect_days();
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
