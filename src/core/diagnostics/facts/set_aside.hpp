// Which of a shop's weeks are too unlike the others to say what is usual.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

namespace upkeep::diagnostics {

enum class set_aside_reason : std::uint8_t { none, event, outlier };
std::string_view name_of(set_aside_reason reason) noexcept; // "none" is never shown

// With fewer weeks than these nothing is told from one.
inline constexpr int fewest_weeks_of_test = 4;

struct week_scale {
  double revenue, orders, leads;
};

// The positions of the weeks, the oldest first, whose revenue or leads are more than 3.5 scales from the median: the
// farthest first, of equals the latest, while four remain. A scale is the greatest of 1.4826 x the median absolute
// deviation, 5 % of the median, and what chance makes of so many orders or leads. `has_orders`: whether orders are
// recorded; chance is not known where they are not.
std::vector<int> outliers(std::span<const week_scale> weeks, bool has_orders);

} // namespace upkeep::diagnostics
