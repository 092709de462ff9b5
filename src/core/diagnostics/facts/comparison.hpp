// What a week is compared with: the weeks before it, on the days that both sides have.
#pragma once

#include "core/closed_days.hpp"
#include "core/diagnostics/facts/week_sums.hpp"

#include <array>
#include <string_view>

namespace upkeep::diagnostics {

enum class comparison_method : std::uint8_t { none, previous_week, mean };
std::string_view name_of(comparison_method method) noexcept; // "none" is never shown

struct week_comparison {
  comparison_method method = comparison_method::none;
  weekday_set weekdays = 0; // the week's first day first
  int weeks = 0;
  std::array<int, weeks_kept> which{}; // of the nine
  std::array<week_sums, weeks_kept> each;
  week_sums before; // the sums of all of them: a mean week is this divided by `weeks`
  week_sums after;  // of this week

  int days() const { return __builtin_popcount(weekdays); }
};

} // namespace upkeep::diagnostics
