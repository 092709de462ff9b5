// What the weekdays weigh in a shop's month, and what the known days of a month say about all of it.
#pragma once

#include "core/calendar.hpp"
#include "core/closed_days.hpp"
#include "core/numeric/rational.hpp"

#include <array>
#include <optional>
#include <span>

namespace upkeep {

// From Monday to Sunday, none negative, in any unit.
using weekday_weights = std::array<std::int64_t, days_per_week>;

inline std::size_t index_from_monday(day_number day) noexcept { return static_cast<std::size_t>(weekday_of(day) - 1); }

inline constexpr int max_days_per_month = 31;

// Days of a month, a bit a day.
using days_of_month = std::uint32_t;
constexpr days_of_month first_days(int count) { return static_cast<days_of_month>((std::uint64_t{1} << count) - 1); }

// The days of the month on those weekdays, of which Monday is the first.
days_of_month days_on(weekday_set weekdays, const month &calendar) noexcept;
// What those days weigh together.
int128 weight_of(const weekday_weights &weights, const month &calendar, days_of_month days) noexcept;
// The sum of the month's open days, if they go on as the known ones of them went; nullopt where these weigh nothing.
std::optional<rational> project(const rational &so_far, const weekday_weights &weights, const month &calendar,
                                days_of_month known, days_of_month open = first_days(max_days_per_month));

} // namespace upkeep
