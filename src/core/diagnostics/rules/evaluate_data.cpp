// The rules about the data themselves.
#include "core/diagnostics/rules/evaluation.hpp"

namespace upkeep::diagnostics {

namespace {

constexpr int fewest_days_of_share = 4, fewest_orders_of_share = 20;
constexpr double significance_of_share = 0.01;

json suspect(day_number day, suspicion why) {
  json result = json::object();
  result.set("date", json::string(date_text(day)));
  result.set("reason", json::string(std::string(name_of(why))));
  return result;
}

// The part of a week's orders that a weekday has in the weeks before; without such weeks, as every open day.
double usual_share_of_orders(const week_facts &facts, int weekday) {
  const week_comparison &usual = facts.compared;
  int128 of_day = 0, of_week = 0;
  for (int i = 0; i < usual.weeks; ++i) {
    of_day += facts.sums_of(usual.which[static_cast<std::size_t>(i)], 1u << weekday).orders;
    of_week += facts.sums_of(usual.which[static_cast<std::size_t>(i)], every_weekday).orders;
  }
  return of_week > 0 ? static_cast<double>(of_day) / static_cast<double>(of_week) : 1.0 / facts.open_days();
}

} // namespace

void evaluation::missing_days() {
  finding &found = of(rule::data_missing);
  found.of = metric::days;
  if (facts.state != week_state::closed)
    return found.pass_over("open_week");
  found.count = __builtin_popcount(facts.unexplained());
  found.observed = rational(found.count);
  found.expected = rational(0);
  fire(found, grade_at_least(rule::data_missing, found.count), std::nullopt);
  found.certainty = confidence::high;
}

void evaluation::report_suspect_days() {
  finding &found = of(rule::data_suspect);
  found.of = metric::days;
  json days = json::array();
  for (int weekday = 0; weekday < days_per_week; ++weekday)
    if (const suspicion why = suspects[static_cast<std::size_t>(weekday)]; why != suspicion::none)
      days.add(suspect(facts.date(this_week, weekday), why));
  found.count = static_cast<int>(days.elements().size());
  found.observed = rational(found.count);
  found.expected = rational(0);
  fire(found, found.count ? severity::warning : severity::none, std::nullopt);
  found.certainty = confidence::high;
  if (found.has_fired())
    found.evidence.emplace_back("suspect_days", std::move(days));
}

void evaluation::day_concentration() {
  finding &found = of(rule::day_concentration);
  found.of = metric::revenue_share;
  if (facts.days_present() < fewest_days_of_share)
    return found.pass_over("too_few_days");
  if (facts.sums.revenue <= 0)
    return found.pass_over("no_revenue");
  if (facts.sums.orders < fewest_orders_of_share)
    return found.pass_over("too_few_orders");
  int most = 0;
  for (int weekday = 1; weekday < days_per_week; ++weekday)
    if (facts.sums_of(this_week, 1u << weekday).revenue > facts.sums_of(this_week, 1u << most).revenue)
      most = weekday;
  found.observed = rational(facts.sums_of(this_week, 1u << most).revenue, facts.sums.revenue);
  const severity grade = grade_at_least(rule::day_concentration, *found.observed);
  if (grade == severity::none)
    return;
  const double p = at_least(static_cast<double>(facts.sums_of(this_week, 1u << most).orders),
                            static_cast<double>(facts.sums.orders), usual_share_of_orders(facts, most));
  if (p < significance_of_share)
    fire(found, grade, std::nullopt);
  if (found.has_fired())
    found.evidence.emplace_back("date", json::string(date_text(facts.date(this_week, most))));
}

} // namespace upkeep::diagnostics
