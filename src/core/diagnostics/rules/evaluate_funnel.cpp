// The rules from ad spend to leads to orders.
#include "core/diagnostics/rules/evaluation.hpp"

namespace upkeep::diagnostics {

namespace {

constexpr int fewest_leads = 30, fewest_orders = 20, fewest_expected_orders = 10;
constexpr double significance = 0.05;

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

} // namespace

void evaluation::leads_and_orders() {
  const auto lost = [&](const rational &loss) {
    const auto margin = margin_now();
    return margin ? std::optional(loss * *margin) : std::nullopt;
  };
  if (facts.is_recorded(measure::leads)) {
    finding &spike = of(rule::cpl_spike);
    if (compared.after.leads < fewest_leads)
      spike.pass_over("too_few_leads");
    else
      trend(rule::cpl_spike, metric::cpl, +1, [&](const rational &now, const rational &before) {
        return std::optional((now - before) * rational(compared.after.leads));
      });
    trend(rule::leads_drop, metric::leads, -1, [&](const rational &, const rational &) {
      if (!can_attribute())
        return std::optional<rational>();
      const attribution why = explain_revenue(side_of(facts, compared.before, compared.weeks),
                                              side_of(facts, compared.after, 1), facts.request.days.scale + 6);
      for (const driver_amount &each : why.drivers)
        if (each.driver == "leads")
          return lost(-rational_from(each.amount) * rational(power_of_ten(facts.request.days.scale)));
      return lost(0);
    });
  } else {
    of(rule::cpl_spike).pass_over("no_leads");
    of(rule::leads_drop).pass_over("no_leads");
  }
  of(rule::cpl_spike).of = metric::cpl;
  of(rule::leads_drop).of = metric::leads;
  of(rule::aov_drop).of = metric::aov;
  if (compared.after.orders < fewest_orders)
    return of(rule::aov_drop).pass_over(compared.method == comparison_method::none ? "no_baseline" : "too_few_orders");
  trend(rule::aov_drop, metric::aov, -1, [&](const rational &now, const rational &before) {
    return lost((before - now) * rational(compared.after.orders));
  });
}

// Orders are few: their share is tested as one, against the mean week's counts.
void evaluation::conversion() {
  finding &found = of(rule::cvr_drop);
  found.of = metric::cvr;
  if (!facts.is_recorded(measure::leads))
    return found.pass_over("no_leads");
  if (!can_compare(found))
    return;
  const std::optional<rational> now = figure(metric::cvr, compared.after),
                                before = figure(metric::cvr, compared.before, compared.weeks),
                                order_value = figure(metric::aov, compared.before);
  if (!now || !before)
    return found.pass_over("undefined");
  if (*before <= rational(0))
    return found.pass_over("baseline_not_positive");
  found.observed = now;
  found.expected = before;
  found.change = (*now - *before) / *before;
  const rational leads(compared.after.leads);
  if (leads * *before < rational(fewest_expected_orders))
    return found.pass_over("too_few_orders");
  const severity grade = grade_at_least(rule::cvr_drop, -*found.change);
  if (grade == severity::none)
    return;
  const double weeks = compared.weeks;
  with_baseline(found, metric::cvr);
  found.test = change_test::two_proportion_z;
  found.result = smaller_proportion(
      static_cast<double>(compared.before.orders) / weeks, static_cast<double>(compared.before.leads) / weeks,
      static_cast<double>(compared.after.orders), static_cast<double>(compared.after.leads));
  if (found.result.p >= significance)
    return;
  found.certainty = compared.weeks >= many_weeks ? confidence::high : confidence::medium;
  const auto margin = margin_now();
  fire(found, grade,
       margin && order_value ? std::optional((*before - *now) * leads * *order_value * *margin) : std::nullopt);
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
  else if (compared.before.orders > 0 && compared.before.ad_spend > 0)
    target = rational(compared.before.ad_spend, compared.before.orders);
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
    if (day.ad_spend <= 0 || day.leads != 0)
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

} // namespace upkeep::diagnostics
