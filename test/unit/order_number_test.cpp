#include "core/orders/order_number.hpp"
#include "core/sequence.hpp"

#include <gtest/gtest.h>

namespace order_number_test {

using namespace upkeep;
using namespace upkeep::orders;

TEST(order_number, is_padded_with_zeros) {
  EXPECT_EQ(format_order_number("ORD-", 42, 8), "ORD-00000042");
  EXPECT_EQ(format_order_number("", 7, 1), "7");
  EXPECT_EQ(format_order_number("2026/", 1, 18), "2026/000000000000000001");
}

TEST(order_number, is_never_cut) {
  EXPECT_EQ(format_order_number("A", 1234, 3), "A1234");
  EXPECT_EQ(format_order_number("", INT64_MAX, 8), "9223372036854775807");
}

TEST(order_number, a_prefix_is_no_format) { EXPECT_EQ(format_order_number("{}%d", 5, 2), "{}%d05"); }

namespace {

std::int64_t parsed(std::string_view text, std::string_view prefix = "ORD-", int digits = 8) {
  return parse_order_number(text, prefix, digits).value_or(-1);
}

std::int64_t moved(sequence_state sequence, std::int64_t taken) { return moved_beyond(sequence, taken).value_or(-1); }

} // namespace

TEST(order_number, is_read_as_it_is_written) {
  EXPECT_EQ(parsed("ORD-00000042"), 42);
  EXPECT_EQ(parsed("ORD-00000000"), 0);
  EXPECT_EQ(parsed("ORD-123456789"), 123456789);
  EXPECT_EQ(parsed("ORD-9223372036854775807"), INT64_MAX);
  EXPECT_EQ(parsed("7", "", 1), 7);
  EXPECT_EQ(parsed("100042", "1", 5), 42);
}

TEST(order_number, another_text_is_none) {
  for (const char *text :
       {"", "ORD-", "ORD-42", "ORD-000000042", "ORD-0000004x", "ORD--0000042", "ORD-+0000042", "ord-00000042",
        " ORD-00000042", "ORD-00000042 ", "ORD-9223372036854775808", "ORD-99999999999999999999"})
    EXPECT_EQ(parsed(text), -1) << text;
  EXPECT_EQ(parsed("", "", 1), -1);
  EXPECT_EQ(parsed("07", "", 1), -1);
}

TEST(order_number, a_sequence_moves_forward_only) {
  const sequence_state fresh{1, false, 1, 1, INT64_MAX}, used{7, true, 1, 1, INT64_MAX};
  EXPECT_EQ(moved(fresh, 0), -1);
  EXPECT_EQ(moved(fresh, 1), 1);
  EXPECT_EQ(moved(used, 7), -1);
  EXPECT_EQ(moved(used, 8), 8);
  EXPECT_EQ(moved(used, 100), 100);
}

TEST(order_number, a_sequence_says_what_it_draws_next) {
  EXPECT_EQ(next_of({1, false, 1, 1, INT64_MAX}), 1);
  EXPECT_EQ(next_of({7, true, -2, INT64_MIN, 7}), 5);
  EXPECT_EQ(next_of({INT64_MAX, true, 1, 1, INT64_MAX}), INT64_MAX);
}

TEST(order_number, a_sequence_keeps_its_steps) {
  EXPECT_EQ(moved({1, true, 2, 1, INT64_MAX}, 4), 5);
  EXPECT_EQ(moved({1, true, 2, 1, INT64_MAX}, 5), 5);
  EXPECT_EQ(moved({-1, true, -1, INT64_MIN, -1}, -5), -5);
  EXPECT_EQ(moved({-4, true, -3, INT64_MIN, -1}, -8), -10);
  EXPECT_EQ(moved({-4, true, -3, INT64_MIN, -1}, 8), -1);
}

TEST(order_number, a_sequence_is_never_used_up) {
  EXPECT_EQ(moved({1, true, 1, 1, 99}, 98), 98);
  EXPECT_EQ(moved({1, true, 1, 1, 99}, 99), -1);
  EXPECT_EQ(moved({1, true, 1, 1, INT64_MAX}, INT64_MAX), -1);
  EXPECT_EQ(moved({INT64_MIN, false, INT64_MAX, INT64_MIN, INT64_MAX}, 0), -1);
}

} // namespace order_number_test
