#include "core/numeric/fraction.hpp"

namespace upkeep {

namespace {

// The least int128 is not used.
constexpr uint128 most = ~uint128{0} >> 1;

bool fits_64(int128 number) { return number == static_cast<std::int64_t>(number); }

uint128 magnitude(int128 number) { return number < 0 ? -static_cast<uint128>(number) : static_cast<uint128>(number); }

int128 with_sign(uint128 magnitude, bool negative) { return static_cast<int128>(negative ? -magnitude : magnitude); }

uint128 quotient(uint128 a, uint128 b) {
  if (((a | b) >> 64) == 0) [[likely]]
    return static_cast<std::uint64_t>(a) / static_cast<std::uint64_t>(b);
  return a / b;
}

} // namespace

// Unsigned throughout: clang has signed checks of 128 bits call a function that libgcc lacks.
bool product(int128 a, int128 b, int128 &result) noexcept {
  if (fits_64(a) && fits_64(b)) [[likely]] {
    result = static_cast<int128>(static_cast<uint128>(a) * static_cast<uint128>(b));
    return true;
  }
  uint128 absolute;
  if (__builtin_mul_overflow(magnitude(a), magnitude(b), &absolute) || absolute > most)
    return false;
  result = with_sign(absolute, (a < 0) != (b < 0));
  return true;
}

bool exact_quotient(int128 a, int128 b, int128 &result) noexcept {
  const uint128 found = quotient(static_cast<uint128>(a), static_cast<uint128>(b));
  result = static_cast<int128>(found);
  return found * static_cast<uint128>(b) == static_cast<uint128>(a);
}

bool scaled(int128 digits, int scale, fraction &into) noexcept {
  into = {digits, 1};
  if (digits == 0)
    return true;
  if (scale > max_power || scale < -max_power)
    return false;
  if (scale < 0)
    return product(digits, power_of_ten(-scale), into.numerator);
  into.denominator = power_of_ten(scale);
  return true;
}

std::optional<int128> round_to_scale(const fraction &value, int scale) noexcept {
  int128 numerator = value.numerator, denominator = value.denominator;
  if (numerator == 0)
    return 0;
  if (scale > 0) {
    if (scale > max_power || !product(numerator, power_of_ten(scale), numerator))
      return std::nullopt;
  } else if (scale < 0) {
    // Half of 10^39 is beyond any int128.
    if (scale < -max_power)
      return 0;
    if (!product(denominator, power_of_ten(-scale), denominator))
      return std::nullopt;
  }
  const uint128 dividend = magnitude(numerator), divisor = static_cast<uint128>(denominator);
  uint128 result = quotient(dividend, divisor);
  const uint128 rest = dividend - result * divisor;
  result += rest >= divisor - rest;
  return with_sign(result, numerator < 0);
}

} // namespace upkeep
