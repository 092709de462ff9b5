#include "core/guard/guard.hpp"

#include "core/text/joined.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace upkeep::guard {

namespace {

constexpr std::size_t max_named = 8;

std::string amount(std::uint64_t count, bool is_complete) {
  return fmt::format("{}{}", is_complete ? "" : "at least ", count);
}

const char *rows_word(std::uint64_t count) { return count == 1 ? "row" : "rows"; }

// "42 of 50 rows have a value"
std::string share(const tally &count) {
  return fmt::format("{} of {} {} {}", amount(count.lost, count.is_complete), amount(count.rows, count.is_complete),
                     rows_word(count.rows), count.lost == 1 ? "has" : "have");
}

// The same call for each object, one statement.
std::string calls(const char *function, const std::vector<std::string> &objects) {
  std::vector<std::string> each;
  for (const std::string &object : objects)
    each.push_back(fmt::format("upkeep.{}({})", function, as_literal(object)));
  return fmt::format("SELECT {};", joined(each, ", "));
}

} // namespace

std::string describe(const loss &what) {
  switch (what.kind) {
  case loss_kind::rows:
    return fmt::format("{} {} of {}", amount(what.count.rows, what.count.is_complete), rows_word(what.count.rows),
                       what.object);
  case loss_kind::values:
    return fmt::format("column {}: {} a value", what.object, share(what.count));
  case loss_kind::conversion:
    return fmt::format("parts of column {}: {} a value that {} does not keep", what.object, share(what.count),
                       what.type);
  }
  return {};
}

std::string describe_missing(std::string_view column, const tally &count) {
  return fmt::format("{} no value in column {}", share(count), column);
}

std::string loss_message(std::string_view command, std::span<const loss> losses) {
  std::vector<std::string> phrases;
  for (const loss &each : losses.first(std::min(losses.size(), max_named)))
    phrases.push_back(describe(each));
  std::string message = fmt::format("{} would lose {}", command, joined(phrases, "; "));
  if (losses.size() > max_named)
    message += fmt::format("; and {} more", losses.size() - max_named);
  return message;
}

std::string loss_hint(std::span<const loss> losses, std::span<const std::string> schemas) {
  // A file that renames it confirms it by its new name, and is allowed it beforehand by the one of today.
  std::vector<std::string> today, then;
  const auto is_rows = [](const loss &each) { return each.kind == loss_kind::rows; };
  const bool are_many =
      !schemas.empty() && std::count_if(losses.begin(), losses.end(), is_rows) > std::ptrdiff_t(max_named);
  if (are_many)
    today.assign(schemas.begin(), schemas.end());
  then = today;
  for (const loss &each : losses)
    if (!are_many || !is_rows(each)) {
      today.push_back(each.object);
      then.push_back(each.name_then.empty() ? each.object : each.name_then);
    }
  std::vector<std::string> instead;
  for (const loss &each : losses)
    if (!each.instead.empty())
      instead.push_back(each.instead);
  return fmt::format("{}To let it go, run in the same transaction, before the statement: {} Or, where a tool leaves no "
                     "place for it: {}",
                     instead.empty() ? "" : fmt::format("If it only gets another name: {} ", joined(instead, " ")),
                     calls("confirm_drop", then), calls("allow_drop", today));
}

std::string owner_hint(std::string_view owner, std::span<const loss> losses) {
  std::vector<std::string> objects;
  for (const loss &each : losses)
    objects.push_back(each.object);
  return fmt::format("To let {} go, have {} run beforehand: {}", joined(objects, ", "), owner,
                     calls("allow_drop", objects));
}

std::string as_literal(std::string_view text) {
  std::string literal = text.find('\\') == std::string_view::npos ? "'" : " E'";
  for (const char c : text) {
    if (c == '\'' || c == '\\')
      literal += c;
    literal += c;
  }
  return literal + "'";
}

} // namespace upkeep::guard
