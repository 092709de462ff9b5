#include "core/report/reading/reading.hpp"

#include "core/numeric/decimal.hpp"

#include <algorithm>
#include <charconv>
#include <chrono>

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

std::optional<day_number> day_of(std::string_view date) {
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
  if (!day.ok())
    return std::nullopt;
  const std::chrono::sys_days epoch = std::chrono::year(2000) / 1 / 1;
  return static_cast<day_number>((std::chrono::sys_days(day) - epoch).count());
}

} // namespace upkeep::report
