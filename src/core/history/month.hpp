// The months that history is partitioned by, in UTC.
#pragma once

#include <fmt/format.h>

#include <chrono>
#include <cstdint>
#include <string>

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

// "history_2026_11"
inline std::string table_name_of(month of) {
  return fmt::format("history_{:04}_{:02}", static_cast<int>(of.year()), static_cast<unsigned>(of.month()));
}

// When it begins, as SQL reads it in any session: "2026-11-01 00:00:00+00".
inline std::string begin_of(month of) {
  return fmt::format("{:04}-{:02}-01 00:00:00+00", static_cast<int>(of.year()), static_cast<unsigned>(of.month()));
}

} // namespace upkeep::history
