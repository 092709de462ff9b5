// The months that history is partitioned by, in UTC.
#pragma once

#include <fmt/format.h>

#include <charconv>
#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace upkeep::history {

using month = std::chrono::year_month;

// `microseconds`: since the beginning of 2000, as PostgreSQL counts.
inline month month_of(std::int64_t microseconds) {
  using namespace std::chrono;
  const sys_days begin = year(2000) / January / 1;
  const auto days_since = std::chrono::floor<std::chrono::days>(std::chrono::microseconds(microseconds));
  const year_month_day day(begin + days_since);
  return day.year() / day.month();
}

// When it begins, in microseconds since the beginning of 2000.
inline std::int64_t begin_in_microseconds(month of) {
  using namespace std::chrono;
  return microseconds(sys_days(of / 1) - sys_days(year(2000) / January / 1)).count();
}

// "history_2026_11"
inline std::string table_name_of(month of) {
  return fmt::format("history_{:04}_{:02}", static_cast<int>(of.year()), static_cast<unsigned>(of.month()));
}

// The month of such a name; nullopt where it is none.
inline std::optional<month> month_named(std::string_view table) {
  constexpr std::string_view prefix = "history_";
  if (!table.starts_with(prefix))
    return std::nullopt;
  int year = 0, number = 0;
  const char *const end = table.data() + table.size();
  const auto after_year = std::from_chars(table.data() + prefix.size(), end, year);
  if (after_year.ec != std::errc{} || after_year.ptr == end)
    return std::nullopt;
  std::from_chars(after_year.ptr + 1, end, number);
  const month named = std::chrono::year(year) / number;
  return named.ok() && table_name_of(named) == table ? std::optional(named) : std::nullopt;
}

// When it begins, as SQL reads it in any session: "2026-11-01 00:00:00+00".
inline std::string begin_of(month of) {
  return fmt::format("{:04}-{:02}-01 00:00:00+00", static_cast<int>(of.year()), static_cast<unsigned>(of.month()));
}

} // namespace upkeep::history
