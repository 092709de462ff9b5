#include "core/row_move.hpp"

#include <gtest/gtest.h>

using upkeep::row_move;

namespace {
constexpr row_move::scene here{1, 7, 100};
constexpr row_move::place row{101, 42};
} // namespace

TEST(row_move, is_update_delete_insert) {
  row_move moves;
  moves.updated(here, row);
  ASSERT_TRUE(moves.deleted(here, row));
  moves.leaving(here, 99);
  ASSERT_TRUE(moves.may_arrive(here));
  EXPECT_EQ(moves.expected(here), 99u);
  EXPECT_FALSE(moves.may_arrive(here)) << "one row arrives once";
}

TEST(row_move, is_nothing_else) {
  row_move moves;
  EXPECT_FALSE(moves.may_arrive(here));
  EXPECT_FALSE(moves.deleted(here, row)) << "a deletion without an update";
  EXPECT_FALSE(moves.may_arrive(here));
  moves.updated(here, row);
  EXPECT_FALSE(moves.may_arrive(here)) << "an insertion without a deletion";
  EXPECT_FALSE(moves.deleted(here, row)) << "the insertion stood between";
  moves.updated(here, row);
  EXPECT_FALSE(moves.deleted(here, {101, 43})) << "another row";
  EXPECT_FALSE(moves.may_arrive(here));
  moves.updated(here, row);
  EXPECT_FALSE(moves.deleted(here, {102, 42})) << "another partition";
  EXPECT_FALSE(moves.may_arrive(here));
}

TEST(row_move, stays_within_its_scene) {
  for (const row_move::scene other : {row_move::scene{1, 8, 100}, row_move::scene{1, 7, 200}}) {
    row_move moves;
    moves.updated(here, row);
    EXPECT_FALSE(moves.deleted(other, row));
    moves.updated(here, row);
    ASSERT_TRUE(moves.deleted(here, row));
    EXPECT_FALSE(moves.may_arrive(other));
  }
}

TEST(row_move, a_deeper_trigger_does_not_disturb) {
  constexpr row_move::scene deeper{2, 7, 100};
  row_move moves;
  moves.updated(here, row);
  moves.updated(deeper, {101, 1});
  ASSERT_TRUE(moves.deleted(here, row));
  moves.leaving(here, 5);
  ASSERT_TRUE(moves.deleted(deeper, {101, 1}));
  moves.leaving(deeper, 6);
  EXPECT_TRUE(moves.may_arrive(deeper));
  EXPECT_EQ(moves.expected(deeper), 6u);
  EXPECT_TRUE(moves.may_arrive(here));
  EXPECT_EQ(moves.expected(here), 5u);
}
