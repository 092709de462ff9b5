// What the guard says: numbers, plurals, hints.
#include "core/guard/guard.hpp"

#include <gtest/gtest.h>

namespace guard_test {

using namespace upkeep;
using namespace upkeep::guard;

namespace {

const loss fifty_rows{loss_kind::rows, "public.products", {50, 0, true}};
const loss some_values{loss_kind::values, "public.products.note", {50, 42, true}};

TEST(guard, describes_rows) {
  EXPECT_EQ(describe(fifty_rows), "50 rows of public.products");
  EXPECT_EQ(describe({loss_kind::rows, "a.b", {1, 0, true}}), "1 row of a.b");
  EXPECT_EQ(describe({loss_kind::rows, "a.b", {max_counted_rows, 0, false}}), "at least 100000 rows of a.b");
}

TEST(guard, describes_values) {
  EXPECT_EQ(describe(some_values), "column public.products.note: 42 of 50 rows have a value");
  EXPECT_EQ(describe({loss_kind::values, "a.b.c", {1, 1, true}}), "column a.b.c: 1 of 1 row has a value");
  EXPECT_EQ(describe({loss_kind::values, "a.b.c", {100000, 7, false}}),
            "column a.b.c: at least 7 of at least 100000 rows have a value");
}

TEST(guard, describes_conversions) {
  EXPECT_EQ(describe({loss_kind::conversion, "a.b.c", {2, 1, true}, "integer"}),
            "parts of column a.b.c: 1 of 2 rows has a value that integer does not keep");
  EXPECT_EQ(describe_missing("a.b.c", {50, 12, true}), "12 of 50 rows have no value in column a.b.c");
}

TEST(guard, adds_up_tallies) {
  tally sum{1, 1, true};
  sum += {2, 0, true};
  EXPECT_TRUE(sum.is_complete);
  sum += {3, 3, false};
  EXPECT_EQ(sum.rows, 6u);
  EXPECT_EQ(sum.lost, 4u);
  EXPECT_FALSE(sum.is_complete);
}

TEST(guard, names_all_up_to_eight) {
  const std::vector<loss> two{fifty_rows, some_values};
  EXPECT_EQ(
      loss_message("DROP TABLE", two),
      "DROP TABLE would lose 50 rows of public.products; column public.products.note: 42 of 50 rows have a value");
  const std::vector<loss> ten(10, fifty_rows);
  const std::string message = loss_message("DROP SCHEMA", ten);
  EXPECT_TRUE(message.ends_with("50 rows of public.products; and 2 more")) << message;
}

TEST(guard, hints_at_what_keeps_and_at_names_of_then) {
  loss column = some_values;
  column.instead = "ALTER TABLE public.products RENAME COLUMN note TO remark;";
  const std::string hint = loss_hint(std::vector<loss>{fifty_rows, column}, {});
  EXPECT_TRUE(
      hint.starts_with("If it only gets another name: ALTER TABLE public.products RENAME COLUMN note TO remark; "
                       "To let it go, run in the same transaction"))
      << hint;
  // Confirmed where the file has renamed it; allowed before the file runs.
  loss renamed = fifty_rows;
  renamed.name_then = "public.goods";
  const std::string both = loss_hint(std::vector<loss>{renamed}, {});
  EXPECT_NE(both.find("SELECT upkeep.confirm_drop('public.goods');"), std::string::npos) << both;
  EXPECT_NE(both.find("SELECT upkeep.allow_drop('public.products');"), std::string::npos) << both;
}

TEST(guard, hints_at_what_unblocks) {
  EXPECT_EQ(
      loss_hint(std::vector<loss>{fifty_rows}, {}),
      "To let it go, run in the same transaction, before the statement: SELECT upkeep.confirm_drop('public.products'); "
      "Or, where a tool leaves no place for it: SELECT upkeep.allow_drop('public.products');");
  // Many tables: their schemas, each of which serves all of its own.
  const std::vector<std::string> schemas{"public", "\"Shop, Front\""};
  const std::string hint = loss_hint(std::vector<loss>(9, fifty_rows), schemas);
  EXPECT_NE(hint.find("SELECT upkeep.confirm_drop('public'), upkeep.confirm_drop('\"Shop, Front\"');"),
            std::string::npos)
      << hint;
}

TEST(guard, says_who_can_let_it_go) {
  EXPECT_EQ(owner_hint("role shop", std::vector<loss>{fifty_rows}),
            "To let public.products go, have role shop run beforehand: SELECT upkeep.allow_drop('public.products');");
  EXPECT_EQ(owner_hint("a superuser", std::vector<loss>(2, fifty_rows)),
            "To let public.products, public.products go, have a superuser run beforehand: "
            "SELECT upkeep.allow_drop('public.products'), upkeep.allow_drop('public.products');");
}

TEST(guard, quotes_literals) {
  EXPECT_EQ(as_literal("plain"), "'plain'");
  EXPECT_EQ(as_literal("it's"), "'it''s'");
  EXPECT_EQ(as_literal("a\\b"), " E'a\\\\b'");
}

} // namespace

} // namespace guard_test
