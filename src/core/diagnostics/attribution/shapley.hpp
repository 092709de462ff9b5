// Shapley values of the factors of a product: what each contributes to its change, whatever the order they change in.
#pragma once

// As in exact.cpp: <iostream> has a static object with a destructor, and nothing of it is used.
#define _GLIBCXX_IOSTREAM 1
#include <boost/multiprecision/cpp_int.hpp>

#include <array>
#include <cstddef>

namespace upkeep::diagnostics {

// Of any length; below 512 bits, as most figures give, without allocating.
using wide_integer =
    boost::multiprecision::number<boost::multiprecision::cpp_int_backend<512>, boost::multiprecision::et_off>;

// Not defined where the denominator is 0.
struct ratio {
  wide_integer numerator, denominator;
};

// A ratio before and after the change, over one positive denominator.
struct factor {
  wide_integer before = 0, after = 0, denominator = 1;
};

// One that is not defined on one side has the other side's value there; on neither side, it is 0.
inline factor factor_of(ratio before, ratio after) {
  if (before.denominator.is_zero())
    before = after;
  if (after.denominator.is_zero())
    after = before;
  if (before.denominator.is_zero())
    return {};
  factor result{before.numerator, after.numerator, before.denominator};
  if (before.denominator != after.denominator) {
    result.before *= after.denominator;
    result.after *= before.denominator;
    result.denominator *= after.denominator;
  }
  if (result.denominator < 0) {
    result.before = -result.before;
    result.after = -result.after;
    result.denominator = -result.denominator;
  }
  return result;
}

constexpr int factorial(std::size_t n) { return n < 2 ? 1 : static_cast<int>(n) * factorial(n - 1); }

// The value of each factor in the change of their product, times n! and all denominators. They sum up to that change.
template <std::size_t n> std::array<wide_integer, n> shapley_values(const std::array<const factor *, n> &factors) {
  std::array<wide_integer, n> values;
  for (std::size_t i = 0; i < n; ++i) {
    // sums[k]: of the products of the other factors, k of which are as after.
    std::array<wide_integer, n> sums{1};
    std::size_t others = 0;
    for (std::size_t j = 0; j < n; ++j) {
      if (j == i)
        continue;
      for (std::size_t k = ++others; k > 0; --k)
        sums[k] = sums[k] * factors[j]->before + sums[k - 1] * factors[j]->after;
      sums[0] *= factors[j]->before;
    }
    // Of all n! orders, those in which k of the others change first.
    for (std::size_t k = 0; k < n; ++k)
      values[i] += sums[k] * (factorial(k) * factorial(n - 1 - k));
    values[i] *= factors[i]->after - factors[i]->before;
  }
  return values;
}

} // namespace upkeep::diagnostics
