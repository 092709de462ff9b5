#include "core/metrics/formula_rename.hpp"

#include "core/fault.hpp"
#include "core/metrics/formula.hpp"

#include <gtest/gtest.h>

namespace formula_rename_test {

using namespace upkeep;
using namespace upkeep::metrics;

namespace {

std::string of_row(std::string_view formula, const std::string &from, const std::string &to) {
  return rename_in_formula(formula, from, to, false);
}

std::string of_settings(std::string_view formula, const std::string &from, const std::string &to) {
  return rename_in_formula(formula, from, to, true);
}

} // namespace

TEST(rename_in_formula, renames_the_target_and_what_is_read) {
  EXPECT_EQ(of_row("aov = revenue / orders", "aov", "basket"), "basket = revenue / orders");
  EXPECT_EQ(of_row("aov = revenue / orders", "orders", "sales"), "aov = revenue / sales");
  EXPECT_EQ(of_row("a = b * (b - b)", "b", "c"), "a = c * (c - c)");
}

TEST(rename_in_formula, leaves_other_names_numbers_and_blanks_alone) {
  EXPECT_EQ(of_row("a  =  revenue2 +my_revenue+ revenue$ /\n 1.5e3", "revenue", "x"),
            "a  =  revenue2 +my_revenue+ revenue$ /\n 1.5e3");
  EXPECT_EQ(of_row("a = b + 1e3", "e3", "x"), "a = b + 1e3");
  EXPECT_EQ(of_row("  a = b  ", "b", "c"), "  a = c  ");
  EXPECT_EQ(of_row("", "b", "c"), "");
}

TEST(rename_in_formula, knows_a_name_in_any_case_and_in_quotes) {
  EXPECT_EQ(of_row("a = Revenue + REVENUE + \"revenue\"", "revenue", "sales"), "a = sales + sales + sales");
  EXPECT_EQ(of_row("a = \"Revenue\" + revenue", "revenue", "sales"), "a = \"Revenue\" + sales");
  EXPECT_EQ(of_row("a = \"Revenue\" + revenue", "Revenue", "sales"), "a = sales + revenue");
  EXPECT_EQ(of_row("a = \"x \"\"revenue\"\" y\" + revenue", "revenue", "sales"), "a = \"x \"\"revenue\"\" y\" + sales");
}

TEST(rename_in_formula, writes_quotes_where_the_new_name_needs_them) {
  EXPECT_EQ(of_row("a = b / c", "b", "Brutto Umsatz"), "a = \"Brutto Umsatz\" / c");
  EXPECT_EQ(of_row("a = b / c", "a", "x = y"), "\"x = y\" = b / c");
  EXPECT_EQ(of_row("a = b/c", "c", "the \"c\""), "a = b/\"the \"\"c\"\"\"");
  EXPECT_EQ(of_row("a = b", "b", "2b"), "a = \"2b\"");
  EXPECT_EQ(of_row("a = b", "b", "b2$"), "a = b2$");
  EXPECT_EQ(of_row("a = b", "b", "größe"), "a = größe");
}

TEST(rename_in_formula, tells_columns_from_functions) {
  EXPECT_EQ(of_row("a = round(round)", "round", "rounded"), "a = round(rounded)");
  EXPECT_EQ(of_row("a = round (round, 2)", "round", "rounded"), "a = round (rounded, 2)");
  EXPECT_EQ(of_row("round = b", "round", "rounded"), "rounded = b");
  EXPECT_EQ(of_row("a = round(b)", "b", "round"), "a = round(round)");
  EXPECT_EQ(of_row("a = b * (c)", "b", "abs"), "a = abs * (c)");
}

TEST(rename_in_formula, tells_columns_from_settings) {
  const std::string both = "cogs = settings.cogs_ratio * revenue + cogs_ratio";
  EXPECT_EQ(of_row(both, "cogs_ratio", "own"), "cogs = settings.cogs_ratio * revenue + own");
  EXPECT_EQ(of_settings(both, "cogs_ratio", "share"), "cogs = settings.share * revenue + cogs_ratio");
  EXPECT_EQ(of_settings("a = \"settings\" . \"Share\" + Settings.x", "Share", "s"),
            "a = \"settings\" . s + Settings.x");
}

TEST(rename_in_formula, takes_settings_without_a_point_for_a_column) {
  EXPECT_EQ(of_row("settings = settings + settings.settings", "settings", "own"), "own = own + settings.settings");
  EXPECT_EQ(of_settings("settings = settings + settings.settings", "settings", "x"),
            "settings = settings + settings.x");
  EXPECT_EQ(of_row("a = b", "b", "settings"), "a = settings");
}

TEST(rename_in_formula, gives_a_formula_that_says_the_same) {
  const formula before = parse_formula("net = revenue * (1 - settings.cogs_ratio) - coalesce(spend, 0)");
  const formula after = parse_formula(of_row(before.text, "spend", "Ad Spend"));
  ASSERT_EQ(after.code.size(), before.code.size());
  for (std::size_t i = 0; i < after.code.size(); ++i) {
    EXPECT_EQ(after.code[i].code, before.code[i].code);
    EXPECT_EQ(after.code[i].operand, before.code[i].operand);
  }
  EXPECT_EQ(after.references.back().name, "Ad Spend");
}

TEST(rename_in_formula, refuses_what_has_no_words) { EXPECT_THROW(of_row("a = \"b", "b", "c"), fault); }

} // namespace formula_rename_test
