// Exact arithmetic with fractions of 64 and of 128 bits. What returns bool is false where the bits do not suffice.
#pragma once

#include <array>
#include <cstdint>
#include <optional>

namespace upkeep {

__extension__ using int128 = __int128;
__extension__ using uint128 = unsigned __int128;

// 10^exponent for 0 <= exponent <= 38: each fits an int128 too.
inline constexpr auto powers_of_ten = [] {
  std::array<uint128, 39> powers{1};
  for (std::size_t i = 1; i < powers.size(); ++i)
    powers[i] = powers[i - 1] * 10;
  return powers;
}();
// The greatest that 128 bits hold, and 64.
inline constexpr int max_power = static_cast<int>(powers_of_ten.size()) - 1, max_short_power = 18;

constexpr int128 power_of_ten(int exponent) {
  return static_cast<int128>(powers_of_ten[static_cast<std::size_t>(exponent)]);
}

// numerator / denominator, with denominator > 0. Not reduced.
template <typename integer> struct basic_fraction {
  integer numerator;
  integer denominator;
};
using fraction = basic_fraction<int128>;
// Enough for nearly every row, and twice as fast.
using short_fraction = basic_fraction<std::int64_t>;

bool product(int128 a, int128 b, int128 &result) noexcept;
inline bool product(std::int64_t a, std::int64_t b, std::int64_t &result) noexcept {
  return !__builtin_mul_overflow(a, b, &result);
}

// Whether a / b, both positive, is an integer, which is then the result.
bool exact_quotient(int128 a, int128 b, int128 &result) noexcept;
inline bool exact_quotient(std::int64_t a, std::int64_t b, std::int64_t &result) noexcept {
  result = a / b;
  return result * b == a;
}

template <typename integer> bool is_zero(const basic_fraction<integer> &a) noexcept { return a.numerator == 0; }
template <typename integer> bool is_negative(const basic_fraction<integer> &a) noexcept { return a.numerator < 0; }
// Gives both one denominator, which does not grow where one divides the other, as powers of ten do.
template <typename integer> bool widen(basic_fraction<integer> &a, basic_fraction<integer> &b) noexcept {
  basic_fraction<integer> &larger = a.denominator > b.denominator ? a : b;
  basic_fraction<integer> &smaller = a.denominator > b.denominator ? b : a;
  integer factor;
  if (exact_quotient(larger.denominator, smaller.denominator, factor)) {
    smaller.denominator = larger.denominator;
    return product(smaller.numerator, factor, smaller.numerator);
  }
  const integer denominator = a.denominator;
  return product(a.numerator, b.denominator, a.numerator) && product(b.numerator, denominator, b.numerator) &&
         product(denominator, b.denominator, a.denominator) && (b.denominator = a.denominator);
}

template <typename integer> bool find_common(basic_fraction<integer> &a, basic_fraction<integer> &b) noexcept {
  if (a.denominator == b.denominator) [[likely]]
    return true;
  // Copies, so that nothing else keeps `a` and `b` out of registers.
  basic_fraction<integer> x = a, y = b;
  const bool fits = widen(x, y);
  a = x;
  b = y;
  return fits;
}

// In each of the following `a` is spoiled where the result is false.
template <typename integer> bool negate(basic_fraction<integer> &a) noexcept {
  return !__builtin_sub_overflow(integer{0}, a.numerator, &a.numerator);
}

template <typename integer> bool add(basic_fraction<integer> &a, basic_fraction<integer> b) noexcept {
  return find_common(a, b) && !__builtin_add_overflow(a.numerator, b.numerator, &a.numerator);
}

template <typename integer> bool subtract(basic_fraction<integer> &a, basic_fraction<integer> b) noexcept {
  return find_common(a, b) && !__builtin_sub_overflow(a.numerator, b.numerator, &a.numerator);
}

template <typename integer> bool multiply(basic_fraction<integer> &a, const basic_fraction<integer> &b) noexcept {
  return product(a.numerator, b.numerator, a.numerator) && product(a.denominator, b.denominator, a.denominator);
}

// b is not zero.
template <typename integer> bool divide(basic_fraction<integer> &a, basic_fraction<integer> b) noexcept {
  if (is_negative(b) && !(negate(a) && negate(b)))
    return false;
  if (a.denominator == b.denominator) {
    a.denominator = b.numerator;
    return true;
  }
  return product(a.numerator, b.denominator, a.numerator) && product(a.denominator, b.numerator, a.denominator);
}

// The sign of a - b; nullopt where the bits do not suffice.
template <typename integer> std::optional<int> compare(basic_fraction<integer> a, basic_fraction<integer> b) noexcept {
  if (!find_common(a, b))
    return std::nullopt;
  return (a.numerator > b.numerator) - (a.numerator < b.numerator);
}

// digits / 10^scale as a fraction; `scale` may be negative.
bool scaled(int128 digits, int scale, fraction &into) noexcept;
inline bool scaled(int128 digits, int scale, short_fraction &into) noexcept {
  if (digits != static_cast<std::int64_t>(digits) || scale < 0 || scale > max_short_power)
    return false;
  into = {static_cast<std::int64_t>(digits), static_cast<std::int64_t>(power_of_ten(scale))};
  return true;
}

// numerator / denominator * 10^scale as the nearest integer, half away from zero. `scale` may be negative.
std::optional<int128> round_to_scale(const fraction &value, int scale) noexcept;
inline std::optional<int128> round_to_scale(const short_fraction &value, int scale) noexcept {
  std::int64_t dividend;
  if (scale < 0 || scale > max_short_power ||
      !product(value.numerator, static_cast<std::int64_t>(power_of_ten(scale)), dividend))
    return round_to_scale(fraction{value.numerator, value.denominator}, scale);
  const std::int64_t result = dividend / value.denominator, rest = dividend % value.denominator;
  if (rest < 0)
    return result - (-rest >= value.denominator + rest);
  return result + (rest >= value.denominator - rest);
}

// `value` to that many decimals, half away from zero.
template <typename integer> bool round_to_decimals(basic_fraction<integer> &value, int decimals) noexcept {
  if (value.denominator == 1 && decimals >= 0)
    return true;
  const std::optional<int128> rounded = round_to_scale(value, decimals);
  return rounded && scaled(*rounded, decimals, value);
}

} // namespace upkeep
