#include "core/text/same_text.hpp"

namespace upkeep {

namespace {

constexpr std::string_view blanks = " \t\r\n\v\f";

std::string_view trimmed(std::string_view text) {
  const std::size_t first = text.find_first_not_of(blanks);
  return first == std::string_view::npos ? std::string_view{}
                                         : text.substr(first, text.find_last_not_of(blanks) - first + 1);
}

// An exponent's zeros are digits like others.
std::string_view without_idle_zeros(std::string_view text) {
  if (text.find('.') == std::string_view::npos || text.find_first_of("eE") != std::string_view::npos)
    return text;
  text = text.substr(0, text.find_last_not_of('0') + 1);
  return text.ends_with('.') ? text.substr(0, text.size() - 1) : text;
}

bool is_same_time(std::string_view before, std::string_view after) {
  constexpr std::size_t behind_date = 10, behind_minutes = 16;
  if (before.size() == behind_minutes && after.ends_with(":00"))
    after.remove_suffix(3);
  if (before.size() != after.size())
    return false;
  for (std::size_t at = 0; at < before.size(); ++at)
    if (before[at] != after[at] &&
        !(at == behind_date && (before[at] == 'T' || before[at] == ' ') && (after[at] == 'T' || after[at] == ' ')))
      return false;
  return true;
}

constexpr char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

bool is_same_uuid(std::string_view before, std::string_view after) {
  constexpr std::string_view idle = "{}- \t\r\n\v\f";
  std::size_t a = 0, b = 0;
  for (;; ++a, ++b) {
    while (a < before.size() && idle.find(before[a]) != std::string_view::npos)
      ++a;
    while (b < after.size() && idle.find(after[b]) != std::string_view::npos)
      ++b;
    if (a == before.size() || b == after.size())
      return a == before.size() && b == after.size();
    if (lower(before[a]) != lower(after[b]))
      return false;
  }
}

} // namespace

bool says_the_same(std::string_view before, std::string_view after, text_kind kind) {
  switch (kind) {
  case text_kind::plain:
    return before == after;
  case text_kind::number:
    return without_idle_zeros(trimmed(before)) == without_idle_zeros(trimmed(after));
  case text_kind::uuid:
    return is_same_uuid(before, after);
  case text_kind::time:
    return is_same_time(without_idle_zeros(trimmed(before)), without_idle_zeros(trimmed(after)));
  }
  return false;
}

} // namespace upkeep
