// Numbers that come in, and how those that go out are rounded.
#pragma once

#include "core/fault.hpp"
#include "core/numeric/decimal.hpp"
#include "core/numeric/rational.hpp"
#include "core/text/json_sink.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace upkeep::decisions {

// A number as it was passed. It is fit if it is one, with up to 18 digits before the point; after it 18 decimals
// count.
struct numeric_input {
  std::string text; // plain notation with the decimals it was written with; as it came where it is not a number
  double value = 0; // 0 where it is not fit, and where it is nearer to 0 than 10^-18
  int scale = 0;    // decimals of the text
  bool is_fit = false;

  // Reads what PostgreSQL writes for a numeric: "12.50", "NaN", "Infinity".
  static numeric_input of(std::string_view numeric_text);

  // The value where it is fit.
  rational exactly() const;
  // As an input of a metric_set. Points to `text` where that is long.
  decimal as_decimal() const { return decimal_from(text.c_str()); }
  // As a number with its decimals; as a string where JSON has no such number, or it has more than 38 digits.
  void write(json_sink &into) const;
};

using optional_number = std::optional<numeric_input>;
using optional_count = std::optional<std::int64_t>;

// The greatest scale among amounts, those that are NULL or not fit aside; 18 at most.
int scale_of_amounts(std::initializer_list<const optional_number *> amounts);

// Whether it is above 0 exactly, and can be divided by as a double: the double of a difference may be 0.
inline bool is_positive(const std::optional<rational> &value) {
  return value && *value > rational(0) && value->approximately() > 0;
}

// What an argument must be, or 22023 that names it.
enum class allowed : std::uint8_t { any, not_negative, share };
void check_argument(std::string_view name, const optional_number &value, allowed what);
void check_argument(std::string_view name, const optional_count &value);

// Decimals of what is not an amount: a ratio, a statistic.
inline constexpr int ratio_decimals = 6;

// `value` times 10^decimals as the nearest integer, half away from zero; nullopt beyond 10^37, or where it is nothing.
std::optional<int128> rounded(const std::optional<rational> &value, int decimals);
std::optional<int128> rounded(const std::optional<double> &value, int decimals);
// The same in plain notation with that many decimals.
std::optional<std::string> rounded_text(const std::optional<rational> &value, int decimals);
// A double to its 15 digits, and 18 decimals at most; nullopt beyond 10^30.
std::optional<rational> rational_near(double value);

// A member that is rounded; null where it is nothing.
template <class Number> void write_rounded(std::string_view name, const Number &value, int decimals, json_sink &into) {
  const std::optional<int128> digits = rounded(value, decimals);
  digits ? into.member_number(name, *digits, decimals) : into.member_null(name);
}
void write_given(std::string_view name, const optional_number &value, json_sink &into);
void write_given(std::string_view name, const optional_count &value, json_sink &into);
void write_text_or_null(std::string_view name, std::string_view text, json_sink &into);

} // namespace upkeep::decisions
