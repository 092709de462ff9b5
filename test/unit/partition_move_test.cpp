#include "core/partition_move.hpp"

#include <gtest/gtest.h>

namespace partition_move_test {

using upkeep::partition_move;

namespace {
const int statements[2] = {};
const partition_move::scene here{&statements[0], 100};
constexpr partition_move::place row{101, 42};
} // namespace

TEST(partition_move, is_update_delete_insert) {
  partition_move moves;
  moves.updated(here, row);
  ASSERT_TRUE(moves.deleted(here, row));
  moves.leaving(here, 99);
  ASSERT_TRUE(moves.may_arrive(here));
  EXPECT_EQ(moves.expected(here), 99u);
  EXPECT_FALSE(moves.may_arrive(here)) << "one row arrives once";
}

TEST(partition_move, is_nothing_else) {
  partition_move moves;
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

TEST(partition_move, stays_within_its_scene) {
  for (const partition_move::scene other :
       {partition_move::scene{&statements[1], 100}, partition_move::scene{&statements[0], 200}}) {
    partition_move moves;
    moves.updated(here, row);
    EXPECT_FALSE(moves.deleted(other, row));
    moves.updated(here, row);
    ASSERT_TRUE(moves.deleted(here, row));
    EXPECT_FALSE(moves.may_arrive(other));
  }
}

TEST(partition_move, a_statement_within_does_not_disturb) {
  const partition_move::scene deeper{&statements[1], 100};
  partition_move moves;
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

TEST(partition_move, ends_with_its_statement) {
  partition_move moves;
  moves.updated(here, row);
  moves.updated({&statements[1], 100}, row);
  moves.forget(here.statement);
  EXPECT_FALSE(moves.deleted(here, row)) << "another statement at the same address";
  EXPECT_TRUE(moves.deleted({&statements[1], 100}, row));
  moves.forget(here.statement);
  moves.forget(&statements[1]);
  EXPECT_TRUE(moves.is_empty());
}

} // namespace partition_move_test
