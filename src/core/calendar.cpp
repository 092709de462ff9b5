#include "core/calendar.hpp"

#include <algorithm>
#include <chrono>
#include <fmt/format.h>

namespace upkeep {

namespace {

constexpr std::chrono::sys_days epoch = std::chrono::sys_days{std::chrono::year{2000} / 1 / 1};

constexpr std::chrono::sys_days as_chrono(day_number day) { return epoch + std::chrono::days{day}; }
constexpr day_number from_chrono(std::chrono::sys_days day) { return static_cast<day_number>((day - epoch).count()); }

constexpr std::chrono::year_month_day date_of(day_number day) { return {as_chrono(day)}; }

} // namespace

int weekday_of(day_number day) noexcept {
  return static_cast<int>(std::chrono::weekday{as_chrono(day)}.iso_encoding());
}

std::optional<int> weekday_from(std::string_view name) noexcept {
  static constexpr std::string_view names[] = {"sunday",   "monday", "tuesday",  "wednesday",
                                               "thursday", "friday", "saturday", "sunday"};
  const auto is_named = [&](std::string_view day) {
    return std::ranges::equal(name, day, [](char given, char letter) { return (given | 0x20) == letter; });
  };
  for (int day = 0; day <= days_per_week; ++day)
    if ((name.size() == 1 && name[0] == '0' + day) || is_named(names[day]) || is_named(names[day].substr(0, 3)))
      return day == 0 ? days_per_week : day;
  return std::nullopt;
}

day_number week_start_of(day_number day, int first_weekday) noexcept {
  return day - (weekday_of(day) - first_weekday + days_per_week) % days_per_week;
}

std::string week_label(day_number week_start) {
  const day_number fourth = week_start + 3;
  const std::chrono::year year = date_of(fourth).year();
  const day_number first = from_chrono(std::chrono::sys_days{year / 1 / 1});
  return fmt::format("{:04}-W{:02}", static_cast<int>(year), (fourth - first) / days_per_week + 1);
}

month month_of(day_number day) noexcept {
  const std::chrono::year_month_day date = date_of(day);
  const std::chrono::sys_days first{date.year() / date.month() / 1};
  const std::chrono::sys_days next{date.year() / date.month() / 1 + std::chrono::months{1}};
  return {from_chrono(first), static_cast<int>((next - first).count())};
}

std::string date_text(day_number day) {
  const std::chrono::year_month_day date = date_of(day);
  const int year = static_cast<int>(date.year());
  if (year < 0 || year > 9999)
    return fmt::format("{}-{:02}-{:02}", year, static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()));
  // A document has dozens of them.
  std::string text = "0000-00-00";
  const auto put = [&](std::size_t at, unsigned digits) {
    text[at] = static_cast<char>('0' + digits / 10);
    text[at + 1] = static_cast<char>('0' + digits % 10);
  };
  put(0, static_cast<unsigned>(year) / 100);
  put(2, static_cast<unsigned>(year) % 100);
  put(5, static_cast<unsigned>(date.month()));
  put(8, static_cast<unsigned>(date.day()));
  return text;
}

std::string date_in_words(day_number day, language in) {
  static constexpr std::string_view months[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  const std::chrono::year_month_day date = date_of(day);
  const auto d = static_cast<unsigned>(date.day()), m = static_cast<unsigned>(date.month());
  const int year = static_cast<int>(date.year());
  switch (in) {
  case language::vi:
    return fmt::format("{:02}/{:02}/{}", d, m, year);
  case language::de:
    return fmt::format("{:02}.{:02}.{}", d, m, year);
  case language::en:
    break;
  }
  return fmt::format("{} {} {}", d, months[m - 1], year);
}

std::optional<day_number> day_from(std::string_view date) noexcept {
  constexpr std::string_view shape = "0000-00-00";
  if (date.size() != shape.size())
    return std::nullopt;
  int part[3] = {}, at = 0;
  for (std::size_t i = 0; i < shape.size(); ++i)
    if (shape[i] == '-' ? date[i] != '-' : date[i] < '0' || date[i] > '9')
      return std::nullopt;
    else if (shape[i] == '-')
      ++at;
    else
      part[at] = part[at] * 10 + (date[i] - '0');
  const std::chrono::year_month_day day{std::chrono::year(part[0]), std::chrono::month(static_cast<unsigned>(part[1])),
                                        std::chrono::day(static_cast<unsigned>(part[2]))};
  return day.ok() ? std::optional(from_chrono(std::chrono::sys_days(day))) : std::nullopt;
}

} // namespace upkeep
