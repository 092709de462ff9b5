#include "core/orders/counted_numbers.hpp"
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

using knowledge = counted_numbers::knowledge;

TEST(counted_numbers, are_of_a_table_and_a_tenant) {
  counted_numbers numbers;
  counted_numbers::entry &first = numbers.find(1, "[7]");
  numbers.set(first, 1, knowledge::counted, 5);
  EXPECT_EQ(&numbers.find(1, "[7]"), &first);
  EXPECT_EQ(numbers.find(1, "[8]").known, knowledge::none);
  EXPECT_EQ(numbers.find(2, "[7]").known, knowledge::none);
  int count = 0;
  numbers.for_each([&](counted_numbers::entry &each) { count += each.last > 0 ? 10 : 1; });
  EXPECT_EQ(count, 12);
}

TEST(counted_numbers, go_back_with_a_savepoint) {
  counted_numbers numbers;
  counted_numbers::entry &counter = numbers.find(1, "[]");
  numbers.set(counter, 2, knowledge::counted, 1);
  numbers.undo(2);
  EXPECT_EQ(counter.known, knowledge::none);
  numbers.set(counter, 1, knowledge::counted, 1);
  numbers.set(counter, 2, knowledge::counted, 2);
  numbers.set(counter, 2, knowledge::counted, 3);
  numbers.set(counter, 3, knowledge::none, 0);
  numbers.undo(3);
  EXPECT_EQ(counter.last, 3);
  EXPECT_EQ(counter.known, knowledge::counted);
  numbers.undo(2);
  EXPECT_EQ(counter.last, 1);
}

TEST(counted_numbers, that_a_savepoint_keeps_go_back_with_the_one_around_it) {
  counted_numbers numbers;
  counted_numbers::entry &counter = numbers.find(1, "[]");
  numbers.set(counter, 1, knowledge::counted, 1);
  numbers.set(counter, 3, knowledge::counted, 2);
  numbers.keep(3);
  numbers.set(counter, 3, knowledge::counted, 3);
  numbers.keep(3);
  numbers.set(counter, 2, knowledge::counted, 4);
  EXPECT_EQ(counter.last, 4);
  numbers.undo(2);
  EXPECT_EQ(counter.last, 1);
  // What the transaction itself has, no later savepoint takes back.
  numbers.set(counter, 2, knowledge::counted, 2);
  numbers.keep(2);
  numbers.set(counter, 2, knowledge::counted, 3);
  numbers.undo(2);
  EXPECT_EQ(counter.last, 2);
}

} // namespace order_number_test
