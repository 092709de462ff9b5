#include "core/fault.hpp"
#include "core/metrics/formula.hpp"
#include "core/metrics/formula_message.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

namespace formula_test {

using namespace upkeep;
using namespace upkeep::metrics;

namespace {

// The postfix code as text: names, numbers and operations.
std::string code_of(std::string_view text) {
  static constexpr const char *names[] = {"",    "",      "+",        "-",      "*",     "/",       "neg",
                                          "abs", "round", "coalesce", "nullif", "least", "greatest"};
  const formula parsed = parse_formula(text);
  std::string code;
  for (const instruction &now : parsed.code) {
    const auto operand = static_cast<std::size_t>(now.operand);
    code += code.empty() ? "" : " ";
    if (now.code == opcode::input)
      code += (parsed.references[operand].of_settings ? "settings." : "") + parsed.references[operand].name;
    else if (now.code == opcode::constant)
      code += parsed.constants[operand];
    else
      code += names[static_cast<std::size_t>(now.code)];
    if (now.code == opcode::round)
      code += fmt::format(":{}", now.operand);
  }
  return code;
}

fault fault_of(std::string_view text) {
  try {
    parse_formula(text);
  } catch (const fault &said) {
    EXPECT_FALSE(said.hint.empty());
    return said;
  }
  return {"none", ""};
}

// "SQLSTATE message" without the formula.
std::string refusal(std::string_view text) {
  const fault said = fault_of(text);
  return fmt::format("{} {}", said.sqlstate, said.message.substr(0, said.message.find(" of formula \"")));
}

std::string repeat(std::string_view text, int times) {
  std::string repeated;
  while (times-- > 0)
    repeated += text;
  return repeated;
}

} // namespace

TEST(parse_formula, has_a_target_or_none) {
  EXPECT_EQ(parse_formula("aov = revenue / orders").target, "aov");
  EXPECT_EQ(parse_formula("revenue / orders").target, "");
  EXPECT_EQ(parse_formula("\"Net Profit\"=1").target, "Net Profit");
  EXPECT_EQ(parse_formula("Round = round").target, "round");
  EXPECT_EQ(parse_formula(" aov = 1 ").text, " aov = 1 ");
}

TEST(parse_formula, knows_precedence_and_associativity) {
  EXPECT_EQ(code_of("a + b * c"), "a b c * +");
  EXPECT_EQ(code_of("(a + b) * c"), "a b + c *");
  EXPECT_EQ(code_of("a - b - c"), "a b - c -");
  EXPECT_EQ(code_of("a / b / c * d"), "a b / c / d *");
  EXPECT_EQ(code_of("-a * b"), "a neg b *");
  EXPECT_EQ(code_of("-(a + b)"), "a b + neg");
  EXPECT_EQ(code_of("a - -b"), "a b neg -");
  EXPECT_EQ(code_of("- - a"), "a");
  EXPECT_EQ(code_of("- - - a"), "a neg");
  EXPECT_EQ(code_of("((((a))))"), "a");
}

TEST(parse_formula, reads_numbers_as_sql) {
  EXPECT_EQ(code_of("1 + 1.5 + .5 + 5. + 1e3 + 1.5E-3 + 2.e+1"), "1 1.5 + 0.5 + 5 + 1000 + 0.0015 + 20 +");
  EXPECT_EQ(code_of("0.4000"), "0.4");
  EXPECT_EQ(code_of("1-1"), "1 1 -");
}

TEST(parse_formula, reads_names_as_sql) {
  EXPECT_EQ(code_of("Revenue + \"Revenue\""), "revenue Revenue +");
  EXPECT_EQ(code_of("\"a \"\"b\"\"\" + a$1 + _x"), "a \"b\" a$1 + _x +");
  EXPECT_EQ(code_of("Выручка + ÉTÉ"), "Выручка ÉtÉ +");
  EXPECT_EQ(code_of("settings.Rate + SETTINGS . \"Rate\" + \"settings\".rate"),
            "settings.rate settings.Rate + settings.rate +");
  EXPECT_EQ(code_of("settings + \"Settings\""), "settings Settings +");
  EXPECT_EQ(code_of("round + abs + least"), "round abs + least +");
}

TEST(parse_formula, lists_each_name_once) {
  const formula parsed = parse_formula("x = a + settings.a * A - b / \"a\"");
  ASSERT_EQ(parsed.references.size(), 3u);
  EXPECT_EQ(parsed.references[0].name, "a");
  EXPECT_FALSE(parsed.references[0].of_settings);
  EXPECT_EQ(parsed.references[0].position, 5);
  EXPECT_EQ(parsed.references[1].name, "a");
  EXPECT_TRUE(parsed.references[1].of_settings);
  EXPECT_EQ(parsed.references[1].position, 9);
  EXPECT_EQ(parsed.references[2].name, "b");
  EXPECT_EQ(parsed.references[2].position, 26);
  EXPECT_EQ(parsed.code.size(), 9u);
}

TEST(parse_formula, knows_the_functions) {
  EXPECT_EQ(code_of("round(a)"), "a round:0");
  EXPECT_EQ(code_of("ROUND (a, 2) + round(a, - 3)"), "a round:2 a round:-3 +");
  EXPECT_EQ(code_of("round(a, 1000) + round(a, -1000)"), "a round:1000 a round:-1000 +");
  EXPECT_EQ(code_of("abs(a - b)"), "a b - abs");
  EXPECT_EQ(code_of("coalesce(a)"), "a");
  EXPECT_EQ(code_of("coalesce(a, b, c)"), "a b coalesce c coalesce");
  EXPECT_EQ(code_of("nullif(a, 0)"), "a 0 nullif");
  EXPECT_EQ(code_of("least(a, b) / greatest(a, b, c)"), "a b least a b greatest c greatest /");
}

TEST(parse_formula, knows_the_depth_of_the_stack) {
  EXPECT_EQ(parse_formula("a").depth, 1);
  EXPECT_EQ(parse_formula("a + b + c + d").depth, 2);
  EXPECT_EQ(parse_formula("a + b * (c - d)").depth, 4);
  EXPECT_EQ(parse_formula("coalesce(a, b, c, d)").depth, 2);
}

TEST(parse_formula, points_at_a_syntax_error) {
  EXPECT_EQ(fault_of("aov = revenue / )").message,
            "syntax error at or near \")\" at position 17 of formula \"aov = revenue / )\"");
  EXPECT_EQ(fault_of("aov = revenue /").message,
            "syntax error at end of input at position 16 of formula \"aov = revenue /\"");
  EXPECT_EQ(refusal(""), "42601 syntax error at end of input at position 1");
  EXPECT_EQ(refusal("aov ="), "42601 syntax error at end of input at position 6");
  EXPECT_EQ(refusal("a = b = c"), "42601 syntax error at or near \"=\" at position 7");
  EXPECT_EQ(refusal("= a"), "42601 syntax error at or near \"=\" at position 1");
  EXPECT_EQ(refusal("settings.a = b"), "42601 syntax error at or near \"=\" at position 12");
  EXPECT_EQ(refusal("a b"), "42601 syntax error at or near \"b\" at position 3");
  EXPECT_EQ(refusal("a + + b"), "42601 syntax error at or near \"+\" at position 5");
  EXPECT_EQ(refusal("+a"), "42601 syntax error at or near \"+\" at position 1");
  EXPECT_EQ(refusal("(a"), "42601 syntax error at end of input at position 3");
  EXPECT_EQ(refusal("a)"), "42601 syntax error at or near \")\" at position 2");
  EXPECT_EQ(refusal("a, b"), "42601 syntax error at or near \",\" at position 2");
  EXPECT_EQ(refusal("a % b"), "42601 syntax error at or near \"%\" at position 3");
  EXPECT_EQ(refusal("a.b"), "42601 syntax error at or near \".\" at position 2");
  EXPECT_EQ(refusal("settings.a.b"), "42601 syntax error at or near \".\" at position 11");
  EXPECT_EQ(refusal("settings."), "42601 syntax error at end of input at position 10");
  EXPECT_EQ(refusal("settings.(a)"), "42601 syntax error at or near \"(\" at position 10");
  EXPECT_EQ(refusal("'1'"), "42601 syntax error at or near \"'\" at position 1");
  EXPECT_EQ(refusal("\"round\"(a)"), "42601 syntax error at or near \"(\" at position 8");
  EXPECT_EQ(refusal(std::string_view("a\0", 2)).substr(0, 30), "42601 syntax error at or near ");
}

TEST(parse_formula, refuses_numbers_that_run_on) {
  EXPECT_EQ(refusal("x + 1abc"), "42601 syntax error at or near \"1abc\" at position 5");
  EXPECT_EQ(refusal("1.2.3"), "42601 syntax error at or near \"1.2.3\" at position 1");
  EXPECT_EQ(refusal("1e"), "42601 syntax error at or near \"1e\" at position 1");
  EXPECT_EQ(refusal("1e+"), "42601 syntax error at or near \"1e\" at position 1");
  EXPECT_EQ(refusal("0x1F"), "42601 syntax error at or near \"0x1F\" at position 1");
  EXPECT_EQ(refusal("1_000"), "42601 syntax error at or near \"1_000\" at position 1");
  EXPECT_EQ(refusal("5.x"), "42601 syntax error at or near \"5.x\" at position 1");
}

TEST(parse_formula, refuses_quoted_names_without_end_or_letters) {
  EXPECT_EQ(refusal("a + \"b"), "42601 unterminated quoted name at position 5");
  EXPECT_EQ(refusal("\"b\"\""), "42601 unterminated quoted name at position 1");
  EXPECT_EQ(refusal("a + \"\""), "42601 empty quoted name at position 5");
  EXPECT_EQ(code_of("\"\"\"\""), "\"");
}

TEST(parse_formula, refuses_comments) {
  EXPECT_EQ(refusal("a -- b"), "42601 unexpected comment at position 3");
  EXPECT_EQ(refusal("a /* b */"), "42601 unexpected comment at position 3");
  EXPECT_EQ(refusal("round(a, --2)"), "42601 unexpected comment at position 10");
  EXPECT_EQ(fault_of("a --b").hint.substr(0, 25), "Formulas have no comments");
}

TEST(parse_formula, refuses_unknown_functions) {
  const fault said = fault_of("y = Sqrt(x)");
  EXPECT_STREQ(said.sqlstate, "42703");
  EXPECT_EQ(said.message, "function \"sqrt\" does not exist at position 5 of formula \"y = Sqrt(x)\"");
  EXPECT_EQ(said.hint, "The functions are: round, abs, coalesce, nullif, least, greatest.");
  EXPECT_EQ(refusal("settings(x)"), "42703 function \"settings\" does not exist at position 1");
}

TEST(parse_formula, refuses_a_wrong_number_of_arguments) {
  for (const char *text : {"abs()", "abs(1, 2)", "nullif(1)", "nullif(1, 2, 3)", "coalesce()", "least()", "greatest()",
                           "round()", "round(a, 1, 2)"}) {
    const fault said = fault_of(text);
    EXPECT_STREQ(said.sqlstate, "42601") << text;
    EXPECT_EQ(said.message.substr(0, 38), "wrong number of arguments of function ") << text;
  }
  EXPECT_EQ(fault_of("abs()").hint, "It takes 1.");
  EXPECT_EQ(fault_of("least()").hint, "It takes 1 or more.");
  EXPECT_EQ(refusal("abs(,)"), "42601 syntax error at or near \",\" at position 5");
  EXPECT_EQ(refusal("abs(1"), "42601 syntax error at end of input at position 6");
}

TEST(parse_formula, refuses_digits_that_are_no_integer) {
  for (const char *text :
       {"round(a, b)", "round(a, 1.5)", "round(a, 1e2)", "round(a, (1))", "round(a, )", "round(a, -b)"})
    EXPECT_EQ(refusal(text), "42601 digits of round() are not an integer at position 10") << text;
  EXPECT_EQ(refusal("round(a, 1 + 1)"), "42601 syntax error at or near \"+\" at position 12");
  EXPECT_EQ(refusal("round(a, 1001)"), "22023 digits of round() are out of range at position 10");
  EXPECT_EQ(refusal("round(a, -1001)"), "22023 digits of round() are out of range at position 10");
  EXPECT_EQ(refusal("round(a, 99999999999999999999)"), "22023 digits of round() are out of range at position 10");
}

TEST(parse_formula, refuses_numbers_that_no_numeric_can_be) {
  EXPECT_EQ(refusal("a + 1e131072"), "22003 number \"1e131072\" is out of range at position 5");
  EXPECT_EQ(refusal("1e-16384"), "22003 number \"1e-16384\" is out of range at position 1");
  EXPECT_EQ(parse_formula("1e131071").constants[0].size(), 131072u);
}

TEST(parse_formula, counts_characters) {
  EXPECT_EQ(refusal("é = ü + )"), "42601 syntax error at or near \")\" at position 9");
  EXPECT_EQ(refusal("日本 日本"), "42601 syntax error at or near \"日本\" at position 4");
  EXPECT_EQ(refusal("日本"
                    " +"),
            "42601 syntax error at end of input at position 5");
  EXPECT_EQ(parse_formula("x = 日本 + b").references[1].position, 10);
}

TEST(parse_formula, is_bounded) {
  const std::string longest = "1" + std::string(max_formula_bytes - 1, ' ');
  EXPECT_EQ(parse_formula(longest).code.size(), 1u);
  EXPECT_EQ(refusal(longest + " "), "54001 formula is longer than 16384 bytes at position 1");
  EXPECT_EQ(code_of(repeat("(", max_nesting) + "1" + repeat(")", max_nesting)), "1");
  EXPECT_EQ(refusal(repeat("(", max_nesting + 1) + "1"), "54001 formula is nested too deeply at position 101");
  EXPECT_EQ(refusal(repeat("abs(", 4000)), "54001 formula is nested too deeply at position 404");
  EXPECT_EQ(refusal(repeat("(", max_formula_bytes)), "54001 formula is nested too deeply at position 101");
  EXPECT_EQ(refusal(repeat("coalesce(1,1+1*", 100)), "54001 formula keeps too many values at once at position 1287");
  EXPECT_EQ(refusal(repeat("1e131071+", 1000)), "54001 formula has too many long numbers at position 73");
}

TEST(parse_formula, takes_what_is_long_and_shallow) {
  EXPECT_EQ(parse_formula("1" + repeat("+1", 8191)).code.size(), 16383u);
  EXPECT_EQ(parse_formula("1" + repeat("+1", 8191)).depth, 2);
  EXPECT_EQ(code_of(repeat("- ", 8191) + "1"), "1 neg");
  EXPECT_EQ(refusal(repeat("-", 16383) + "1"), "42601 unexpected comment at position 1");
  EXPECT_EQ(parse_formula("(1)" + repeat("+(1)", 4000)).code.size(), 8001u);
  std::string names = "a";
  for (int i = 0; i < 2500; ++i)
    names += fmt::format("+x{}", i);
  EXPECT_EQ(parse_formula(names).references.size(), 2501u);
}

TEST(at_position, shows_the_part_of_a_long_formula) {
  const std::string text = repeat("é", 500);
  EXPECT_EQ(at_position("x", text, 250), "x at position 250 of formula \"..." + repeat("é", 200) + "...\"");
  EXPECT_EQ(at_position("x", text, 1), "x at position 1 of formula \"" + repeat("é", 200) + "...\"");
  EXPECT_EQ(at_position("x", text, 501), "x at position 501 of formula \"..." + repeat("é", 200) + "\"");
  EXPECT_EQ(at_position("x", repeat("é", 200), 1), "x at position 1 of formula \"" + repeat("é", 200) + "\"");
  EXPECT_EQ(at_position("x", "a\n+\tb", 3), "x at position 3 of formula \"a + b\"");
  EXPECT_EQ(refusal("a " + std::string(1000, 'b')),
            "42601 syntax error at or near \"" + std::string(40, 'b') + "...\" at position 3");
}

} // namespace formula_test
