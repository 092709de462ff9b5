// The slow path of metrics: the same code over numbers of any length.
#include "core/metrics/metric_set.hpp"

// Boost includes <iostream>, of which nothing is used, but whose static object has a destructor; it has the streams'
// classes from elsewhere.
#define _GLIBCXX_IOSTREAM 1
#include <boost/multiprecision/cpp_int.hpp>

#include <limits>

namespace upkeep::metrics {

namespace {

using integer = boost::multiprecision::cpp_int;

// As fraction, but of any length, and so with functions of the same names. Never reduced: a formula is too short for
// numbers of usual length to come near the bound, and a greatest common divisor costs more than it saves.
struct exact {
  integer numerator;
  integer denominator;
};

constexpr std::size_t bits_of_limb = std::numeric_limits<boost::multiprecision::limb_type>::digits;
constexpr std::size_t max_limbs = (std::size_t{1} << 21) / bits_of_limb;
// Before the point of a numeric.
constexpr int max_whole_digits = 131072;

std::size_t limbs(const integer &number) { return number.backend().size(); }

integer exact_power_of_ten(int exponent) { return pow(integer(10), static_cast<unsigned>(exponent)); }

// False beyond the bound, of which two factors tell before they are multiplied.
bool product(const integer &a, const integer &b, integer &result) {
  if (limbs(a) + limbs(b) > max_limbs + 1)
    return false;
  result = a * b;
  return limbs(result) <= max_limbs;
}

bool is_zero(const exact &a) { return a.numerator.is_zero(); }
bool is_negative(const exact &a) { return a.numerator < 0; }
bool negate(exact &a) {
  a.numerator = -a.numerator;
  return true;
}

// Both with one denominator, which does not grow where one divides the other, as powers of ten do.
bool find_common(exact &a, exact &b) {
  if (a.denominator == b.denominator)
    return true;
  const bool a_is_larger = a.denominator > b.denominator;
  exact &larger = a_is_larger ? a : b, &smaller = a_is_larger ? b : a;
  integer factor, rest;
  divide_qr(larger.denominator, smaller.denominator, factor, rest);
  if (rest.is_zero()) {
    smaller.denominator = larger.denominator;
    return product(smaller.numerator, factor, smaller.numerator);
  }
  return product(a.numerator, b.denominator, a.numerator) && product(b.numerator, a.denominator, b.numerator) &&
         product(a.denominator, b.denominator, a.denominator);
}

bool add(exact &a, exact b) {
  if (!find_common(a, b))
    return false;
  a.numerator += b.numerator;
  return limbs(a.numerator) <= max_limbs;
}

bool subtract(exact &a, exact b) { return negate(b) && add(a, std::move(b)); }

bool multiply(exact &a, const exact &b) {
  return product(a.numerator, b.numerator, a.numerator) && product(a.denominator, b.denominator, a.denominator);
}

bool divide(exact &a, const exact &b) {
  if (a.denominator == b.denominator)
    a.denominator = 1;
  else if (!product(a.numerator, b.denominator, a.numerator))
    return false;
  if (!product(a.denominator, b.numerator, a.denominator))
    return false;
  if (a.denominator < 0) {
    negate(a);
    a.denominator = -a.denominator;
  }
  return true;
}

std::optional<int> compare(exact a, exact b) {
  if (!find_common(a, b))
    return std::nullopt;
  return a.numerator.compare(b.numerator);
}

exact scaled(const integer &digits, int scale) {
  if (scale < 0)
    return {digits * exact_power_of_ten(-scale), 1};
  return {digits, exact_power_of_ten(scale)};
}

integer round_to_scale(const exact &value, int scale) {
  integer dividend = abs(value.numerator), divisor = value.denominator, result, rest;
  (scale < 0 ? divisor : dividend) *= exact_power_of_ten(std::abs(scale));
  divide_qr(dividend, divisor, result, rest);
  rest *= 2;
  if (rest >= divisor)
    ++result;
  return is_negative(value) ? integer(-result) : result;
}

bool round_to_decimals(exact &value, int decimals) {
  if (value.denominator != 1 || decimals < 0)
    value = scaled(round_to_scale(value, decimals), decimals);
  return limbs(value.numerator) <= max_limbs;
}

exact read(std::string_view plain) {
  const bool negative = plain.starts_with('-');
  plain.remove_prefix(negative);
  const std::size_t point = std::min(plain.find('.'), plain.size());
  std::string digits(plain.substr(0, point));
  if (point < plain.size())
    digits += plain.substr(point + 1);
  const int scale = static_cast<int>(digits.size() - point);
  // A zero in front would make it octal.
  digits.erase(0, std::min(digits.find_first_not_of('0'), digits.size() - 1));
  exact number = scaled(integer(digits), scale);
  if (negative)
    negate(number);
  return number;
}

exact read(const decimal &number) {
  return number.text ? read(std::string_view(number.text)) : scaled(number.digits, number.scale);
}

// Whether a number has more digits than that; asked of the bits where they can tell.
bool has_more_digits(const integer &magnitude, int count) {
  if (magnitude.is_zero() || count < 0)
    return !magnitude.is_zero();
  return msb(magnitude) >= static_cast<std::size_t>(count) * 3321 / 1000 && magnitude >= exact_power_of_ten(count);
}

// The decimal digits, by halves: one half after the other can be interrupted, and it is faster.
std::string digits_of(const integer &magnitude, const interrupt &stop) {
  constexpr std::size_t max_at_once = 64;
  stop.poll();
  if (limbs(magnitude) <= max_at_once)
    return magnitude.str();
  const auto low_digits = static_cast<int>(limbs(magnitude) * bits_of_limb * 301 / 2000);
  integer high, low;
  divide_qr(magnitude, exact_power_of_ten(low_digits), high, low);
  const std::string behind = digits_of(low, stop);
  return digits_of(high, stop) + std::string(static_cast<std::size_t>(low_digits) - behind.size(), '0') + behind;
}

// digits / 10^scale with exactly so many decimals.
std::string text_of(const integer &digits, int scale, const interrupt &stop) {
  std::string text = digits_of(abs(digits), stop);
  if (scale > 0) {
    const auto decimals = static_cast<std::size_t>(scale);
    if (text.size() <= decimals)
      text.insert(0, decimals + 1 - text.size(), '0');
    text.insert(text.size() - decimals, 1, '.');
  } else if (!digits.is_zero())
    text.append(static_cast<std::size_t>(-scale), '0');
  return digits < 0 ? "-" + text : text;
}

bool is_too_large(const integer &digits, const number_type &column) {
  if (column.type != number_type::numeric)
    return digits > column.greatest_integer() || digits < -column.greatest_integer() - 1;
  return column.is_bounded && has_more_digits(abs(digits), column.precision);
}

} // namespace

void metric_set::compute_exactly(std::span<const decimal> inputs, std::span<exact_outcome> results,
                                 const interrupt &stop, const exact_judge &takes) const {
  std::vector<std::optional<exact>> numbers(inputs.size());
  std::vector<nullable<exact>> stored(ordered.size()), stack;
  nullable<exact> value;
  for (std::size_t metric = 0; metric < ordered.size(); ++metric) {
    const program &code = programs[metric];
    const formula &expression = ordered[metric].expression;
    const number_type &column = ordered[metric].column;
    const auto fetch = [&](const step &now, nullable<exact> &into) {
      const auto number = static_cast<std::size_t>(now.operand);
      if (now.from == place::metric)
        into = stored[number];
      else if (now.from == place::constant)
        into = {code.constants[number].text ? read(expression.constants[number]) : read(code.constants[number]), false};
      else {
        into.is_null = inputs[number].is_null;
        if (!into.is_null && !numbers[number])
          numbers[number] = read(inputs[number]);
        if (!into.is_null)
          into.value = *numbers[number];
      }
      return true;
    };
    stack.resize(std::max(stack.size(), static_cast<std::size_t>(expression.depth)));
    stored[metric].is_null = true;
    results[metric] = {{}, outcome_kind::too_large};
    if (!evaluate(std::span(code.steps), stack.data(), value, fetch, [&] { stop.poll(); }))
      continue;
    if (value.is_null) {
      results[metric].kind = outcome_kind::null;
      continue;
    }

    const integer rounded = round_to_scale(value.value, column.scale);
    if (has_more_digits(abs(rounded), max_whole_digits + column.scale))
      continue;
    results[metric].text = text_of(rounded, column.scale, stop);
    if (is_too_large(rounded, column))
      continue;
    if (takes && !takes(metric, results[metric].text)) {
      results[metric].kind = outcome_kind::refused;
      continue;
    }
    results[metric].kind = outcome_kind::value;
    stored[metric] = {scaled(rounded, column.scale), false};
  }
}

} // namespace upkeep::metrics
