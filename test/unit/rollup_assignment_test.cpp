#include "core/rollups/assignment.hpp"

#include <gtest/gtest.h>

namespace rollup_assignment_test {

using upkeep::rollups::assignment;
using upkeep::rollups::parse_assignment;

namespace {

// "column|expression", or "none".
std::string parsed(std::string_view text) {
  const std::optional<assignment> found = parse_assignment(text);
  return found ? found->column + "|" + found->expression : "none";
}

} // namespace

TEST(parse_assignment, splits_at_the_first_equals_sign) {
  EXPECT_EQ(parsed("orders_count = count(*)"), "orders_count|count(*)");
  EXPECT_EQ(parsed("n=count(*) filter (where a = 1)"), "n|count(*) filter (where a = 1)");
  EXPECT_EQ(parsed("id = user_id"), "id|user_id");
}

TEST(parse_assignment, leaves_blanks_out_around_either_side) {
  EXPECT_EQ(parsed("  n \t=\n  sum(a  +  b) \n"), "n|sum(a  +  b)");
}

TEST(parse_assignment, takes_names_as_sql_does) {
  EXPECT_EQ(parsed("OrdersCount = count(*)"), "orderscount|count(*)");
  EXPECT_EQ(parsed("\"OrdersCount\" = count(*)"), "OrdersCount|count(*)");
  EXPECT_EQ(parsed("\"a = \"\"b\"\"\" = c"), "a = \"b\"|c");
  EXPECT_EQ(parsed("_a1$ = b"), "_a1$|b");
  EXPECT_EQ(parsed("gr\xc3\xb6\xc3\x9f"
                   "e = max(a)"),
            "gr\xc3\xb6\xc3\x9f"
            "e|max(a)");
}

TEST(parse_assignment, refuses_what_is_no_assignment) {
  for (const char *text : {"", " ", "=", "= count(*)", "count(*)", "n", "n =", "n =  ", "1n = count(*)", "a.b = c",
                           "\"n = count(*)", "\"\" = count(*)", "n count(*)", "\"n\"x = a"})
    EXPECT_EQ(parsed(text), "none") << text;
}

TEST(has_matching_parentheses, looks_past_strings_and_quoted_names) {
  for (const char *text : {"", "n", "sum(coalesce(a, 0))", "count(*) filter (where a = ')')", "max(\"(\")",
                           "f('it''s (')", "count(*) filter (where a = $q$($q$)", "sum(a) -- )", "f(E'\\'(')"})
    EXPECT_TRUE(upkeep::rollups::has_matching_parentheses(text)) << text;
  for (const char *text : {"sum(coalesce(a", "0))", ")(", "f('()'", "\"(\")"})
    EXPECT_FALSE(upkeep::rollups::has_matching_parentheses(text)) << text;
}

} // namespace rollup_assignment_test
