// Which weekdays a shop does not open on, from the weekdays that its weeks have rows on.
#pragma once

#include <span>

namespace upkeep {

// Weekdays, a bit a day. Which of them is the first is the caller's choice, the same for all that it passes.
using weekday_set = unsigned;

inline constexpr weekday_set every_weekday = 0x7F;
constexpr weekday_set first_weekdays(int count) noexcept { return (1u << count) - 1; }

// Fewer weeks than these say nothing of what a shop usually does.
inline constexpr int fewest_weeks_of_habit = 4;

// The weekdays that fewer than half of the weeks with any row have. `with_rows` has each week's; those of a week
// without any do not count.
weekday_set closed_weekdays(std::span<const weekday_set> with_rows) noexcept;

} // namespace upkeep
