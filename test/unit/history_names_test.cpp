// What a column was called in the entries of its table; the tables of months; keys of other types.
#include "core/history/column_names.hpp"
#include "core/history/key_spellings.hpp"
#include "core/history/month.hpp"

#include <gtest/gtest.h>

namespace history_names_test {

using namespace upkeep::history;

namespace {

// "email >20, mail 5-20"
std::string told(const std::optional<std::vector<name_span>> &names) {
  if (!names)
    return "unknown";
  std::string text;
  for (const name_span &each : *names)
    text += each.name + " " + (each.after == INT64_MIN ? "" : std::to_string(each.after)) + "-" +
            (each.before == INT64_MAX ? "" : std::to_string(each.before)) + ", ";
  return text;
}

TEST(history_names, a_column_that_was_never_renamed) {
  EXPECT_EQ(told(names_of_column("email", true, {})), "email -, ");
  EXPECT_EQ(told(names_of_column("email", false, {})), "unknown");
  const std::vector<column_rename> others{{9, "a", "b"}};
  EXPECT_EQ(told(names_of_column("email", true, others)), "email -, ");
}

TEST(history_names, names_are_followed_back) {
  const std::vector<column_rename> renames{{20, "mail", "email"}, {10, "x", "y"}, {5, "address", "mail"}};
  EXPECT_EQ(told(names_of_column("email", true, renames)), "email 20-, mail 5-20, address -5, ");
  EXPECT_EQ(told(names_of_column("mail", false, renames)), "mail 5-20, address -5, ");
}

TEST(history_names, a_dropped_column_is_known_until_it_was_dropped) {
  const std::vector<column_rename> renames{{20, "phone", ""}, {5, "tel", "phone"}};
  EXPECT_EQ(told(names_of_column("phone", false, renames)), "phone 5-20, tel -5, ");
  // One of that name that came later has its values too.
  EXPECT_EQ(told(names_of_column("phone", true, renames)), "phone 5-, tel -5, ");
}

TEST(history_names, what_had_the_name_before_is_another_column) {
  const std::vector<column_rename> renames{{20, "new", "email"}, {10, "email", "old"}};
  EXPECT_EQ(told(names_of_column("email", true, renames)), "email 20-, new -20, ");
  EXPECT_EQ(told(names_of_column("old", true, renames)), "old 10-, email -10, ");
  const std::vector<column_rename> taken{{10, "email", "old"}};
  EXPECT_EQ(told(names_of_column("email", true, taken)), "email 10-, ");
}

TEST(history_names, entries_know_the_column_by_its_name_then) {
  const auto names = *names_of_column("email", true, std::vector<column_rename>{{20, "mail", "email"}});
  EXPECT_TRUE(is_named(names, 21, "email"));
  EXPECT_FALSE(is_named(names, 21, "mail"));
  EXPECT_TRUE(is_named(names, 19, "mail"));
  EXPECT_FALSE(is_named(names, 19, "email"));
  EXPECT_FALSE(is_named(names, 20, "email"));
}

TEST(history_names, months_and_their_tables) {
  const month november = std::chrono::year(2026) / 11;
  EXPECT_EQ(table_name_of(november), "history_2026_11");
  EXPECT_EQ(month_named("history_2026_11"), november);
  EXPECT_EQ(month_of(begin_in_microseconds(november)), november);
  EXPECT_EQ(month_of(begin_in_microseconds(november) - 1), november - std::chrono::months(1));
  EXPECT_EQ(begin_in_microseconds(std::chrono::year(2000) / 1), 0);
  for (const char *name : {"", "history_", "history_2026", "history_2026_", "history_2026_13", "history_2026_1",
                           "history_26_11", "history_2026_11_", "history_2026-11", "histories_2026_11"})
    EXPECT_FALSE(month_named(name)) << name;
}

TEST(history_names, keys_of_columns_that_had_another_type) {
  const auto others = [](const char *value) {
    std::string all;
    for (const std::string &each : other_spellings(value))
      all += each + " ";
    return all;
  };
  EXPECT_EQ(others("7"), "\"7\" ");
  EXPECT_EQ(others("\"7\""), "7 ");
  EXPECT_EQ(others("7.50"), "\"7.50\" 7.5 \"7.5\" ");
  EXPECT_EQ(others("\"-700.00\""), "-700.00 -700 \"-700\" ");
  EXPECT_EQ(others("0"), "\"0\" ");
  for (const char *none : {"\"07\"", "\"\"", "\"7a\"", "\"7.\"", "\".5\"", "\"-\"", "true", "\"1e5\"", "\"1.2.3\""})
    EXPECT_EQ(others(none), "") << none;
}

} // namespace

} // namespace history_names_test
