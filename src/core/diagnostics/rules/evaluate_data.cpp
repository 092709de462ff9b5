// The rules about the data themselves.
#include "core/diagnostics/rules/evaluation.hpp"

#include <algorithm>

namespace upkeep::diagnostics {

namespace {

constexpr int fewest_days_of_share = 4, fewest_days_of_median = 4;

json suspect(day_number day, const char *why) {
  json result = json::object();
  result.set("date", json::string(date_text(day)));
  result.set("reason", json::string(why));
  return result;
}

} // namespace

void evaluation::missing_days() {
  finding &found = of(rule::data_missing);
  found.of = metric::days;
  if (facts.state != week_state::closed)
    return found.pass_over("open_week");
  found.count = facts.days_missing();
  found.observed = rational(found.count);
  found.expected = rational(0);
  fire(found, grade_at_least(rule::data_missing, found.count), std::nullopt);
  found.certainty = confidence::high;
}

void evaluation::suspect_days() {
  finding &found = of(rule::data_suspect);
  found.of = metric::days;
  const shop_days &days = facts.request.days;
  std::array<double, days_kept> values;
  std::size_t known = 0;
  for (int day = 0; day < this_week * days_per_week; ++day)
    if (days.orders[day] > 0 && days.revenue[day] > 0)
      values[known++] = static_cast<double>(days.revenue[day]) / days.orders[day];
  double median = 0;
  if (known >= fewest_days_of_median) {
    const auto middle = values.begin() + static_cast<std::ptrdiff_t>(known / 2);
    std::nth_element(values.begin(), middle, values.begin() + static_cast<std::ptrdiff_t>(known));
    median = *middle;
    if (known % 2 == 0)
      median = (median + *std::max_element(values.begin(), middle)) / 2;
  }
  const std::int64_t threshold = settings.threshold(rule::data_suspect, severity::warning);
  json suspects = json::array();
  const double factor = static_cast<double>(threshold) / threshold_unit;
  for (int weekday = 0; weekday < days_per_week; ++weekday) {
    const week_sums day = facts.sums_of(this_week, 1u << weekday);
    const char *why = nullptr;
    const double value = day.orders > 0 ? static_cast<double>(day.revenue) / static_cast<double>(day.orders) : 0;
    if (day.orders < 0 || day.revenue < 0 || day.ad_spend < 0 || day.leads < 0)
      why = "negative";
    else if (facts.is_recorded(measure::leads) && day.orders > day.leads)
      why = "orders_above_leads";
    else if (facts.is_recorded(measure::orders) && day.orders == 0 && day.revenue > 0)
      why = "revenue_without_orders";
    else if (median > 0 && value > 0 && (value > factor * median || value * factor < median))
      why = "aov_out_of_range";
    if (why)
      suspects.add(suspect(facts.date(this_week, weekday), why));
  }
  found.count = static_cast<int>(suspects.elements().size());
  found.observed = rational(found.count);
  found.expected = rational(0);
  fire(found, found.count ? severity::warning : severity::none, std::nullopt);
  found.certainty = confidence::high;
  if (found.has_fired())
    found.evidence.emplace_back("suspect_days", std::move(suspects));
}

void evaluation::day_concentration() {
  finding &found = of(rule::day_concentration);
  found.of = metric::revenue_share;
  if (facts.days_present() < fewest_days_of_share)
    return found.pass_over("too_few_days");
  if (facts.sums.revenue <= 0)
    return found.pass_over("no_revenue");
  int most = 0;
  for (int weekday = 1; weekday < days_per_week; ++weekday)
    if (facts.sums_of(this_week, 1u << weekday).revenue > facts.sums_of(this_week, 1u << most).revenue)
      most = weekday;
  found.observed = rational(facts.sums_of(this_week, 1u << most).revenue, facts.sums.revenue);
  fire(found, grade_at_least(rule::day_concentration, *found.observed), std::nullopt);
  if (found.has_fired())
    found.evidence.emplace_back("date", json::string(date_text(facts.date(this_week, most))));
}

} // namespace upkeep::diagnostics
