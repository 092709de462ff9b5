// The types of numbers that PostgreSQL stores.
#pragma once

#include <cstdint>

namespace upkeep {

// What a column of numbers can hold.
struct number_type {
  enum kind : std::uint8_t { int2, int4, int8, numeric } type = numeric;
  bool is_bounded = false; // numeric(precision, scale) rather than numeric
  std::int16_t precision = 0;
  std::int16_t scale = 20; // digits after the point: 0 for integers, may be negative for numeric

  // Of an integer column; its least is one further from zero.
  constexpr std::int64_t greatest_integer() const {
    return type == int2 ? INT16_MAX : type == int4 ? INT32_MAX : INT64_MAX;
  }
};

// Decimals of an unbounded numeric, and of what upkeep.evaluate shows.
inline constexpr int unbounded_scale = 20;

} // namespace upkeep
