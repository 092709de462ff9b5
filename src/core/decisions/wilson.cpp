#include "core/decisions/wilson.hpp"

#include "core/decisions/normal_quantile.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace upkeep::decisions {

namespace {

// Successes are trials at most.
double share_of(std::int64_t successes, std::int64_t trials) {
  return std::clamp(static_cast<double>(successes) / static_cast<double>(trials), 0.0, 1.0);
}

} // namespace

double wilson_upper(std::int64_t successes, std::int64_t trials) {
  if (trials <= 0)
    return 1;
  const auto n = static_cast<double>(trials);
  const double share = share_of(successes, trials), z = normal_quantile, z_squared = z * z;
  const double width = z * std::sqrt(share * (1 - share) / n + z_squared / (4 * n * n));
  return std::min((share + z_squared / (2 * n) + width) / (1 + z_squared / n), 1.0);
}

double wilson_confidence(std::int64_t successes, std::int64_t trials, double share) {
  if (trials <= 0 || !(share > 0))
    return 0;
  if (share >= 1)
    return 1;
  const double deviation = std::sqrt(share * (1 - share) / static_cast<double>(trials));
  return std::erfc(-(share - share_of(successes, trials)) / deviation / std::numbers::sqrt2) / 2;
}

} // namespace upkeep::decisions
