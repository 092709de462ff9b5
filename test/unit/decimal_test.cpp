#include "core/numeric/decimal.hpp"

#include <gtest/gtest.h>

namespace decimal_test {

using namespace upkeep;

namespace {

constexpr auto most = static_cast<int128>(~uint128{0} >> 1);

std::string plain(std::string_view number) { return plain_notation(number).value_or("none"); }

// "numerator/denominator", or "too large".
std::string text(bool fits, const fraction &value) {
  return fits ? to_text(value.numerator, 0) + "/" + to_text(value.denominator, 0) : "too large";
}

template <typename... operands> std::string apply(bool (*function)(fraction &, operands...), fraction a, fraction b) {
  const bool fits = function(a, b);
  return text(fits, a);
}

std::string sum(fraction a, fraction b) { return apply(add<int128>, a, b); }
std::string difference(fraction a, fraction b) { return apply(subtract<int128>, a, b); }
std::string product(fraction a, fraction b) { return apply(multiply<int128>, a, b); }
std::string ratio(fraction a, fraction b) { return apply(divide<int128>, a, b); }

// Rounded with 128 bits, and with 64 where they suffice, which must be the same.
std::string rounded(fraction value, int scale) {
  const std::optional<int128> result = round_to_scale(value, scale);
  const short_fraction brief{static_cast<std::int64_t>(value.numerator), static_cast<std::int64_t>(value.denominator)};
  const bool is_brief = brief.numerator == value.numerator && brief.denominator == value.denominator;
  EXPECT_TRUE(!is_brief || round_to_scale(brief, scale) == result);
  return result ? to_text(*result, 0) : "too large";
}

} // namespace

TEST(plain_notation, reads_what_sql_and_json_write) {
  EXPECT_EQ(plain("12"), "12");
  EXPECT_EQ(plain("-.5"), "-0.5");
  EXPECT_EQ(plain("5."), "5");
  EXPECT_EQ(plain("+7"), "7");
  EXPECT_EQ(plain(" \t12.50\n"), "12.5");
  EXPECT_EQ(plain("1.5e3"), "1500");
  EXPECT_EQ(plain("1.5E-3"), "0.0015");
  EXPECT_EQ(plain("15e+1"), "150");
  EXPECT_EQ(plain("123e-2"), "1.23");
  EXPECT_EQ(plain("0.05e1"), "0.5");
}

TEST(plain_notation, has_no_needless_zeros) {
  EXPECT_EQ(plain("000"), "0");
  EXPECT_EQ(plain("-0.00"), "0");
  EXPECT_EQ(plain("0e9"), "0");
  EXPECT_EQ(plain("007.100"), "7.1");
  EXPECT_EQ(plain("100"), "100");
  EXPECT_EQ(plain("0.10"), "0.1");
}

TEST(written_decimals, counts_zeros_at_the_end_too) {
  EXPECT_EQ(written_decimals("10"), 0);
  EXPECT_EQ(written_decimals("10.50"), 2);
  EXPECT_EQ(written_decimals(" -.125 "), 3);
  EXPECT_EQ(written_decimals("5."), 0);
  EXPECT_EQ(written_decimals("1.50e1"), 1);
  EXPECT_EQ(written_decimals("1.5E+3"), 0);
  EXPECT_EQ(written_decimals("25e-3"), 3);
  EXPECT_EQ(written_decimals("0e-999999999999"), 16383);
}

TEST(plain_notation, refuses_what_is_no_number) {
  for (const char *number : {"",    " ",   ".",  "-",    "e5",    ".e5", "1e",       "1e+",  "1 2", "1.2.3",
                             "--1", "+-1", "1x", "0x1F", "1_000", "NaN", "Infinity", "-inf", "1,5", "١"})
    EXPECT_EQ(plain(number), "none") << number;
  EXPECT_EQ(plain(std::string_view("1\0", 2)), "none");
}

TEST(plain_notation, is_bounded_as_numeric_is) {
  EXPECT_EQ(plain("1e131071").size(), 131072u);
  EXPECT_EQ(plain("1e131072"), "none");
  EXPECT_EQ(plain("1e-16383").size(), 16385u);
  EXPECT_EQ(plain("1e-16384"), "none");
  EXPECT_EQ(plain("10e-16384").size(), 16385u);
  EXPECT_EQ(plain("0." + std::string(20000, '0') + "1e20000"), "0.1");
  EXPECT_EQ(plain("1e999999999999999999999999"), "none");
  EXPECT_EQ(plain("1e-999999999999999999999999"), "none");
  EXPECT_EQ(plain("0e999999999999999999999999"), "0");
  EXPECT_EQ(plain(std::string(131072, '9')).size(), 131072u);
  EXPECT_EQ(plain(std::string(131073, '9')), "none");
  EXPECT_EQ(plain(std::string(1000000, '0') + "5"), "5");
}

TEST(decimal_from, takes_eighteen_digits) {
  const decimal price = decimal_from("-123.45");
  EXPECT_EQ(price.digits, -12345);
  EXPECT_EQ(price.scale, 2);
  EXPECT_EQ(price.text, nullptr);
  EXPECT_FALSE(price.is_null);
  EXPECT_EQ(decimal_from("999999999999999999").digits, 999999999999999999);
  EXPECT_EQ(decimal_from("0.000000000000000001").digits, 1);
  EXPECT_EQ(decimal_from("0.000000000000000001").scale, 18);
  EXPECT_EQ(decimal_from("0").digits, 0);
}

TEST(decimal_from, counts_no_needless_zeros) {
  EXPECT_EQ(decimal_from("0.4000").digits, 4);
  EXPECT_EQ(decimal_from("0.4000").scale, 1);
  EXPECT_EQ(decimal_from("2.000000000000000000000").scale, 0);
  EXPECT_EQ(decimal_from("100").digits, 100);
}

TEST(decimal_from, points_at_what_is_longer) {
  for (const char *number : {"1000000000000000000", "-1.123456789012345678", "0.0000000000000000001"})
    EXPECT_EQ(decimal_from(number).text, number);
}

TEST(to_text, has_the_decimals_of_the_scale) {
  EXPECT_EQ(to_text(160, 2), "1.60");
  EXPECT_EQ(to_text(-5, 2), "-0.05");
  EXPECT_EQ(to_text(12, 0), "12");
  EXPECT_EQ(to_text(12, -2), "1200");
  EXPECT_EQ(to_text(0, -2), "0");
  EXPECT_EQ(to_text(0, 2), "0.00");
  EXPECT_EQ(to_text(most, 38), "1.70141183460469231731687303715884105727");
  EXPECT_EQ(to_text(-most - 1, 0), "-170141183460469231731687303715884105728");
  EXPECT_EQ(to_text(decimal::null()), "NULL");
  EXPECT_EQ(to_text(decimal_from("-0.5")), "-0.5");
  EXPECT_EQ(to_text(decimal_from("1234567890123456789")), "1234567890123456789");
}

TEST(has_value, compares_across_scales) {
  EXPECT_TRUE(has_value(decimal_from("1.5"), 1500, 3));
  EXPECT_TRUE(has_value({1500, nullptr, 3, false}, 15, 1));
  EXPECT_TRUE(has_value(decimal::of(1200), 12, -2));
  EXPECT_FALSE(has_value(decimal_from("1.5"), 151, 2));
  EXPECT_FALSE(has_value(decimal::of(INT64_MAX), 1, 38));
  EXPECT_FALSE(has_value(decimal_from("1234567890123456789"), 1234567890123456789, 0));
}

TEST(trim, takes_the_zeros_behind_the_point) {
  int128 digits = 1000;
  std::int16_t scale = 2;
  trim(digits, scale);
  EXPECT_EQ(to_text(digits, scale), "10");
  std::string plain = "12.500";
  trim(plain);
  EXPECT_EQ(plain, "12.5");
  plain = "1200";
  trim(plain);
  EXPECT_EQ(plain, "1200");
}

TEST(fraction, is_added_exactly) {
  EXPECT_EQ(sum({1, 1}, {2, 1}), "3/1");
  EXPECT_EQ(sum({1, 3}, {1, 6}), "3/6");
  EXPECT_EQ(sum({1, 100}, {1, 10000}), "101/10000");
  EXPECT_EQ(sum({1, 4}, {1, 6}), "10/24");
  EXPECT_EQ(difference({1, 2}, {1, 3}), "1/6");
  EXPECT_EQ(difference({1, 1}, {3, 1}), "-2/1");
}

TEST(fraction, is_multiplied_and_divided_exactly) {
  EXPECT_EQ(product({-2, 3}, {5, 7}), "-10/21");
  EXPECT_EQ(ratio({1, 2}, {3, 5}), "5/6");
  EXPECT_EQ(ratio({123, 100}, {456, 100}), "123/456");
  EXPECT_EQ(ratio({1, 1}, {-3, 1}), "-1/3");
  EXPECT_EQ(ratio({-1, 7}, {-3, 1}), "1/21");
}

TEST(fraction, says_where_128_bits_do_not_suffice) {
  EXPECT_EQ(sum({most, 1}, {1, 1}), "too large");
  EXPECT_EQ(sum({-most, 1}, {-1, 1}), "-170141183460469231731687303715884105728/1");
  EXPECT_EQ(difference({-most, 1}, {2, 1}), "too large");
  EXPECT_EQ(product({most, 1}, {1, 1}), to_text(most, 0) + "/1");
  EXPECT_EQ(product({most, 1}, {2, 1}), "too large");
  EXPECT_EQ(product({int128{1} << 64, 1}, {int128{1} << 62, 1}), to_text(int128{1} << 126, 0) + "/1");
  EXPECT_EQ(product({int128{1} << 64, 1}, {int128{1} << 63, 1}), "too large");
  EXPECT_EQ(product({1, most}, {1, 2}), "too large");
  EXPECT_EQ(sum({1, most}, {1, most - 1}), "too large");
  EXPECT_EQ(ratio({most, 1}, {1, 2}), "too large");
}

TEST(fraction, of_64_bits_says_where_they_do_not_suffice) {
  short_fraction a{INT64_MAX, 1};
  EXPECT_FALSE(add(a, {1, 1}));
  a = {INT64_MIN, 1};
  EXPECT_FALSE(negate(a));
  a = {INT64_MIN, 1};
  EXPECT_FALSE(divide(a, {-1, 1}));
  a = {INT64_MIN, 1};
  EXPECT_FALSE(subtract(a, {1, 1}));
  a = {INT64_MAX, 1};
  EXPECT_FALSE(multiply(a, {2, 1}));
  EXPECT_EQ(compare(short_fraction{INT64_MAX, 2}, short_fraction{INT64_MAX, 3}), std::nullopt);
}

TEST(compare, orders_fractions) {
  EXPECT_EQ(compare(fraction{1, 3}, fraction{1, 2}), -1);
  EXPECT_EQ(compare(fraction{2, 4}, fraction{1, 2}), 0);
  EXPECT_EQ(compare(fraction{-1, 3}, fraction{-1, 2}), 1);
  EXPECT_EQ(compare(fraction{most, 3}, fraction{most, 2}), std::nullopt);
}

TEST(round_to_scale, rounds_halves_away_from_zero) {
  EXPECT_EQ(rounded({5, 2}, 0), "3");
  EXPECT_EQ(rounded({-5, 2}, 0), "-3");
  EXPECT_EQ(rounded({7, 5}, 0), "1");
  EXPECT_EQ(rounded({-7, 5}, 0), "-1");
  EXPECT_EQ(rounded({1, 2}, 0), "1");
  EXPECT_EQ(rounded({-1, 2}, 0), "-1");
  EXPECT_EQ(rounded({49, 100}, 0), "0");
  EXPECT_EQ(rounded({-49, 100}, 0), "0");
  EXPECT_EQ(rounded({1, 3}, 4), "3333");
  EXPECT_EQ(rounded({2, 3}, 4), "6667");
  EXPECT_EQ(rounded({1005, 1000}, 2), "101");
  EXPECT_EQ(rounded({12, 1}, 3), "12000");
}

TEST(round_to_scale, goes_before_the_point) {
  EXPECT_EQ(rounded({1250, 1}, -2), "13");
  EXPECT_EQ(rounded({-1249, 1}, -2), "-12");
  EXPECT_EQ(rounded({50, 1}, -2), "1");
  EXPECT_EQ(rounded({49, 1}, -2), "0");
  EXPECT_EQ(rounded({most, 1}, -39), "0");
  EXPECT_EQ(rounded({most, 1}, -1000), "0");
  EXPECT_EQ(rounded({most, 1}, -38), "2");
  EXPECT_EQ(rounded({most, 3}, -38), "too large");
}

TEST(round_to_scale, knows_its_bounds) {
  EXPECT_EQ(rounded({INT64_MAX, 1}, 0), "9223372036854775807");
  EXPECT_EQ(rounded({INT64_MIN, 1}, 0), "-9223372036854775808");
  EXPECT_EQ(rounded({INT64_MAX, 2}, 0), "4611686018427387904");
  EXPECT_EQ(rounded({INT64_MIN, INT64_MAX}, 18), "-1000000000000000000");
  EXPECT_EQ(rounded({INT64_MAX, 1}, 20), "too large");
  EXPECT_EQ(rounded({INT64_MAX, 1}, 19), "92233720368547758070000000000000000000");
  EXPECT_EQ(rounded({0, 7}, 1000), "0");
  EXPECT_EQ(rounded({1, 7}, 39), "too large");
  EXPECT_EQ(rounded({1, most}, 38), "1");
  EXPECT_EQ(rounded({most, most - 1}, 0), "1");
}

TEST(round_to_decimals, keeps_what_is_exact) {
  fraction value{5, 1};
  EXPECT_TRUE(round_to_decimals(value, 1000));
  EXPECT_EQ(text(true, value), "5/1");
  value = {2, 3};
  EXPECT_TRUE(round_to_decimals(value, 2));
  EXPECT_EQ(text(true, value), "67/100");
  value = {-1250, 1};
  EXPECT_TRUE(round_to_decimals(value, -2));
  EXPECT_EQ(text(true, value), "-1300/1");
  value = {2, 3};
  EXPECT_FALSE(round_to_decimals(value, 40));
}

} // namespace decimal_test
