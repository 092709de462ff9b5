#include "core/numeric/decimal.hpp"

#include "core/text/characters.hpp"

#include <algorithm>

namespace upkeep {

namespace {

// What a numeric of PostgreSQL can have before and after its point.
constexpr std::int64_t max_whole_digits = 131072, max_fraction_digits = 16383;

bool is_digit(char c) { return c >= '0' && c <= '9'; }

// The digits at the front of `rest`, taken off.
std::string_view take_digits(std::string_view &rest) {
  const auto end = std::find_if_not(rest.begin(), rest.end(), is_digit);
  const std::string_view digits = rest.substr(0, static_cast<std::size_t>(end - rest.begin()));
  rest.remove_prefix(digits.size());
  return digits;
}

bool take(std::string_view &rest, char c) {
  if (rest.empty() || rest.front() != c)
    return false;
  rest.remove_prefix(1);
  return true;
}

// An exponent's value. One beyond the bound is as good as the bound: no text is long enough to make up for it.
std::int64_t exponent_of(std::string_view digits) {
  constexpr std::int64_t bound = INT64_C(1) << 40;
  std::int64_t exponent = 0;
  for (const char digit : digits)
    exponent = std::min(bound, exponent * 10 + (digit - '0'));
  return exponent;
}

// The exponent at the front of `rest`, taken off: 0 where there is none, nullopt where it has no digits.
std::optional<std::int64_t> take_exponent(std::string_view &rest) {
  if (!take(rest, 'e') && !take(rest, 'E'))
    return 0;
  const bool down = take(rest, '-');
  if (!down)
    take(rest, '+');
  const std::string_view digits = take_digits(rest);
  if (digits.empty())
    return std::nullopt;
  return down ? -exponent_of(digits) : exponent_of(digits);
}

} // namespace

std::optional<std::string> plain_notation(std::string_view number) {
  while (!number.empty() && is_blank(number.front()))
    number.remove_prefix(1);
  while (!number.empty() && is_blank(number.back()))
    number.remove_suffix(1);

  const bool negative = take(number, '-');
  if (!negative)
    take(number, '+');
  std::string digits(take_digits(number));
  auto point = static_cast<std::int64_t>(digits.size());
  if (take(number, '.'))
    digits += take_digits(number);
  if (digits.empty())
    return std::nullopt;
  const std::optional<std::int64_t> exponent = take_exponent(number);
  if (!exponent || !number.empty())
    return std::nullopt;
  point += *exponent;

  // From here on `point` digits stand before the point, the first and the last digit not being zero.
  digits.erase(digits.find_last_not_of('0') + 1);
  if (digits.empty())
    return "0";
  const std::size_t zeros = digits.find_first_not_of('0');
  digits.erase(0, zeros);
  point -= static_cast<std::int64_t>(zeros);
  const auto count = static_cast<std::int64_t>(digits.size());
  if (point > max_whole_digits || count - point > max_fraction_digits)
    return std::nullopt;

  if (point <= 0)
    digits.insert(0, "0." + std::string(static_cast<std::size_t>(-point), '0'));
  else if (point < count)
    digits.insert(static_cast<std::size_t>(point), 1, '.');
  else
    digits.append(static_cast<std::size_t>(point - count), '0');
  return negative ? "-" + digits : digits;
}

int written_decimals(std::string_view number) {
  number.remove_prefix(std::min(number.find_first_of(".eE"), number.size()));
  const auto behind = static_cast<std::int64_t>(take(number, '.') ? take_digits(number).size() : 0);
  return static_cast<int>(std::clamp(behind - take_exponent(number).value_or(0), INT64_C(0), max_fraction_digits));
}

decimal decimal_from(const char *plain) {
  std::string_view rest = plain;
  const bool negative = take(rest, '-');
  const std::string_view whole = take_digits(rest);
  take(rest, '.');
  const std::string_view fraction = rest.substr(0, rest.find_last_not_of('0') + 1);

  decimal number = decimal::of(0);
  const auto append = [&](std::string_view digits) {
    for (const char digit : digits) {
      if (number.digits >= static_cast<std::int64_t>(powers_of_ten[max_decimal_digits - 1]))
        return false;
      number.digits = number.digits * 10 + (digit - '0');
    }
    return true;
  };
  if (fraction.size() > max_decimal_digits || !append(whole) || !append(fraction))
    return {0, plain, 0, false};
  number.scale = static_cast<std::int16_t>(fraction.size());
  if (negative)
    number.digits = -number.digits;
  return number;
}

} // namespace upkeep
