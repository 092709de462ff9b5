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
inline constexpr int most_power = static_cast<int>(powers_of_ten.size()) - 1;

constexpr int128 power_of_ten(int exponent) {
  return static_cast<int128>(powers_of_ten[static_cast<std::size_t>(exponent)]);
}

// numerator / denominator, with denominator > 0. Not reduced. The least integer is no numerator, so that each can be
// negated.
template <typename integer> struct basic_fraction {
  integer numerator;
  integer denominator;
};
using fraction = basic_fraction<int128>;
// Enough for nearly every row, and twice as fast.
using short_fraction = basic_fraction<std::int64_t>;

bool product(int128 a, int128 b, int128 &result) noexcept;
[[gnu::always_inline]] inline bool product(std::int64_t a, std::int64_t b, std::int64_t &result) noexcept {
  return !__builtin_mul_overflow(a, b, &result) && result != INT64_MIN;
}

bool sum(int128 a, int128 b, int128 &result) noexcept;
[[gnu::always_inline]] inline bool sum(std::int64_t a, std::int64_t b, std::int64_t &result) noexcept {
  return !__builtin_add_overflow(a, b, &result) && result != INT64_MIN;
}

// Whether a / b, both positive, is an integer, which is then the result.
bool exact_quotient(int128 a, int128 b, int128 &result) noexcept;
[[gnu::always_inline]] inline bool exact_quotient(std::int64_t a, std::int64_t b, std::int64_t &result) noexcept {
  result = a / b;
  return result * b == a;
}

template <typename integer> [[gnu::always_inline]] inline bool is_zero(const basic_fraction<integer> &a) noexcept { return a.numerator == 0; }
template <typename integer> [[gnu::always_inline]] inline bool is_negative(const basic_fraction<integer> &a) noexcept { return a.numerator < 0; }
template <typename integer> [[gnu::always_inline]] inline void negate(basic_fraction<integer> &a) noexcept { a.numerator = -a.numerator; }

// Gives both one denominator, which does not grow where one divides the other, as powers of ten do.
template <typename integer> [[gnu::always_inline]] inline bool find_common(basic_fraction<integer> &a, basic_fraction<integer> &b) noexcept {
  if (a.denominator == b.denominator) [[likely]]
    return true;
  basic_fraction<integer> &larger = a.denominator > b.denominator ? a : b;
  basic_fraction<integer> &smaller = a.denominator > b.denominator ? b : a;
  integer factor;
  if (exact_quotient(larger.denominator, smaller.denominator, factor)) {
    smaller.denominator = larger.denominator;
    return product(smaller.numerator, factor, smaller.numerator);
  }
  integer denominator{};
  const bool fits = product(a.numerator, b.denominator, a.numerator) &&
                    product(b.numerator, a.denominator, b.numerator) &&
                    product(a.denominator, b.denominator, denominator);
  a.denominator = b.denominator = denominator;
  return fits;
}

// In each of these `a` is spoiled where the result is false.
template <typename integer> [[gnu::always_inline]] inline bool add(basic_fraction<integer> &a, basic_fraction<integer> b) noexcept {
  return find_common(a, b) && sum(a.numerator, b.numerator, a.numerator);
}

template <typename integer> [[gnu::always_inline]] inline bool subtract(basic_fraction<integer> &a, basic_fraction<integer> b) noexcept {
  negate(b);
  return add(a, b);
}

template <typename integer> [[gnu::always_inline]] inline bool multiply(basic_fraction<integer> &a, const basic_fraction<integer> &b) noexcept {
  return product(a.numerator, b.numerator, a.numerator) && product(a.denominator, b.denominator, a.denominator);
}

// b is not zero.
template <typename integer> [[gnu::always_inline]] inline bool divide(basic_fraction<integer> &a, const basic_fraction<integer> &b) noexcept {
  if (a.denominator == b.denominator)
    a.denominator = 1;
  else if (!product(a.numerator, b.denominator, a.numerator))
    return false;
  const bool negative = is_negative(b);
  if (negative)
    negate(a);
  return product(a.denominator, negative ? -b.numerator : b.numerator, a.denominator);
}

// The sign of a - b; nullopt where the bits do not suffice.
template <typename integer> [[gnu::always_inline]] inline std::optional<int> compare(basic_fraction<integer> a, basic_fraction<integer> b) noexcept {
  if (!find_common(a, b))
    return std::nullopt;
  return (a.numerator > b.numerator) - (a.numerator < b.numerator);
}

// digits / 10^scale as a fraction; `scale` may be negative.
bool scaled(int128 digits, int scale, fraction &into) noexcept;
[[gnu::always_inline]] inline bool scaled(int128 digits, int scale, short_fraction &into) noexcept {
  const auto numerator = static_cast<std::int64_t>(digits);
  if (scale < 0 || scale > 18 || numerator != digits || numerator == INT64_MIN)
    return false;
  into = {numerator, static_cast<std::int64_t>(powers_of_ten[static_cast<std::size_t>(scale)])};
  return true;
}

// numerator / denominator * 10^scale as the nearest integer, half away from zero. `scale` may be negative.
std::optional<int128> round_to_scale(const fraction &value, int scale) noexcept;
[[gnu::always_inline]] inline std::optional<int128> round_to_scale(const short_fraction &value, int scale) noexcept {
  std::int64_t dividend;
  if (scale < 0 || scale > 18 ||
      !product(value.numerator, static_cast<std::int64_t>(powers_of_ten[static_cast<std::size_t>(scale)]), dividend))
    return round_to_scale(fraction{value.numerator, value.denominator}, scale);
  const std::int64_t result = dividend / value.denominator, rest = dividend % value.denominator;
  if (rest < 0)
    return result - (-rest >= value.denominator + rest);
  return result + (rest >= value.denominator - rest);
}

// `value` to that many decimals, half away from zero.
template <typename integer> [[gnu::always_inline]] inline bool round_to_decimals(basic_fraction<integer> &value, int decimals) noexcept {
  if (value.denominator == 1 && decimals >= 0)
    return true;
  const std::optional<int128> rounded = round_to_scale(value, decimals);
  return rounded && scaled(*rounded, decimals, value);
}

} // namespace upkeep
