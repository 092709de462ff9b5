#include "core/diagnostics/facts/set_aside.hpp"

#include "core/keyed_table.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

namespace upkeep::diagnostics {

namespace {

constexpr double farthest_scales = 3.5, min_relative_scale = 0.05;
// Of a normal distribution the deviation is so many times the median absolute one.
constexpr double deviations_of_median = 1.4826;
// The spread of the values of orders, with the orders' own: sqrt(1 + 0.75^2).
constexpr double spread_of_order = 1.25;

double median_of(std::vector<double> values) {
  const std::size_t middle = values.size() / 2;
  std::ranges::sort(values);
  return values.size() % 2 ? values[middle] : (values[middle - 1] + values[middle]) / 2;
}

// How many scales each value is from the median of all.
std::vector<double> distances(const std::vector<double> &values, double noise_share) {
  const double median = median_of(values);
  std::vector<double> deviations;
  for (const double each : values)
    deviations.push_back(std::abs(each - median));
  const double scale = std::max({deviations_of_median * median_of(deviations), min_relative_scale * std::abs(median),
                                 noise_share * std::abs(median)});
  for (double &each : deviations)
    each = each == 0 ? 0 : scale > 0 ? each / scale : std::numeric_limits<double>::infinity();
  return deviations;
}

std::vector<double> figures(std::span<const week_scale> weeks, double week_scale::*which) {
  std::vector<double> values;
  for (const week_scale &each : weeks)
    values.push_back(each.*which);
  return values;
}

// What chance makes of so many, as a share of them. Of none anything may come: nothing is far from that.
double share_of_chance(double count, double spread) {
  return count > 0 ? spread / std::sqrt(count) : std::numeric_limits<double>::max();
}

} // namespace

std::vector<int> outliers(std::span<const week_scale> weeks, bool has_orders) {
  std::vector<int> result;
  if (weeks.size() <= fewest_weeks_of_test)
    return result;
  const std::vector<double> leads = figures(weeks, &week_scale::leads);
  const std::vector<double> of_revenue =
                                distances(figures(weeks, &week_scale::revenue),
                                          has_orders ? share_of_chance(median_of(figures(weeks, &week_scale::orders)),
                                                                       spread_of_order)
                                                     : 0),
                            of_leads =
                                distances(leads, median_of(leads) > 0 ? share_of_chance(median_of(leads), 1) : 0);
  const auto distance = [&](int week) {
    const auto at = static_cast<std::size_t>(week);
    return std::max(of_revenue[at], of_leads[at]);
  };
  for (int week = static_cast<int>(weeks.size()) - 1; week >= 0; --week)
    if (distance(week) > farthest_scales)
      result.push_back(week);
  std::ranges::stable_sort(result, [&](int a, int b) { return distance(a) > distance(b); });
  result.resize(std::min(result.size(), weeks.size() - fewest_weeks_of_test));
  return result;
}

std::string_view name_of(set_aside_reason reason) noexcept {
  static constexpr keyed_name<set_aside_reason> names[] = {
      {set_aside_reason::none, "none"}, {set_aside_reason::event, "event"}, {set_aside_reason::outlier, "outlier"}};
  static_assert(is_keyed(names, set_aside_reason::outlier));
  return row_of(names, reason).name;
}

} // namespace upkeep::diagnostics
