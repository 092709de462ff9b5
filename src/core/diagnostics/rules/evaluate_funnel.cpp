// The rules from ad spend to leads to orders.
#include "core/diagnostics/rules/evaluation.hpp"

namespace upkeep::diagnostics {

namespace {

constexpr int fewest_leads = 30, fewest_orders = 20, fewest_expected_orders = 10;
constexpr double significance = 0.05, critical_significance = 0.005;

} // namespace

void evaluation::leads_and_orders() {
  finding &spike = of(rule::cpl_spike), &leads = of(rule::leads_drop), &value = of(rule::aov_drop);
  if (facts.is_recorded(measure::leads)) {
    if (can_compare(spike, comparison_of::leads) && compared[comparison_of::leads].after.leads < fewest_leads)
      spike.pass_over("too_few_leads");
    else
      trend({rule::cpl_spike, metric::cpl, +1, comparison_of::leads},
            [&](finding &found, const rational &, const rational &, severity grade) {
              fire_driver(found, "cpl", grade);
            });
    trend({rule::leads_drop, metric::leads, -1, comparison_of::leads},
          [&](finding &found, const rational &, const rational &, severity grade) {
            fire_driver(found, "leads", grade);
          });
  } else {
    spike.pass_over("no_leads");
    leads.pass_over("no_leads");
  }
  spike.of = metric::cpl;
  leads.of = metric::leads;
  value.of = metric::aov;
  if (can_compare(value, comparison_of::order_value) &&
      compared[comparison_of::order_value].after.orders < fewest_orders)
    return value.pass_over("too_few_orders");
  trend({rule::aov_drop, metric::aov, -1, comparison_of::order_value},
        [&](finding &found, const rational &now, const rational &before, severity grade) {
          if (is_beyond_chance(found, before - now, noise_of_order_value(compared[found.days]), grade))
            fire_driver(found, "aov", grade);
        });
}

// Orders are few: their share is tested as one, against the mean week's counts.
void evaluation::conversion() {
  finding &found = of(rule::cvr_drop);
  found.of = metric::cvr;
  if (!facts.is_recorded(measure::leads))
    return found.pass_over("no_leads");
  if (!can_compare(found, comparison_of::conversion))
    return;
  const week_comparison &days = compared[found.days];
  const std::optional<rational> now = figure(metric::cvr, days.after),
                                before = figure(metric::cvr, days.before, days.weeks);
  if (!now || !before)
    return found.pass_over("undefined");
  if (*before <= rational(0))
    return found.pass_over("baseline_not_positive");
  found.observed = now;
  found.expected = before;
  found.change = (*now - *before) / *before;
  if (rational(days.after.leads) * *before < rational(fewest_expected_orders))
    return found.pass_over("too_few_orders");
  const severity grade = grade_at_least(rule::cvr_drop, -*found.change);
  if (grade == severity::none)
    return;
  const double weeks = days.weeks;
  with_baseline(found, metric::cvr);
  found.test = change_test::two_proportion_z;
  found.result = smaller_proportion(static_cast<double>(days.before.orders) / weeks,
                                    static_cast<double>(days.before.leads) / weeks,
                                    static_cast<double>(days.after.orders), static_cast<double>(days.after.leads));
  if (found.result.p >= significance)
    return;
  found.certainty = days.weeks >= many_weeks ? confidence::high : confidence::medium;
  fire_driver(found, "cvr", found.result.p < critical_significance ? grade : severity::warning);
  cap_for_short_baseline(found);
}

void evaluation::spend_without_result() {
  finding &orders = of(rule::spend_no_orders), &leads = of(rule::spend_no_leads);
  orders.of = metric::ad_spend;
  leads.of = metric::days;
  const rational spend(facts.sums.ad_spend);
  std::optional<rational> target;
  if (settings.target_cpa && *settings.target_cpa > 0)
    target = amount_setting(*settings.target_cpa);
  else if (const week_sums &before = facts.compared.before; before.orders > 0 && before.ad_spend > 0)
    target = rational(before.ad_spend, before.orders);
  if (!facts.is_recorded(measure::orders)) {
    orders.pass_over("no_orders");
  } else if (!target) {
    orders.pass_over("no_target_cpa");
  } else if (facts.sums.orders == 0) {
    orders.observed = spend;
    orders.expected = target;
    if (const severity grade = grade_at_least(rule::spend_no_orders, spend / *target); grade != severity::none) {
      with_level_baseline(orders, metric::ad_spend);
      fire(orders, grade, spend);
    }
  }
  if (!facts.is_recorded(measure::leads))
    return leads.pass_over("no_leads");
  int128 wasted = 0;
  json dates = json::array();
  for (int weekday = 0; weekday < days_per_week; ++weekday) {
    const week_sums day = facts.sums_of(this_week, 1u << weekday);
    if (day.ad_spend <= 0 || day.leads != 0 ||
        suspects[static_cast<std::size_t>(weekday)] == suspicion::leads_unrecorded)
      continue;
    wasted += day.ad_spend;
    ++leads.count;
    dates.add(json::string(date_text(facts.date(this_week, weekday))));
  }
  leads.observed = rational(leads.count);
  leads.expected = rational(0);
  if (leads.count)
    fire(leads, grade_at_least(rule::spend_no_leads, leads.count), rational(wasted));
  if (leads.has_fired())
    leads.evidence.emplace_back("dates", std::move(dates));
}

// A closed day interrupts nothing; one without figures does, for nobody knows what was spent on it.
void evaluation::spend_stopped() {
  finding &found = of(rule::ad_spend_stopped);
  found.of = metric::days;
  if (!facts.is_recorded(measure::ad_spend))
    return found.pass_over("no_ad_spend");
  const week_comparison &usual = facts.compared;
  if (usual.method == comparison_method::none)
    return found.pass_over("no_baseline");
  const auto has_spend_usually = [&](weekday_set day) {
    int weeks = 0;
    for (int i = 0; i < usual.weeks; ++i)
      weeks += facts.sums_of(usual.which[static_cast<std::size_t>(i)], day).ad_spend > 0;
    return weeks * 2 >= usual.weeks;
  };
  const weekday_set closed = facts.calendar.closed | facts.calendar.off[this_week];
  std::vector<day_number> longest, current;
  for (int weekday = 0; weekday < days_per_week; ++weekday) {
    const weekday_set day = 1u << weekday;
    if (closed & day)
      continue;
    if ((facts.usable(this_week) & day) && facts.sums_of(this_week, day).ad_spend == 0 && has_spend_usually(day))
      current.push_back(facts.date(this_week, weekday));
    else
      current.clear();
    if (current.size() > longest.size())
      longest = current;
  }
  found.count = static_cast<int>(longest.size());
  found.observed = rational(found.count);
  found.expected = rational(0);
  fire(found, grade_at_least(rule::ad_spend_stopped, found.count), std::nullopt);
  if (!found.has_fired())
    return;
  json dates = json::array();
  for (const day_number each : longest)
    dates.add(json::string(date_text(each)));
  found.evidence.emplace_back("dates", std::move(dates));
}

} // namespace upkeep::diagnostics
