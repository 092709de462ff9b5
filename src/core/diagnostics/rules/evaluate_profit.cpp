// The rules about profit, revenue and what ads return.
#include "core/diagnostics/rules/evaluation.hpp"

#include <algorithm>
#include <fmt/format.h>

namespace upkeep::diagnostics {

namespace {

constexpr int fewest_days_of_month = 7;

} // namespace

void evaluation::net_profit() {
  finding &negative = of(rule::np_negative), &drop = of(rule::np_drop);
  negative.of = drop.of = metric::net_profit;
  if (needs_profit(negative)) {
    negative.observed = figure(metric::net_profit, facts.sums);
    negative.expected = rational(0);
    const severity grade = grade_below(rule::np_negative, *negative.observed);
    if (grade != severity::none) {
      with_level_baseline(negative, metric::net_profit);
      fire(negative, grade, -*negative.observed);
    }
    if (negative.has_fired())
      negative.drivers = profit_drivers(money());
  }
  if (!needs_profit(drop) || !can_compare(drop, comparison_of::money) || !has_expected_orders(drop))
    return;
  trend({rule::np_drop, metric::net_profit, -1, comparison_of::money},
        [&](finding &found, const rational &now, const rational &before, severity grade) {
          if (is_beyond_chance(found, before - now, noise_of_profit(), grade))
            fire(found, grade, before - now);
        });
  if (drop.has_fired())
    drop.drivers = profit_drivers(money());
}

std::optional<double> evaluation::noise_of_profit() const {
  const std::optional<double> noise = noise_of_revenue(money());
  const rational margin_of_week = margin(money().after);
  return noise && margin_of_week > rational(0) ? std::optional(*noise * margin_of_week.approximately()) : std::nullopt;
}

void evaluation::revenue() {
  finding &drop = of(rule::rev_drop);
  drop.of = metric::revenue;
  if (!can_compare(drop, comparison_of::money) || !has_expected_orders(drop))
    return;
  trend({rule::rev_drop, metric::revenue, -1, comparison_of::money},
        [&](finding &found, const rational &now, const rational &before, severity grade) {
          if (!is_beyond_chance(found, before - now, noise_of_revenue(money()), grade))
            return;
          const std::optional<rational> margin = margin_now(), loss = loss_on(money());
          if (!margin)
            return fire(found, grade, std::nullopt);
          const rational fall = (before - now) * *margin;
          // Less revenue is no loss where it left as much.
          const bool has_cost = *loss > rational(0);
          fire(found, has_cost ? grade : severity::warning, fall);
          found.impact = has_cost ? std::optional(std::min(fall, *loss)) : std::nullopt;
        });
  if (drop.has_fired())
    drop.drivers = revenue_drivers(money());
}

void evaluation::return_on_ad_spend() {
  finding &even = of(rule::roas_below_break_even), &target = of(rule::roas_below_target);
  even.of = target.of = metric::roas;
  const std::optional<rational> roas = figure(metric::roas, facts.sums);
  const rational spend(facts.sums.ad_spend), revenue(facts.sums.revenue);
  even.observed = target.observed = roas;
  if (needs_profit(even)) {
    const rational margin_of_week = margin(facts.sums);
    if (!roas) {
      even.pass_over("no_ad_spend");
    } else if (margin_of_week <= rational(0)) {
      even.pass_over("no_margin");
    } else if (const severity grade = grade_below(rule::roas_below_break_even, *roas * margin_of_week);
               grade != severity::none) {
      even.expected = rational(1) / margin_of_week;
      with_level_baseline(even, metric::roas);
      // Near break-even little is lost yet: the loss decides whether it is critical, and a warning needs none.
      const rational loss = std::max(spend - revenue * margin_of_week, rational(0));
      const bool is_critical = grade == severity::critical && !is_too_small(loss);
      fire(even, is_critical ? severity::critical : severity::warning, std::nullopt);
      even.impact = loss;
    }
  }
  if (!settings.target_roas || *settings.target_roas <= 0)
    return target.pass_over("no_target_roas");
  if (!roas)
    return target.pass_over("no_ad_spend");
  target.expected = in_units(*settings.target_roas);
  const severity grade = grade_below(rule::roas_below_target, *roas / *target.expected);
  if (grade == severity::none)
    return;
  with_level_baseline(target, metric::roas);
  fire(target, grade, spend * *target.expected - revenue);
}

// The rule has one threshold in fact: a shop that sets the warning's only means both.
severity evaluation::grade_of_more_spend(const rational &more) const {
  const auto &own = settings.thresholds[static_cast<std::size_t>(rule::marginal_roas_low)];
  if (own[0] != no_threshold && own[1] == no_threshold)
    return more >= in_units(own[0]) ? severity::critical : severity::none;
  return grade_at_least(rule::marginal_roas_low, more);
}

void evaluation::marginal_return() {
  finding &found = of(rule::marginal_roas_low);
  found.of = metric::marginal_roas;
  if (!needs_profit(found) || !can_compare(found, comparison_of::money))
    return;
  const week_comparison &days = money();
  const rational spend_before = *figure(metric::ad_spend, days.before, days.weeks),
                 revenue_before = *figure(metric::revenue, days.before, days.weeks), spend(days.after.ad_spend),
                 revenue(days.after.revenue);
  if (spend_before <= rational(0))
    return found.pass_over("baseline_not_positive");
  const rational more_spend = spend - spend_before, more_revenue = revenue - revenue_before;
  found.change = more_spend / spend_before;
  const rational margin_of_week = margin(days.after);
  if (margin_of_week <= rational(0))
    return found.pass_over("no_margin");
  const severity by_spend = grade_of_more_spend(*found.change);
  if (by_spend == severity::none || more_spend <= rational(0) || more_revenue * margin_of_week >= more_spend)
    return;
  const bool is_beyond = is_beyond_noise(found, metric::ad_spend, spend);
  // What is seen is not of the baseline's figure.
  found.baseline = {};
  if (is_beyond) {
    found.observed = more_revenue / more_spend;
    found.expected = rational(1) / margin_of_week;
    const bool is_critical = by_spend == severity::critical && more_revenue <= rational(0);
    const std::int64_t warning = settings.threshold(rule::marginal_roas_low, severity::warning);
    const bool is_warning = warning != no_threshold && *found.change >= in_units(warning);
    fire(found,
         is_critical  ? severity::critical
         : is_warning ? severity::warning
                      : severity::none,
         more_spend - more_revenue * margin_of_week);
    const auto keep = [&](const char *name, const rational &amount) {
      found.evidence.emplace_back(name, json::string(amount_text(facts, amount.rounded(0))));
    };
    keep("ad_spend_before", spend_before);
    keep("revenue_before", revenue_before);
  }
  cap_for_short_baseline(found);
}

void evaluation::ad_ratio() {
  finding &found = of(rule::ad_ratio_high);
  found.of = metric::ad_ratio;
  found.observed = figure(metric::ad_ratio, facts.sums);
  if (!found.observed)
    return found.pass_over("no_revenue");
  const std::int64_t warning = settings.threshold(rule::ad_ratio_high, severity::warning),
                     critical = settings.threshold(rule::ad_ratio_high, severity::critical);
  const auto beyond = [&](const rational &bound) {
    return rational(facts.sums.ad_spend) - bound * rational(facts.sums.revenue);
  };
  // A little beyond the margin is far beyond the warning's bound: what is too small to be critical may warn.
  const std::optional<rational> most = critical != no_threshold && facts.has_cogs_ratio
                                           ? std::optional(in_units(critical) * margin(facts.sums))
                                           : std::nullopt;
  if (most && *most > rational(0) && *found.observed > *most) {
    found.expected = most;
    fire(found, severity::critical, beyond(*most));
  }
  if (!found.has_fired() && warning != no_threshold && *found.observed > in_units(warning)) {
    found.expected = in_units(warning);
    fire(found, severity::warning, beyond(*found.expected));
  }
  if (found.has_fired())
    with_level_baseline(found, metric::ad_ratio);
}

void evaluation::cost_of_goods() {
  finding &unset = of(rule::cogs_unset), &erosion = of(rule::margin_erosion);
  unset.of = erosion.of = metric::cogs_ratio;
  if (!facts.has_cogs_ratio)
    fire(unset, severity::critical, std::nullopt);
  unset.certainty = confidence::high;
  if (!needs_profit(erosion) || !can_compare(erosion, comparison_of::all))
    return;
  const week_comparison &days = facts.compared;
  const rational now = *figure(metric::cogs_ratio, days.after),
                 before = figure(metric::cogs_ratio, days.before).value_or(now);
  erosion.observed = now;
  erosion.expected = before;
  if (before > rational(0))
    erosion.change = (now - before) / before;
  const severity grade = grade_at_least(rule::margin_erosion, now - before);
  if (grade == severity::none)
    return;
  with_baseline(erosion, metric::cogs_ratio);
  fire(erosion, grade, (now - before) * rational(days.after.revenue));
  cap_for_short_baseline(erosion);
}

void evaluation::profit_streak() {
  finding &found = of(rule::profit_streak);
  found.of = metric::net_profit;
  if (!needs_profit(found))
    return;
  if (facts.state != week_state::closed)
    return found.pass_over("open_week");
  found.days = comparison_of::money;
  if (money().method != comparison_method::none && !has_expected_orders(found))
    return;
  weekday_set negative = 0;
  for (int weekday = 0; weekday < days_per_week; ++weekday)
    negative |= (suspects[static_cast<std::size_t>(weekday)] == suspicion::negative ? 1u : 0u) << weekday;
  const auto profit = [&](int week) {
    return *figure(metric::net_profit, facts.sums_of(week, facts.usable(week) & ~negative));
  };
  int week = this_week;
  bool is_known = facts.is_complete(week);
  while (week > 0 && (is_known = facts.is_complete(week - 1) && facts.is_complete(week)) &&
         profit(week) < profit(week - 1))
    --week;
  found.count = this_week - week;
  found.observed = profit(this_week);
  found.expected = profit(week);
  severity grade = grade_at_least(rule::profit_streak, found.count);
  if (grade == severity::none && !is_known)
    return found.pass_over("too_few_weeks");
  if (grade == severity::none || !can_compare(found, comparison_of::money) || !is_falling_beyond_noise(found, grade))
    return;
  fire(found, grade, *found.expected - *found.observed);
  if (found.has_fired())
    found.evidence.emplace_back("weeks", json::number(fmt::to_string(found.count)));
  cap_for_short_baseline(found);
}

// Week by week the fall may be small: from the first to the last it must be more than weeks vary by.
bool evaluation::is_falling_beyond_noise(finding &found, severity &grade) {
  const rational fall = *found.expected - *found.observed;
  if (money().method == comparison_method::mean) {
    const figure_baseline usual = baseline_of(money(), metric::net_profit);
    const prediction beyond = is_beyond(*usual.mean - fall, usual);
    found.test = change_test::prediction_t;
    found.result = beyond.test;
    if (!beyond.is_beyond)
      return false;
  }
  return is_beyond_chance(found, fall, noise_of_profit(), grade);
}

// The goal that is missed by the greater share, where there are two.
void evaluation::goal() {
  finding &found = of(rule::goal_off_pace);
  found.of = metric::revenue;
  const bool has_profit_goal = settings.profit_target && *settings.profit_target > 0,
             has_revenue_goal = settings.revenue_target && *settings.revenue_target > 0;
  if (!has_profit_goal && !has_revenue_goal)
    return found.pass_over("no_goal");
  std::optional<rational> worst;
  for (const bool of_profit : {false, true}) {
    if (of_profit ? !has_profit_goal || !facts.has_cogs_ratio : !has_revenue_goal)
      continue;
    const month_pace pace = facts.pace(of_profit);
    if (pace.days_known < fewest_days_of_month || !pace.is_projected) {
      found.pass_over("too_few_days");
      return;
    }
    const rational target = amount_setting(*(of_profit ? settings.profit_target : settings.revenue_target));
    const rational share = pace.projected / target;
    if (worst && share >= *worst)
      continue;
    worst = share;
    found.of = of_profit ? metric::net_profit : metric::revenue;
    found.observed = pace.projected;
    found.expected = target;
    found.evidence = {{"month", json::string(date_text(pace.calendar.first).substr(0, 7))},
                      {"so_far", json::string(amount_text(facts, pace.so_far.rounded(0)))},
                      {"days_known", json::number(fmt::to_string(pace.days_known))}};
  }
  if (!worst) {
    needs_profit(found);
    return;
  }
  fire(found, grade_below(rule::goal_off_pace, *worst), *found.expected - *found.observed);
}

} // namespace upkeep::diagnostics
