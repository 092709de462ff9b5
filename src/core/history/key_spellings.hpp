// How else a value of a key may be written in older entries, when its column had another type.
#pragma once

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

namespace upkeep::history {

// Whether JSON can have it as a number without an exponent, as PostgreSQL writes those.
inline bool is_json_number(std::string_view text) {
  if (text.starts_with('-'))
    text.remove_prefix(1);
  const auto digits = [&] {
    const std::size_t count = std::min(text.find_first_not_of("0123456789"), text.size());
    text.remove_prefix(count);
    return count;
  };
  const bool begins_with_zero = text.starts_with('0');
  const std::size_t whole = digits();
  if (whole == 0 || (begins_with_zero && whole > 1))
    return false;
  if (text.empty())
    return true;
  return text.starts_with('.') && (text.remove_prefix(1), digits() > 0) && text.empty();
}

// Other JSON texts for a JSON text of a number, or of a string that is one: 7.00 is also 7, "7.00" and "7".
inline std::vector<std::string> other_spellings(std::string_view value) {
  std::string_view number = value;
  if (number.size() > 2 && number.front() == '"')
    number = number.substr(1, number.size() - 2);
  if (!is_json_number(number))
    return {};
  std::string_view shortest = number;
  if (shortest.find('.') != std::string_view::npos) {
    shortest = shortest.substr(0, shortest.find_last_not_of('0') + 1);
    shortest = shortest.substr(0, shortest.find_last_not_of('.') + 1);
  }
  std::vector<std::string> all;
  for (const std::string_view each : {number, shortest})
    for (const std::string &text : {std::string(each), '"' + std::string(each) + '"'})
      if (text != value && std::ranges::count(all, text) == 0)
        all.push_back(text);
  return all;
}

} // namespace upkeep::history
