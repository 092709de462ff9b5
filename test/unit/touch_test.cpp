#include "core/touch.hpp"

#include <gtest/gtest.h>

namespace touch_test {

using namespace upkeep;

namespace {

volatile std::sig_atomic_t never = 0;
const interrupt no_interrupt{&never, [] {}};
using path = std::vector<table_id>;

} // namespace

TEST(touch_path, reaches_itself) { EXPECT_EQ(touch_path({}, 7, 7, no_interrupt), path{7}); }

TEST(touch_path, is_empty_where_there_is_no_way) {
  EXPECT_EQ(touch_path({{1, 2}, {3, 4}}, 1, 4, no_interrupt), path{});
  EXPECT_EQ(touch_path({{1, 2}}, 2, 1, no_interrupt), path{});
}

TEST(touch_path, is_the_shortest_way) {
  EXPECT_EQ(touch_path({{1, 2}, {2, 3}, {3, 4}, {1, 3}}, 1, 4, no_interrupt), (path{1, 3, 4}));
}

TEST(touch_path, ends_in_a_graph_with_cycles) {
  EXPECT_EQ(touch_path({{1, 2}, {2, 1}, {2, 2}}, 1, 9, no_interrupt), path{});
}

TEST(touch_path, can_be_interrupted) {
  static volatile std::sig_atomic_t pending = 1;
  const interrupt stop{&pending, [] { throw 57014; }};
  EXPECT_THROW(touch_path({{1, 2}}, 1, 2, stop), int);
}

TEST(touch_path, goes_on_after_an_interrupt_that_stops_nothing) {
  static volatile std::sig_atomic_t pending = 1;
  static int served = 0;
  const interrupt stop{&pending, [] {
                         ++served;
                         pending = 0;
                       }};
  EXPECT_EQ(touch_path({{1, 2}}, 1, 2, stop), (path{1, 2}));
  EXPECT_EQ(served, 1);
}

} // namespace touch_test
