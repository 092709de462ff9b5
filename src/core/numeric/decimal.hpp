// Decimal numbers as rows hold them, and their texts.
#pragma once

#include "core/numeric/fraction.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace upkeep {

// A decimal number as an input: digits / 10^scale. Where more than 18 digits are needed, `text` has the number in plain
// notation ("-123.45") and the rest says nothing. Trivial, and aligned to 8, so that palloc'd memory may hold it.
struct decimal {
  std::int64_t digits;
  const char *text;
  std::int16_t scale; // 0 to 18
  bool is_null;

  static constexpr decimal null() { return {0, nullptr, 0, true}; }
  static constexpr decimal of(std::int64_t integer) { return {integer, nullptr, 0, false}; }
};

inline constexpr int max_decimal_digits = 18;

// Reads a number as SQL and JSON write it ("12", "-.5", "1.5e3"), blanks around it allowed, into plain notation without
// needless zeros ("-0.5"). nullopt if it is not a number, or needs more digits than a numeric of PostgreSQL can have.
std::optional<std::string> plain_notation(std::string_view number);

// The decimals that such a number is written with: 2 of "10.50", 1 of "1.50e1".
int written_decimals(std::string_view number);

// A number in plain notation, which must outlive the result: that points at it where the digits do not fit.
decimal decimal_from(const char *plain);

// digits / 10^scale in plain notation, with exactly `scale` decimals; a negative scale is zeros before the point.
std::string to_text(int128 digits, int scale);
// The same of an input, NULL as "NULL".
std::string to_text(const decimal &number);
// Whether `number`, not NULL, has the value digits / 10^scale. A number of more than 18 digits never has.
bool has_value(const decimal &number, int128 digits, int scale);

// Takes needless zeros from the end of a number's decimals.
void trim(int128 &digits, std::int16_t &scale);
void trim(std::string &plain);

} // namespace upkeep
