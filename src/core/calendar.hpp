// Days and weeks as a shop counts them: no time zones, no clock.
#pragma once

#include "core/numeric/money.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace upkeep {

// Days since 2000-01-01, as PostgreSQL's date.
using day_number = std::int32_t;

inline constexpr int days_per_week = 7;

// 1 for Monday to 7 for Sunday.
int weekday_of(day_number day) noexcept;
// The weekday that a setting names: "1" for Monday to "7" for Sunday, "0" for Sunday too, or its English name or the
// first three letters of that.
std::optional<int> weekday_from(std::string_view name) noexcept;
// The first day of the week that `day` is in, where weeks begin on `first_weekday`.
day_number week_start_of(day_number day, int first_weekday) noexcept;
// "2026-W46": the year and number of the week that begins on that day. A week belongs to the year that has its fourth
// day, as in ISO 8601, whatever day it begins on.
std::string week_label(day_number week_start);

struct month {
  day_number first;
  int days;
};
// The month that `day` is in.
month month_of(day_number day) noexcept;

// "2026-11-09".
std::string date_text(day_number day);
// "11 Nov 2026", "11/11/2026", "11.11.2026".
std::string date_in_words(day_number day, language in);
// The day of "2026-11-09"; nullopt where it is not written so, or there is no such day.
std::optional<day_number> day_from(std::string_view date) noexcept;

} // namespace upkeep
