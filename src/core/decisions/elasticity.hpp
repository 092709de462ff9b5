// How revenue follows the spend: the slope of its logarithm on that of the spend, as an aggregate gathers it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace upkeep::decisions {

inline constexpr std::int64_t fewest_points = 8;
inline constexpr double min_spend_range = 2, min_elasticity = 0.3, greatest_elasticity = 0.95;

// Sums of points, by Youngs and Cramer. Trivial, and aligned to 8: it lives in palloc'd memory, and begins as zeros.
struct elasticity_sums {
  std::int64_t count;
  double mean_spend, mean_revenue;  // of the logarithms
  double spend_squares, products;   // of their deviations from the means
  double min_spend, greatest_spend; // not of the logarithms
};

// Counts a point where both are above 0 and finite.
void add_point(elasticity_sums &sums, double spend, double revenue) noexcept;
void merge(elasticity_sums &sums, const elasticity_sums &other) noexcept;

// The slope within its bounds; nullopt under 8 points, or where the greatest spend is not twice the least.
std::optional<double> elasticity_of(const elasticity_sums &sums) noexcept;
// The same with 6 decimals.
std::optional<std::string> elasticity_text(const elasticity_sums &sums);

// The sums as bytes that do not depend on the machine; and back, false where they are not such bytes.
std::string serialise(const elasticity_sums &sums);
bool deserialise(std::string_view bytes, elasticity_sums &into) noexcept;

} // namespace upkeep::decisions
