#include "core/fault.hpp"
#include "core/orders/amount_formula.hpp"

#include <gtest/gtest.h>

namespace amount_formula_test {

using namespace upkeep;
using namespace upkeep::orders;

namespace {

const volatile std::sig_atomic_t never = 0;
constexpr interrupt no_interrupt{&never, [] {}};

// The inputs as texts, "" for NULL.
std::string amount(std::string_view text, std::optional<int> scale, std::vector<std::string> inputs) {
  const amount_formula formula(text, scale);
  std::vector<decimal> values;
  for (const std::string &each : inputs)
    values.push_back(each.empty() ? decimal::null() : decimal_from(each.c_str()));
  return formula.compute(values, no_interrupt).value_or("NULL: " + formula.why_null(values));
}

std::string sqlstate_of(std::string_view text) {
  try {
    amount_formula(text, 2);
  } catch (const fault &said) {
    return said.sqlstate;
  }
  return "";
}

} // namespace

TEST(amount_formula, is_exact_and_rounded_once) {
  EXPECT_EQ(amount("price * quantity - off", 2, {"19.99", "3", "0"}), "59.97");
  EXPECT_EQ(amount("price * quantity", 2, {"0.335", "3"}), "1.01");
  EXPECT_EQ(amount("a / b * c", 2, {"10", "3", "3"}), "10.00");
  EXPECT_EQ(amount("a * -1", 2, {"0.335"}), "-0.34");
  EXPECT_EQ(amount("a / b", 0, {"5", "2"}), "3");
}

TEST(amount_formula, has_the_decimals_that_it_needs) {
  EXPECT_EQ(amount("a * b", std::nullopt, {"0.335", "3"}), "1.005");
  EXPECT_EQ(amount("a / b", std::nullopt, {"1", "3"}), "0.33333333333333333333");
}

TEST(amount_formula, takes_numbers_of_any_length) {
  EXPECT_EQ(amount("a * a", 0, {"123456789012345678901234567890"}),
            "15241578753238836750495351562536198787501905199875019052100");
}

TEST(amount_formula, reads_each_name_once_in_the_order_of_the_text) {
  const amount_formula formula("b - a * b + coalesce(c, a)", 2);
  ASSERT_EQ(formula.inputs().size(), 3U);
  EXPECT_EQ(formula.inputs()[0].name, "b");
  EXPECT_EQ(formula.inputs()[1].name, "a");
  EXPECT_EQ(formula.inputs()[2].name, "c");
  EXPECT_EQ(amount("b - a * b + coalesce(c, a)", 2, {"10", "2", ""}), "-8.00");
}

TEST(amount_formula, says_why_it_is_null) {
  EXPECT_EQ(amount("lines + shipping - discount", 2, {"1", "", ""}), "NULL: \"shipping\" is NULL");
  EXPECT_EQ(amount("a / b", 2, {"1", "0"}), "NULL: it divides by zero");
}

TEST(amount_formula, is_an_expression_without_settings) {
  EXPECT_EQ(sqlstate_of("a = b"), sqlstate::syntax_error);
  EXPECT_EQ(sqlstate_of("a *"), sqlstate::syntax_error);
  EXPECT_EQ(sqlstate_of("a * settings.vat"), sqlstate::undefined_column);
  EXPECT_EQ(sqlstate_of("1 + 2"), "");
}

} // namespace amount_formula_test
