#include "core/orders/status_moves.hpp"

#include <gtest/gtest.h>

namespace order_status_test {

using namespace upkeep;
using namespace upkeep::orders;

namespace {

using list = std::vector<std::string>;

status_moves shop_moves() {
  status_moves moves;
  moves.allow("pending", "paid");
  moves.allow("pending", "cancelled");
  moves.allow("paid", "refunded");
  return moves;
}

} // namespace

TEST(order_status, allows_what_is_listed) {
  const status_moves moves = shop_moves();
  EXPECT_TRUE(moves.may_move("pending", "paid"));
  EXPECT_TRUE(moves.may_move("pending", "cancelled"));
  EXPECT_FALSE(moves.may_move("paid", "pending"));
  EXPECT_FALSE(moves.may_move("pending", "refunded"));
}

TEST(order_status, the_same_status_again_is_legal) {
  const status_moves moves = shop_moves();
  EXPECT_TRUE(moves.may_move("paid", "paid"));
  EXPECT_TRUE(moves.may_move("cancelled", "cancelled"));
  EXPECT_TRUE(moves.may_move("unheard of", "unheard of"));
}

TEST(order_status, a_status_without_moves_is_final) {
  const status_moves moves = shop_moves();
  EXPECT_EQ(moves.moves_from("pending"), (list{"paid", "cancelled"}));
  EXPECT_EQ(moves.moves_from("cancelled"), list{});
  EXPECT_EQ(moves.moves_from("unheard of"), list{});
  EXPECT_FALSE(moves.may_move("unheard of", "paid"));
}

TEST(order_status, names_are_compared_exactly) {
  const status_moves moves = shop_moves();
  EXPECT_FALSE(moves.may_move("pending", "Paid"));
  EXPECT_FALSE(moves.may_move("pending", "paid "));
  EXPECT_FALSE(moves.may_move("pending", ""));
}

TEST(order_status, a_move_is_listed_once_and_never_to_itself) {
  status_moves moves;
  moves.allow("a", "b");
  moves.allow("a", "a");
  moves.allow("a", "b");
  EXPECT_EQ(moves.moves_from("a"), list{"b"});
}

TEST(order_status, every_status_is_told_once_also_a_final_one) {
  status_moves moves;
  moves.add("refunded");
  moves.allow("pending", "paid");
  moves.allow("paid", "pending");
  moves.allow("pending", "cancelled");
  EXPECT_EQ(moves.statuses(), (list{"paid", "pending", "cancelled", "refunded"}));
  EXPECT_EQ(status_moves().statuses(), list{});
}

TEST(order_status, a_status_is_reached_from_another_only) {
  status_moves moves;
  moves.add("refunded");
  moves.allow("pending", "paid");
  moves.allow("pending", "pending");
  EXPECT_TRUE(moves.reaches("paid"));
  EXPECT_FALSE(moves.reaches("pending"));
  EXPECT_FALSE(moves.reaches("refunded"));
  EXPECT_FALSE(moves.reaches("unheard of"));
}

} // namespace order_status_test
