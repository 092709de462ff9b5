#include "core/numeric/money.hpp"

#include <cmath>
#include <gtest/gtest.h>
#include <limits>

namespace money_test {

using namespace upkeep;

namespace {

constexpr money_format minor(std::string_view currency) { return {currency, true}; }
constexpr money_format major(std::string_view currency) { return {currency, false}; }

} // namespace

TEST(money, is_written_as_each_language_does) {
  EXPECT_EQ(money_text("1234", minor("EUR"), language::en), "€12.34");
  EXPECT_EQ(money_text("2500000", minor("VND"), language::en), "₫2,500,000");
  EXPECT_EQ(money_text("-1234", minor("EUR"), language::en), "-€12.34");
  EXPECT_EQ(money_text("2500000", minor("VND"), language::vi), "2.500.000\u00A0₫");
  EXPECT_EQ(money_text("1234", minor("EUR"), language::de), "12,34\u00A0€");
  EXPECT_EQ(money_text("-123456", minor("EUR"), language::de), "-1.234,56\u00A0€");
}

TEST(money, has_the_decimals_of_its_currency) {
  EXPECT_EQ(money_text("1234567", minor("KWD"), language::en), "KWD\u00A01,234.567");
  EXPECT_EQ(money_text("1234567", minor("JPY"), language::en), "¥1,234,567");
  EXPECT_EQ(money_text("5", minor("EUR"), language::en), "€0.05");
  EXPECT_EQ(money_text("0", minor("EUR"), language::en), "€0.00");
  EXPECT_EQ(money_text("12", major("EUR"), language::en), "€12.00");
  EXPECT_EQ(money_text("12.3", major("USD"), language::en), "$12.30");
  EXPECT_EQ(money_text("12.0000", major("VND"), language::vi), "12\u00A0₫");
}

TEST(money, knows_a_currency_without_a_symbol_by_its_code) {
  EXPECT_EQ(money_text("1234.5", major("CHF"), language::de), "1.234,50\u00A0CHF");
  EXPECT_EQ(money_text("1234.5", major("chf"), language::en), "CHF\u00A01,234.50");
}

TEST(money, is_a_number_where_the_currency_is_none) {
  EXPECT_EQ(money_text("1234", minor(""), language::en), "1,234");
  EXPECT_EQ(money_text("1234.5", major(""), language::de), "1.234,5");
  EXPECT_EQ(money_text("1234", minor("<b>"), language::en), "1,234");
  EXPECT_EQ(money_text("1234", minor("EURO"), language::en), "1,234");
}

TEST(money, rounds_half_away_from_zero_and_only_what_the_currency_does_not_have) {
  EXPECT_EQ(money_text("0.005", major("EUR"), language::en), "€0.01");
  EXPECT_EQ(money_text("-0.005", major("EUR"), language::en), "-€0.01");
  EXPECT_EQ(money_text("-0.004", major("EUR"), language::en), "€0.00");
  EXPECT_EQ(money_text("999.995", major("EUR"), language::en), "€1,000.00");
  EXPECT_EQ(money_text("1234.5", minor("EUR"), language::en), "€12.35");
  EXPECT_EQ(money_text("0.4", minor("EUR"), language::en), "€0.00");
  EXPECT_EQ(money_text("123456789012345678901234567890.12", major("EUR"), language::en),
            "€123,456,789,012,345,678,901,234,567,890.12");
}

TEST(money, of_a_broken_amount_is_some_text) {
  for (const std::string_view broken : {"", "-", ".", "-.", "1.", ".5", "0000", "x", "1e5"})
    for (const language in : languages)
      EXPECT_FALSE(money_text(broken, minor("EUR"), in).empty());
}

TEST(number, is_grouped_and_has_no_needless_decimals) {
  EXPECT_EQ(number_text("1234.56", 1, language::en), "1,234.6");
  EXPECT_EQ(number_text("1234.50", 2, language::de), "1.234,5");
  EXPECT_EQ(number_text("1234567", 0, language::vi), "1.234.567");
  EXPECT_EQ(number_text("-0.04", 1, language::en), "0");
  EXPECT_EQ(number_text("-12", 2, language::en), "-12");
  EXPECT_EQ(number_text("007", 0, language::en), "7");
}

TEST(percentage, has_one_decimal_at_most) {
  EXPECT_EQ(percent_text(-0.25, language::en), "-25%");
  EXPECT_EQ(percent_text(0.125, language::de), "12,5\u00A0%");
  EXPECT_EQ(percent_text(0.125, language::vi), "12,5%");
  EXPECT_EQ(percent_text(12.34567, language::en), "1,234.6%");
  EXPECT_EQ(percent_text(-0.0001, language::en), "0%");
  EXPECT_EQ(percent_text(NAN, language::en), "–");
  EXPECT_EQ(percent_text(std::numeric_limits<double>::max(), language::en), "–");
}

} // namespace money_test
