// How the rules are evaluated: what they share, for the files that evaluate them.
#pragma once

#include "core/diagnostics/rules/finding.hpp"

namespace upkeep::diagnostics {

// With so many weeks to compare with, a finding is of high confidence.
inline constexpr int many_weeks = 6;

// A rule about the change of a figure.
struct trend_rule {
  rule which;
  metric figure;
  int direction; // of the harm
  comparison_of days;
};

class evaluation {
public:
  evaluation(const week_facts &facts, const suspect_days &suspects, evaluated_week &into)
      : facts(facts), settings(facts.request.settings), suspects(suspects), compared(into.compared), all(into.found) {}

  void run();

private:
  finding &of(rule which) { return all[static_cast<std::size_t>(which)]; }
  rule rule_at(const finding &found) const { return static_cast<rule>(&found - all.data()); }
  const week_comparison &money() const { return compared[comparison_of::money]; }

  // The highest severity whose threshold is reached.
  severity grade(rule which, const auto &reaches) const;
  severity grade_at_least(rule which, const rational &value) const;
  severity grade_below(rule which, const rational &value) const;
  severity grade_of_more_spend(const rational &more) const;
  // Of the change of profit since the mean week before; empty where counts are negative, which have no factors.
  std::vector<driver_amount> profit_drivers(const week_comparison &days) const;
  std::vector<driver_amount> revenue_drivers(const week_comparison &days) const;
  // A setting of money in units of the amounts.
  rational amount_setting(std::int64_t millionths) const;
  // Fires unless the loss is too small to matter.
  void fire(finding &found, severity grade, std::optional<rational> impact);
  bool is_too_small(const rational &impact) const;
  void with_baseline(finding &found, metric which) const;
  void with_level_baseline(finding &found, metric which) const;
  // Whether profit is known; if not, COGS_UNSET mutes the rule.
  bool needs_profit(finding &found) const;
  // Whether there is something to compare with on those days; if not, says why.
  bool can_compare(finding &found, comparison_of days) const;
  bool has_expected_orders(finding &found) const;
  // What the change of a figure says. `settle` (finding, now, before, grade) fires it, or not, once it is more than the
  // weeks before vary by.
  template <class Settle> void trend(const trend_rule &rule_of, Settle &&settle);
  // What is seen against the baseline, which goes into the finding.
  bool is_beyond_noise(finding &found, metric which, const rational &observed) const;
  // The second test: whether a fall is more than chance makes of the orders that there are. It may soften the grade.
  bool is_beyond_chance(finding &found, const rational &fall, std::optional<double> noise, severity &grade) const;
  void cap_for_short_baseline(finding &found) const;
  // Fires a driver of profit where profit was hurt, with its share of the loss.
  void fire_driver(finding &found, std::string_view driver, severity grade);
  // What profit fell by on the compared days; nullopt where the cost of goods is not set.
  std::optional<rational> loss_on(const week_comparison &days) const;
  // One deviation of the profit of the compared days.
  std::optional<double> noise_of_profit() const;
  // Whether the week came to less for whatever reason. REV_DROP has been evaluated.
  bool is_hurt();
  // Of the compared days; nullopt where the cost of goods is not set.
  std::optional<rational> margin_now() const;

  void net_profit();
  void revenue();
  void return_on_ad_spend();
  void marginal_return();
  void leads_and_orders();
  void conversion();
  void spend_without_result();
  void spend_stopped();
  void ad_ratio();
  void cost_of_goods();
  void missing_days();
  void report_suspect_days();
  void day_concentration();
  void profit_streak();
  bool is_falling_beyond_noise(finding &found, severity &grade);
  void goal();
  void inhibit();

  const week_facts &facts;
  const shop_settings &settings;
  const suspect_days &suspects;
  const comparisons &compared;
  findings &all;
};

template <class Settle> void evaluation::trend(const trend_rule &rule_of, Settle &&settle) {
  finding &found = of(rule_of.which);
  found.of = rule_of.figure;
  if (!can_compare(found, rule_of.days))
    return;
  const week_comparison &days = compared[rule_of.days];
  const std::optional<rational> observed = figure(rule_of.figure, days.after),
                                baseline = figure(rule_of.figure, days.before, days.weeks);
  if (!observed || !baseline)
    return found.pass_over("undefined");
  if (*baseline <= rational(0))
    return found.pass_over("baseline_not_positive");
  found.observed = observed;
  found.expected = baseline;
  found.change = (*observed - *baseline) / *baseline;
  const severity grade = grade_at_least(rule_of.which, rule_of.direction < 0 ? -*found.change : *found.change);
  if (grade == severity::none)
    return;
  if (is_beyond_noise(found, rule_of.figure, *observed))
    settle(found, *observed, *baseline, grade);
  cap_for_short_baseline(found);
}

// A side of the comparison for its attribution.
attribution_side side_of(const week_facts &facts, const week_sums &sums, int weeks);

inline rational in_units(std::int64_t millionths) { return rational(millionths, threshold_unit); }

} // namespace upkeep::diagnostics
