// How the rules are evaluated: what they share, for the files that evaluate them.
#pragma once

#include "core/diagnostics/rules/finding.hpp"

namespace upkeep::diagnostics {

// With so many weeks to compare with, a finding is of high confidence.
inline constexpr int many_weeks = 6;

class evaluation {
public:
  evaluation(const week_facts &facts, findings &into)
      : facts(facts), settings(facts.request.settings), compared(facts.compared), all(into) {}

  void run();

private:
  finding &of(rule which) { return all[static_cast<std::size_t>(which)]; }

  // The highest severity whose threshold is reached.
  severity grade(rule which, const auto &reaches) const;
  severity grade_at_least(rule which, const rational &value) const;
  severity grade_below(rule which, const rational &value) const;
  severity grade_of_more_spend(const rational &more) const;
  // Whether counts and comparison allow for an attribution: what is negative has no factors.
  bool can_attribute() const;
  // A setting of money in units of the amounts.
  rational amount_setting(std::int64_t millionths) const;
  // Fires unless the loss is too small to matter.
  void fire(finding &found, severity grade, std::optional<rational> impact);
  bool is_too_small(const rational &impact) const;
  void with_baseline(finding &found, metric which);
  void with_level_baseline(finding &found, metric which);
  // Whether profit is known; if not, COGS_UNSET mutes the rule.
  bool needs_profit(finding &found) const;
  // Whether there is something to compare with; if not, says why.
  bool can_compare(finding &found) const;
  // A rule about the change of a figure; `direction` is that of the harm, `impact` (now, before) what it costs.
  template <class Impact> void trend(rule which, metric figure_of, int direction, Impact &&impact);
  // What is seen against the baseline, which goes into the finding.
  bool is_beyond_noise(finding &found, metric which, const rational &observed);
  void cap_for_short_baseline(finding &found) const;
  // Of the compared days; nullopt where the cost of goods is not set.
  std::optional<rational> margin_now() const;

  void net_profit();
  void revenue();
  void return_on_ad_spend();
  void marginal_return();
  void leads_and_orders();
  void conversion();
  void spend_without_result();
  void ad_ratio();
  void cost_of_goods();
  void missing_days();
  void suspect_days();
  void day_concentration();
  void profit_streak();
  void goal();
  void inhibit();

  const week_facts &facts;
  const shop_settings &settings;
  const week_comparison &compared;
  findings &all;
};

template <class Impact> void evaluation::trend(rule which, metric figure_of, int direction, Impact &&impact) {
  finding &found = of(which);
  found.of = figure_of;
  if (!can_compare(found))
    return;
  const std::optional<rational> observed = figure(figure_of, compared.after),
                                baseline = figure(figure_of, compared.before, compared.weeks);
  if (!observed || !baseline)
    return found.pass_over("undefined");
  if (*baseline <= rational(0))
    return found.pass_over("baseline_not_positive");
  found.observed = observed;
  found.expected = baseline;
  found.change = (*observed - *baseline) / *baseline;
  const severity grade = grade_at_least(which, direction < 0 ? -*found.change : *found.change);
  if (grade == severity::none)
    return;
  if (is_beyond_noise(found, figure_of, *observed))
    fire(found, grade, impact(*observed, *baseline));
  cap_for_short_baseline(found);
}

// A side of the comparison for its attribution.
attribution_side side_of(const week_facts &facts, const week_sums &sums, int weeks);

inline rational in_units(std::int64_t millionths) { return rational(millionths, threshold_unit); }

} // namespace upkeep::diagnostics
