#include "core/decisions/unit_economics.hpp"
#include "core/text/json_tree.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

namespace unit_economics_test {

using namespace upkeep;
using namespace upkeep::decisions;

namespace {

optional_number number(const char *text) { return text ? std::optional(numeric_input::of(text)) : std::nullopt; }

std::string shown(const char *price, const char *cogs, const char *share = "0") {
  const unit_economics found = unit_economics_of(number(price), number(cogs), number(share));
  const auto text = [](const std::optional<std::string> &value) { return value.value_or("NULL"); };
  return fmt::format("{} {} {} {}", text(found.unit_margin), text(found.margin_ratio), text(found.break_even_roas),
                     text(found.break_even_cpo));
}

std::string refusal(const char *price, const char *cogs, const char *share) {
  try {
    return shown(price, cogs, share);
  } catch (const fault &said) {
    EXPECT_STREQ(said.sqlstate, "22023");
    EXPECT_FALSE(said.hint.empty());
    return said.message;
  }
}

} // namespace

TEST(unit_economics, are_exact) {
  EXPECT_EQ(shown("200000", "90000"), "110000 0.55000000000000000000 1.81818181818181818182 110000");
  EXPECT_EQ(shown("200000", "90000", "0.05"), "100000 0.50000000000000000000 2.00000000000000000000 100000");
  EXPECT_EQ(shown("3", "1"), "2 0.66666666666666666667 1.50000000000000000000 2");
}

TEST(unit_economics, round_amounts_half_away_from_zero_to_the_scale_of_the_amounts) {
  EXPECT_EQ(shown("19.90", "7.5"), "12.40 0.62311557788944723618 1.60483870967741935484 12.40");
  // 10 - 3 - 1.25, and 1 - 3 - .5: the share's decimals are not decimals of an amount.
  EXPECT_EQ(shown("10", "3", "0.125"), "6 0.57500000000000000000 1.73913043478260869565 6");
  EXPECT_EQ(shown("1", "3", "0.5"), "-3 -2.50000000000000000000 NULL -3");
}

TEST(unit_economics, have_no_break_even_without_margin) {
  EXPECT_EQ(shown("100", "100"), "0 0.00000000000000000000 NULL 0");
  EXPECT_EQ(shown("100", "80", "0.3"), "-10 -0.10000000000000000000 NULL -10");
}

TEST(unit_economics, have_no_ratios_without_a_price) {
  EXPECT_EQ(shown("0", "5"), "-5 NULL NULL -5");
  EXPECT_EQ(shown("0.00", "0"), "0.00 NULL NULL 0.00");
}

TEST(unit_economics, are_null_where_an_argument_is) {
  EXPECT_EQ(shown(nullptr, "5"), "NULL NULL NULL NULL");
  EXPECT_EQ(shown("5", nullptr), "NULL NULL NULL NULL");
  EXPECT_EQ(shown("5", "1", nullptr), "NULL NULL NULL NULL");
}

TEST(unit_economics, stay_exact_where_128_bits_do_not_suffice) {
  EXPECT_EQ(shown("999999999999999999.999999999999999999", "0.000000000000000001"),
            "999999999999999999.999999999999999998 1.00000000000000000000 1.00000000000000000000 "
            "999999999999999999.999999999999999998");
  EXPECT_EQ(shown("300000000000000000.123456789012345678", "100000000000000000.041152263004115226"),
            "200000000000000000.082304526008230452 0.66666666666666666667 1.50000000000000000000 "
            "200000000000000000.082304526008230452");
}

TEST(unit_economics, refuse_what_cannot_be) {
  EXPECT_EQ(refusal("-1", "0", "0"), "sell_price must not be negative, but is -1");
  EXPECT_EQ(refusal("1", "-0.5", "0"), "cogs must not be negative, but is -0.5");
  EXPECT_EQ(refusal("1", "1", "1.01"), "variable_cost_share must be a fraction between 0 and 1, not 1.01");
  EXPECT_EQ(refusal("1", "1", "-0.1"), "variable_cost_share must be a fraction between 0 and 1, not -0.1");
  EXPECT_EQ(refusal("NaN", "1", "0"), "sell_price must be a number below 10^18, not NaN");
  EXPECT_EQ(refusal("1", "Infinity", "0"), "cogs must be a number below 10^18, not Infinity");
  EXPECT_EQ(refusal("1", "1", "-Infinity"), "variable_cost_share must be a number below 10^18, not -Infinity");
  EXPECT_EQ(refusal("1000000000000000000", "1", "0"),
            "sell_price must be a number below 10^18, not 1000000000000000000");
  // Also where another argument is NULL.
  EXPECT_EQ(refusal(nullptr, "-1", "0"), "cogs must not be negative, but is -1");
}

TEST(numeric_input, keeps_its_text_and_decimals) {
  const numeric_input price = numeric_input::of("450000.00");
  EXPECT_EQ(price.text, "450000.00");
  EXPECT_EQ(price.value, 450000);
  EXPECT_EQ(price.scale, 2);
  EXPECT_TRUE(price.is_fit);
  EXPECT_EQ(numeric_input::of("-0.50").value, -0.5);
  EXPECT_EQ(numeric_input::of("0.00").text, "0.00");
  EXPECT_EQ(numeric_input::of("12.3").text, "12.3");
  EXPECT_FALSE(numeric_input::of("NaN").is_fit);
  EXPECT_FALSE(numeric_input::of("-Infinity").is_fit);
  EXPECT_FALSE(numeric_input::of("").is_fit);
  EXPECT_FALSE(numeric_input::of("1e400").is_fit);
  EXPECT_EQ(numeric_input::of("0." + std::string(400, '0') + "1").value, 0);
  EXPECT_EQ(numeric_input::of("999999999999999999." + std::string(300, '9')).value, 1e18);
}

TEST(numeric_input, is_written_exactly) {
  const auto written = [](std::string_view text) {
    json_tree into;
    into.begin_array();
    numeric_input::of(text).write(into);
    into.end_array();
    return into.take().dump();
  };
  EXPECT_EQ(written("450000.25"), "[450000.25]");
  EXPECT_EQ(written("-0.000001"), "[-0.000001]");
  EXPECT_EQ(written("12345678901234567890123456789012345.678"), "[12345678901234567890123456789012345.678]");
  EXPECT_EQ(written("1" + std::string(40, '0')), "[\"1" + std::string(40, '0') + "\"]");
  EXPECT_EQ(written("NaN"), "[\"NaN\"]");
}

} // namespace unit_economics_test
