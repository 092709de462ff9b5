#include "core/decisions/poisson.hpp"

#include "core/decisions/normal_quantile.hpp"
#include "core/numeric/distributions.hpp"

#include <algorithm>
#include <cmath>

namespace upkeep::decisions {

namespace {

constexpr double error = 0.05;
// From here on Wilson and Hilferty's approximation has 11 digits, and Boost takes ever longer to find as many.
constexpr double many = 1e6;

// Half the quantile of χ² for 2 * shape degrees of freedom, at `error` or its complement.
double bound_of(double shape, bool is_upper) {
  if (shape >= many) {
    const double step = normal_quantile / (3 * std::sqrt(shape));
    return shape * std::pow(1 - 1 / (9 * shape) + (is_upper ? step : -step), 3);
  }
  return gamma_quantile(shape, is_upper ? 1 - error : error);
}

} // namespace

poisson_bounds poisson_interval(std::int64_t events) {
  const auto count = static_cast<double>(std::max<std::int64_t>(events, 0));
  return {count == 0 ? 0 : bound_of(count, false), bound_of(count + 1, true)};
}

double poisson_at_most(std::int64_t events, double mean) {
  if (events < 0)
    return 0;
  if (!(mean > 0))
    return 1;
  if (std::isinf(mean))
    return 0;
  return std::clamp(gamma_tail(static_cast<double>(events) + 1, mean), 0.0, 1.0);
}

} // namespace upkeep::decisions
