#pragma once

namespace upkeep::decisions {

// Of the standard normal distribution at 0.95: the one-sided bounds of decisions.
inline constexpr double normal_quantile = 1.6448536269514722;

} // namespace upkeep::decisions
