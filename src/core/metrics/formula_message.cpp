#include "core/metrics/formula_message.hpp"

#include "core/text/characters.hpp"

#include <algorithm>
#include <fmt/format.h>

namespace upkeep::metrics {

namespace {} // namespace

std::string quoted_for_message(std::string_view text) {
  constexpr int max_characters = 40;
  const std::size_t shown = byte_of(text, max_characters + 1);
  return fmt::format("\"{}{}\"", text.substr(0, shown), shown < text.size() ? "..." : "");
}

std::string at_position(const std::string &what, const std::string &formula_text, int position) {
  constexpr int max_characters = 200;
  const int characters = count_characters(formula_text);
  std::size_t begin = 0, end = formula_text.size();
  if (characters > max_characters) {
    const int first = std::clamp(position - max_characters / 2, 1, characters - max_characters + 1);
    begin = first == 1 ? 0 : byte_of(formula_text, first);
    end = byte_of(formula_text, first + max_characters);
  }
  std::string shown = formula_text.substr(begin, end - begin);
  std::ranges::replace_if(shown, is_blank, ' ');
  return fmt::format("{} at position {} of formula \"{}{}{}\"", what, position, begin > 0 ? "..." : "", shown,
                     end < formula_text.size() ? "..." : "");
}

} // namespace upkeep::metrics
