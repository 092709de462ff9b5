// A fraction that stays exact while 128 bits suffice, with a double beside it for when they do not.
#pragma once

#include "core/fault.hpp"
#include "core/numeric/fraction.hpp"

#include <algorithm>

namespace upkeep {

class rational {
public:
  rational() = default;
  rational(int128 integer) : exact{integer, 1}, near(static_cast<double>(integer)) {}
  // denominator > 0.
  rational(int128 numerator, int128 denominator)
      : exact{numerator, denominator}, near(static_cast<double>(numerator) / static_cast<double>(denominator)) {}

  double approximately() const { return near; }

  friend rational operator+(rational a, const rational &b) { return a.combine(b, add<int128>, a.near + b.near); }
  friend rational operator-(rational a, const rational &b) { return a.combine(b, subtract<int128>, a.near - b.near); }
  friend rational operator-(const rational &a) { return rational(0) - a; }
  friend rational operator*(rational a, const rational &b) { return a.combine(b, multiply_of, a.near * b.near); }
  // b is not zero.
  friend rational operator/(rational a, const rational &b) {
    if (b.near == 0)
      throw fault{.sqlstate = sqlstate::internal_error, .message = "a rule divides by zero"};
    return a.combine(b, divide<int128>, a.near / b.near);
  }

  friend int sign_of_difference(const rational &a, const rational &b) {
    if (a.is_exact && b.is_exact)
      if (const std::optional<int> sign = compare(a.exact, b.exact))
        return *sign;
    return (a.near > b.near) - (a.near < b.near);
  }
  friend bool operator<(const rational &a, const rational &b) { return sign_of_difference(a, b) < 0; }
  friend bool operator>(const rational &a, const rational &b) { return sign_of_difference(a, b) > 0; }
  friend bool operator<=(const rational &a, const rational &b) { return sign_of_difference(a, b) <= 0; }
  friend bool operator>=(const rational &a, const rational &b) { return sign_of_difference(a, b) >= 0; }

  // The value times 10^decimals as the nearest integer, half away from zero.
  int128 rounded(int decimals) const {
    if (is_exact)
      if (const std::optional<int128> digits = round_to_scale(exact, decimals))
        return *digits;
    // An int128 holds no more.
    const double scaled_up = std::clamp(near * static_cast<double>(power_of_ten(decimals)), -1e38, 1e38);
    return static_cast<int128>(scaled_up + (near < 0 ? -0.5 : 0.5));
  }

private:
  static bool multiply_of(fraction &a, fraction b) noexcept { return multiply(a, b); }
  rational &combine(const rational &b, bool (*operation)(fraction &, fraction) noexcept, double result) {
    is_exact = is_exact && b.is_exact && operation(exact, b.exact);
    near = result;
    return *this;
  }

  fraction exact{0, 1};
  double near = 0;
  bool is_exact = true;
};

} // namespace upkeep
