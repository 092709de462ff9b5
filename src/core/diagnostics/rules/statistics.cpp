#include "core/diagnostics/rules/statistics.hpp"

#include "core/numeric/distributions.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>

namespace upkeep::diagnostics {

namespace {

constexpr double confidence = 0.975, min_relative_deviation = 0.05;
// What is shown of a statistic that has no bound.
constexpr double greatest_statistic = 1e9;

double quantile_of(int degrees) { return students_t_quantile(degrees, confidence); }

// The quantile for so many degrees of freedom; those of a shop's weeks are kept.
double quantile_for(int degrees) {
  static const auto kept = [] {
    std::array<double, 64> quantiles{};
    for (std::size_t i = 1; i < quantiles.size(); ++i)
      quantiles[i] = quantile_of(static_cast<int>(i));
    return quantiles;
  }();
  const auto index = static_cast<std::size_t>(degrees);
  return index < kept.size() ? kept[index] : quantile_of(degrees);
}

} // namespace

spread spread_of(std::span<const double> values) noexcept {
  if (values.empty())
    return {0, 0};
  double sum = 0, squares = 0;
  for (const double value : values)
    sum += value;
  const auto count = static_cast<double>(values.size());
  const double mean = sum / count;
  for (const double value : values)
    squares += (value - mean) * (value - mean);
  return {mean, values.size() < 2 ? 0 : std::sqrt(squares / (count - 1))};
}

prediction beyond_prediction(double observed, double mean, double deviation, int n) {
  const double difference = observed - mean;
  const double width = std::max(deviation, min_relative_deviation * std::abs(mean)) * std::sqrt(1 + 1.0 / n);
  if (difference == 0)
    return {{0, 1}, false};
  if (width == 0)
    return {{std::copysign(greatest_statistic, difference), 0}, true};
  const double statistic = std::clamp(difference / width, -greatest_statistic, greatest_statistic);
  const double p = 2 * students_t_tail(n - 1, std::abs(statistic));
  return {{statistic, p}, std::abs(statistic) > quantile_for(n - 1)};
}

double at_least(double successes, double trials, double probability) {
  if (successes <= 0)
    return 1;
  if (successes > trials)
    return 0;
  // The least of as many uniform numbers as there are successes has a beta distribution.
  return beta_share(successes, trials - successes + 1, probability);
}

test_result smaller_proportion(double successes_before, double trials_before, double successes,
                               double trials) noexcept {
  const double pooled = (successes_before + successes) / (trials_before + trials);
  const double variance = pooled * (1 - pooled) * (1 / trials_before + 1 / trials);
  // Nothing was tried, or all or nothing succeeded, or more than was tried: no test.
  if (!(variance > 0) || std::isinf(variance))
    return {0, 1};
  const double statistic = (successes / trials - successes_before / trials_before) / std::sqrt(variance);
  return {statistic, std::erfc(-statistic / std::numbers::sqrt2) / 2};
}

} // namespace upkeep::diagnostics
