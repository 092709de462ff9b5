// What the weekdays weigh in a shop's month, and what the known days of a month say about all of it.
#pragma once

#include "core/calendar.hpp"
#include "core/numeric/rational.hpp"

#include <array>
#include <optional>
#include <span>

namespace upkeep {

// From Monday to Sunday, none negative, in any unit.
using weekday_weights = std::array<std::int64_t, days_per_week>;

// Fewer complete weeks than these are no mean.
inline constexpr int fewest_weeks_of_mean = 4;

inline std::size_t index_from_monday(day_number day) noexcept { return static_cast<std::size_t>(weekday_of(day) - 1); }

// The mean share that each weekday has of a week's revenue.
class weekday_shares {
public:
  // A complete week, from Monday. One that is not above zero, or has a day below it, has no shares and does not count.
  void add_week(std::span<const double, days_per_week> revenue) noexcept;
  // Flat where the weeks are few. Else the sum of the shares, in units of 10^-15.
  weekday_weights weights() const noexcept;

private:
  weekday_weights sums{};
  int weeks = 0;
};

// Days of a month, a bit a day.
using days_of_month = std::uint32_t;
constexpr days_of_month first_days(int count) { return static_cast<days_of_month>((std::uint64_t{1} << count) - 1); }

// What those days weigh together.
int128 weight_of(const weekday_weights &weights, const month &calendar, days_of_month days) noexcept;
// The whole month's sum, if it goes on as the known days of it went; nullopt where these weigh nothing.
std::optional<rational> project(const rational &so_far, const weekday_weights &weights, const month &calendar,
                                days_of_month known);

} // namespace upkeep
