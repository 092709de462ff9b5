#include "core/decisions/numeric_input.hpp"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>

namespace upkeep::decisions {

namespace {

constexpr std::size_t max_whole_digits = 18;
constexpr int max_decimals = max_decimal_digits;

// Of a number in plain notation, the decimals after the first `decimals` cut off.
int128 digits_of(std::string_view plain, int decimals) {
  const std::size_t point = std::min(plain.find('.'), plain.size());
  uint128 digits = 0;
  for (const char c : plain.substr(0, point + 1 + static_cast<std::size_t>(decimals)))
    if (c >= '0' && c <= '9')
      digits = digits * 10 + static_cast<unsigned>(c - '0');
  const auto value = static_cast<int128>(digits);
  return plain.starts_with('-') ? -value : value;
}

[[noreturn]] void refuse(std::string_view name, const std::string &what, std::string hint) {
  throw fault{.sqlstate = sqlstate::invalid_parameter_value,
              .message = fmt::format("{} {}", name, what),
              .hint = std::move(hint)};
}

} // namespace

numeric_input numeric_input::of(std::string_view numeric_text) {
  const std::optional<std::string> plain = plain_notation(numeric_text);
  if (!plain)
    return {std::string(numeric_text)};
  numeric_input result{*plain, 0, written_decimals(numeric_text)};
  const std::size_t point = std::min(plain->find('.'), plain->size());
  const std::size_t decimals = plain->size() - std::min(point + 1, plain->size());
  if (const auto written = static_cast<std::size_t>(result.scale); written > decimals) {
    if (decimals == 0)
      result.text += '.';
    result.text.append(written - decimals, '0');
  }
  result.is_fit = point - plain->starts_with('-') <= max_whole_digits;
  if (result.is_fit)
    result.value = result.exactly().approximately();
  return result;
}

rational numeric_input::exactly() const {
  auto decimals = static_cast<std::int16_t>(std::min(scale, max_decimals));
  int128 digits = digits_of(text, decimals);
  trim(digits, decimals);
  return {digits, power_of_ten(decimals)};
}

void numeric_input::write(json_sink &into) const {
  const auto digits = std::ranges::count_if(text, [](char c) { return c >= '0' && c <= '9'; });
  if (!plain_notation(text) || digits > max_power)
    return into.string(text);
  into.written_number(digits_of(text, scale), scale);
}

int scale_of_amounts(std::initializer_list<const optional_number *> amounts) {
  int scale = 0;
  for (const optional_number *amount : amounts)
    if (*amount && (*amount)->is_fit)
      scale = std::max(scale, (*amount)->scale);
  return std::min(scale, max_decimals);
}

void check_argument(std::string_view name, const optional_number &value, allowed what) {
  if (!value)
    return;
  if (!value->is_fit)
    refuse(name, fmt::format("must be a number below 10^{}, not {}", max_whole_digits, value->text),
           "Pass NULL where it is not known.");
  if (what == allowed::share && (value->value < 0 || value->exactly() > rational(1)))
    refuse(name, fmt::format("must be a fraction between 0 and 1, not {}", value->text), "Pass 0.4 for 40 percent.");
  if (what == allowed::not_negative && value->value < 0)
    refuse(name, fmt::format("must not be negative, but is {}", value->text), "Pass NULL where it is not known.");
}

void check_argument(std::string_view name, const optional_count &value) {
  if (value && *value < 0)
    refuse(name, fmt::format("must not be negative, but is {}", *value), "Pass NULL where it is not known.");
}

std::optional<int128> rounded(const std::optional<double> &value, int decimals) {
  if (!value)
    return std::nullopt;
  const double digits = std::round(*value * static_cast<double>(power_of_ten(decimals)));
  if (!(std::abs(digits) < 1e37))
    return std::nullopt;
  return static_cast<int128>(digits);
}

std::optional<int128> rounded(const std::optional<rational> &value, int decimals) {
  if (!value || !rounded(std::optional<double>(value->approximately()), decimals))
    return std::nullopt;
  return value->rounded(decimals);
}

std::optional<std::string> rounded_text(const std::optional<rational> &value, int decimals) {
  const std::optional<int128> digits = rounded(value, decimals);
  return digits ? std::optional<std::string>(to_text(*digits, decimals)) : std::nullopt;
}

std::optional<rational> rational_near(double value) {
  if (!(std::abs(value) < 1e30))
    return std::nullopt;
  // As many as leave 15 digits, which a double holds.
  const int whole_digits = value == 0 ? 0 : static_cast<int>(std::floor(std::log10(std::abs(value)))) + 1;
  const int decimals = std::clamp(15 - whole_digits, 0, max_decimals);
  return rational(*rounded(std::optional<double>(value), decimals), power_of_ten(decimals));
}

void write_given(std::string_view name, const optional_number &value, json_sink &into) {
  into.key(name);
  value ? value->write(into) : into.null();
}

void write_given(std::string_view name, const optional_count &value, json_sink &into) {
  value ? into.member_number(name, *value) : into.member_null(name);
}

void write_text_or_null(std::string_view name, std::string_view text, json_sink &into) {
  into.key(name);
  into.string_or_null(text);
}

} // namespace upkeep::decisions
