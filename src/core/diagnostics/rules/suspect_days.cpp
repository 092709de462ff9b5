#include "core/diagnostics/rules/suspect_days.hpp"

#include "core/diagnostics/rules/baseline.hpp"
#include "core/keyed_table.hpp"

#include <algorithm>

namespace upkeep::diagnostics {

namespace {

constexpr std::size_t fewest_days_of_median = 4;
// What is said to go on as ever is below its baseline by less than this part of it.
constexpr int parts_of_decline = 10;

constexpr keyed_name<suspicion> names[] = {{suspicion::none, "none"},
                                           {suspicion::negative, "negative"},
                                           {suspicion::leads_unrecorded, "leads_unrecorded"},
                                           {suspicion::revenue_without_orders, "revenue_without_orders"},
                                           {suspicion::orders_over_leads, "orders_over_leads"},
                                           {suspicion::thousands, "thousands"}};
static_assert(is_keyed(names, suspicion::thousands));

constexpr unsigned bit_of(comparison_of what) { return 1u << static_cast<unsigned>(what); }

constexpr unsigned leads_and_conversion = bit_of(comparison_of::conversion) | bit_of(comparison_of::leads);

// What such a day misleads, a bit for each.
struct misled_by {
  suspicion key;
  unsigned what;
};
constexpr misled_by misled[] = {
    {suspicion::none, 0},
    {suspicion::negative, leads_and_conversion | bit_of(comparison_of::money) | bit_of(comparison_of::order_value)},
    {suspicion::leads_unrecorded, leads_and_conversion},
    {suspicion::revenue_without_orders, bit_of(comparison_of::order_value) | bit_of(comparison_of::conversion)},
    {suspicion::orders_over_leads, leads_and_conversion},
    {suspicion::thousands, bit_of(comparison_of::money) | bit_of(comparison_of::order_value)}};
static_assert(is_keyed(misled, suspicion::thousands));

// Of the days of the weeks before; 0 where too few have one.
double median_order_value(const shop_days &days) {
  std::array<double, days_kept> values;
  std::size_t known = 0;
  for (int day = 0; day < this_week * days_per_week; ++day)
    if (days.orders[day] > 0 && days.revenue[day] > 0)
      values[known++] = static_cast<double>(days.revenue[day]) / days.orders[day];
  if (known < fewest_days_of_median)
    return 0;
  const auto middle = values.begin() + static_cast<std::ptrdiff_t>(known / 2);
  std::nth_element(values.begin(), middle, values.begin() + static_cast<std::ptrdiff_t>(known));
  return known % 2 ? *middle : (*middle + *std::max_element(values.begin(), middle)) / 2;
}

// Whether revenue below zero is what was given back on that day.
bool is_refunded(const week_facts &facts, day_number day, int128 revenue) {
  const int128 scale = power_of_ten(facts.request.days.scale);
  return std::ranges::any_of(facts.request.settings.refund_days, [&](const refund_day &each) {
    return each.day == day && rational(each.amount, threshold_unit) >= rational(-revenue, scale);
  });
}

bool is_negative(const week_facts &facts, int weekday, const week_sums &day) {
  return day.orders < 0 || day.ad_spend < 0 || day.leads < 0 ||
         (day.revenue < 0 && !is_refunded(facts, facts.date(this_week, weekday), day.revenue));
}

bool goes_on(const week_comparison &compared, int128 week_sums::*which) {
  const rational before(compared.before.*which, compared.weeks), now(compared.after.*which);
  return now >= before || (before - now) * rational(parts_of_decline) < before;
}

// Whether leads fell as if there were fewer, while orders, revenue and ad spend went on as ever.
bool are_leads_unrecorded(const week_facts &facts, const week_comparison &compared) {
  if (!facts.is_recorded(measure::leads) || compared.method == comparison_method::none)
    return false;
  const rational before = *figure(metric::leads, compared.before, compared.weeks),
                 now = *figure(metric::leads, compared.after);
  const std::int64_t threshold = facts.request.settings.threshold(rule::leads_drop, severity::warning);
  if (before <= rational(0) || threshold == no_threshold ||
      (before - now) / before < rational(threshold, threshold_unit))
    return false;
  if (!goes_on(compared, &week_sums::orders) || !goes_on(compared, &week_sums::revenue) ||
      !goes_on(compared, &week_sums::ad_spend))
    return false;
  const figure_baseline usual = baseline_of(compared, metric::leads);
  return compared.method != comparison_method::mean || is_beyond(now, usual).is_beyond;
}

weekday_set days_of_few_leads(const week_facts &facts, const week_comparison &compared) {
  weekday_set few = 0;
  for (int weekday = 0; weekday < days_per_week; ++weekday) {
    const weekday_set day = 1u << weekday;
    if (!(compared.weekdays & day))
      continue;
    int128 before = 0;
    for (int i = 0; i < compared.weeks; ++i)
      before += facts.sums_of(compared.which[static_cast<std::size_t>(i)], day).leads;
    if (facts.sums_of(this_week, day).leads * 2 * compared.weeks < before)
      few |= day;
  }
  return few;
}

// `misleading`: days whose revenue or orders say nothing of whether they went on.
weekday_set unrecorded_leads(const week_facts &facts, weekday_set misleading) {
  if (misleading) {
    const week_comparison compared = facts.compared_without(misleading);
    return are_leads_unrecorded(facts, compared) ? days_of_few_leads(facts, compared) : 0;
  }
  return are_leads_unrecorded(facts, facts.compared) ? days_of_few_leads(facts, facts.compared) : 0;
}

} // namespace

suspect_days suspect_days_of(const week_facts &facts) {
  suspect_days result{};
  const double median = median_order_value(facts.request.days),
               factor = static_cast<double>(facts.request.settings.threshold(rule::data_suspect, severity::warning)) /
                        threshold_unit;
  weekday_set misleading = 0;
  for (int weekday = 0; weekday < days_per_week; ++weekday) {
    const week_sums day = facts.sums_of(this_week, 1u << weekday);
    const double value = day.orders > 0 ? static_cast<double>(day.revenue) / static_cast<double>(day.orders) : 0;
    suspicion &why = result[static_cast<std::size_t>(weekday)];
    if (is_negative(facts, weekday, day))
      why = suspicion::negative;
    else if (facts.is_recorded(measure::orders) && day.orders == 0 && day.revenue > 0)
      why = suspicion::revenue_without_orders;
    else if (facts.is_recorded(measure::leads) && day.orders > day.leads)
      why = suspicion::orders_over_leads;
    else if (median > 0 && value > 0 && (value > factor * median || value * factor < median))
      why = suspicion::thousands;
    if (why != suspicion::none && why != suspicion::orders_over_leads)
      misleading |= 1u << weekday;
  }
  const weekday_set unrecorded = unrecorded_leads(facts, misleading);
  for (int weekday = 0; weekday < days_per_week; ++weekday)
    if (unrecorded >> weekday & 1)
      result[static_cast<std::size_t>(weekday)] = suspicion::leads_unrecorded;
  return result;
}

comparisons::comparisons(const week_facts &facts, const suspect_days &suspects) : facts(facts) {
  for (std::size_t weekday = 0; weekday < suspects.size(); ++weekday)
    for (std::size_t what = 0; what < misleading_.size(); ++what)
      misleading_[what] |= (row_of(misled, suspects[weekday]).what >> what & 1u) << weekday;
  for (const weekday_set each : misleading_) {
    prepare(each);
    prepare(each | misleading(comparison_of::money));
  }
}

void comparisons::prepare(weekday_set days) {
  const weekday_set apart = days & facts.compared.weekdays;
  if (apart && std::ranges::none_of(others, [&](const auto &each) { return each.first == apart; }))
    others.emplace_back(apart, facts.compared_without(apart));
}

const week_comparison &comparisons::without(weekday_set days) const {
  const weekday_set apart = days & facts.compared.weekdays;
  for (const auto &[left_out, compared] : others)
    if (left_out == apart)
      return compared;
  return facts.compared;
}

std::string_view name_of(suspicion why) noexcept { return row_of(names, why).name; }

std::optional<suspicion> suspicion_from(std::string_view name) noexcept {
  const auto *const found = std::ranges::find(names, name, &keyed_name<suspicion>::name);
  return found == std::end(names) || found->key == suspicion::none ? std::nullopt : std::optional(found->key);
}

} // namespace upkeep::diagnostics
