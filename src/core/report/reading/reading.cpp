#include "core/report/reading/reading.hpp"

#include "core/numeric/decimal.hpp"

#include <algorithm>
#include <charconv>

namespace upkeep::report {

namespace {

constexpr std::size_t longest_figure = 40;

} // namespace

bool is_text(const json &value) { return value.type() == json::kind::string; }
std::string text_of(const json &value) { return is_text(value) ? value.text() : ""; }

int integer_of(const json &value, int most) {
  const figure_text figure = figure_of(value);
  int result = 0;
  if (figure)
    std::from_chars(figure->data(), figure->data() + figure->size(), result);
  return std::clamp(result, 0, most);
}

const json &element(const json &list, std::size_t at) {
  return at < list.elements().size() ? list.elements()[at] : list[""];
}

// An exponent is refused: a few bytes could ask for a hundred thousand digits.
figure_text figure_of(const json &value) {
  const std::string &text = value.text();
  if ((value.type() != json::kind::number && !is_text(value)) || text.size() > longest_figure ||
      text.find_first_of("eE") != std::string::npos)
    return std::nullopt;
  return plain_notation(text);
}

} // namespace upkeep::report
