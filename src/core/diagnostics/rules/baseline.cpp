#include "core/diagnostics/rules/baseline.hpp"

#include <cmath>
#include <numbers>

namespace upkeep::diagnostics {

namespace {

// The coefficient of variation of the values of orders, and with it that of a sum of orders: sqrt(1 + 0.75^2).
constexpr double spread_of_order = 0.75, spread_of_sum = 1.25;

figure_baseline baseline_from(const week_comparison &compared, metric which, bool is_inverse) {
  const auto value_of = [&](const week_sums &sums, int weeks) {
    std::optional<rational> value = figure(which, sums, weeks);
    if (is_inverse && value)
      value = *value > rational(0) ? std::optional(rational(1) / *value) : std::nullopt;
    return value;
  };
  figure_baseline result{value_of(compared.before, compared.weeks)};
  if (!result.mean)
    return result;
  std::array<double, weeks_kept> values;
  for (int i = 0; i < compared.weeks; ++i)
    if (const auto value = value_of(compared.each[static_cast<std::size_t>(i)], 1))
      values[static_cast<std::size_t>(result.weeks++)] = value->approximately();
  result.deviation = spread_of(std::span(values).first(static_cast<std::size_t>(result.weeks))).deviation;
  return result;
}

// Of one week instead of a mean of some, as much again is chance.
double widened(const week_comparison &compared, double noise) {
  return compared.method == comparison_method::mean ? noise : noise * std::numbers::sqrt2;
}

} // namespace

figure_baseline baseline_of(const week_comparison &compared, metric which) {
  return baseline_from(compared, which, false);
}

figure_baseline inverse_baseline_of(const week_comparison &compared, metric which) {
  return baseline_from(compared, which, true);
}

std::optional<double> noise_of_revenue(const week_comparison &compared) {
  const double orders = static_cast<double>(compared.before.orders) / compared.weeks,
               revenue = static_cast<double>(compared.before.revenue) / compared.weeks;
  if (!(orders > 0) || !(revenue > 0))
    return std::nullopt;
  return widened(compared, spread_of_sum * revenue / std::sqrt(orders));
}

std::optional<double> noise_of_order_value(const week_comparison &compared) {
  const double orders = static_cast<double>(compared.after.orders);
  if (!(orders > 0) || compared.before.orders <= 0 || compared.before.revenue <= 0)
    return std::nullopt;
  const double value = static_cast<double>(compared.before.revenue) / static_cast<double>(compared.before.orders);
  return widened(compared, spread_of_order * value / std::sqrt(orders));
}

} // namespace upkeep::diagnostics
