// What a figure was in the weeks that a week is compared with, and whether what it is now is more than noise.
#pragma once

#include "core/diagnostics/facts/week_facts.hpp"
#include "core/diagnostics/rules/statistics.hpp"

#include <optional>

namespace upkeep::diagnostics {

struct figure_baseline {
  std::optional<rational> mean; // of the sums, not of the weeks' figures
  double deviation = 0;
  int weeks = 0; // that have the figure
};
figure_baseline baseline_of(const week_comparison &compared, metric which);
// Of weeks in which it is 1 / figure.
figure_baseline inverse_baseline_of(const week_comparison &compared, metric which);

// weeks >= 2, and the mean is known.
inline prediction is_beyond(const rational &observed, const figure_baseline &usual) {
  return beyond_prediction(observed.approximately(), usual.mean->approximately(), usual.deviation, usual.weeks);
}

// How much of the revenue of the compared days is chance, as one deviation: orders come as they come, and are of
// different values. nullopt where orders are not recorded, or there were none.
std::optional<double> noise_of_revenue(const week_comparison &compared);
// The same of the value of an order, for as many as there were now.
std::optional<double> noise_of_order_value(const week_comparison &compared);

} // namespace upkeep::diagnostics
