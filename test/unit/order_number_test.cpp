#include "core/order_number.hpp"

#include <gtest/gtest.h>

using namespace upkeep;

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
