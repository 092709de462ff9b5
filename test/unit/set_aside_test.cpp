#include "core/diagnostics/facts/set_aside.hpp"

#include <gtest/gtest.h>

namespace set_aside_test {

using namespace upkeep::diagnostics;

namespace {

// Weeks of so much revenue each, with orders and leads in proportion.
std::vector<int> outliers_of(std::initializer_list<double> revenues, double orders = 400) {
  std::vector<week_scale> weeks;
  for (const double each : revenues)
    weeks.push_back({each, orders * each / 100, orders * each / 10});
  return outliers(weeks, true);
}

using positions = std::vector<int>;

} // namespace

TEST(set_aside, is_what_lies_far_from_the_median) {
  EXPECT_EQ(outliers_of({100, 101, 99, 100, 200, 100, 102, 98}), positions{4});
  EXPECT_EQ(outliers_of({100, 101, 99, 100, 100, 30, 102, 98}), positions{5});
  EXPECT_EQ(outliers_of({100, 110, 90, 105, 95, 100, 115, 85}), positions{});
  // The median and its deviation do not follow one week, however far it is.
  EXPECT_EQ(outliers_of({100, 100, 100, 100, 1e9}), positions{4});
}

TEST(set_aside, takes_the_farthest_first_and_of_equals_the_latest) {
  EXPECT_EQ(outliers_of({100, 300, 100, 200, 100, 100, 100, 100}), (positions{1, 3}));
  EXPECT_EQ(outliers_of({200, 100, 200, 100, 100, 100, 100, 100}), (positions{2, 0}));
}

TEST(set_aside, leaves_four_weeks) {
  EXPECT_EQ(outliers_of({100, 100, 100, 200}), positions{});
  EXPECT_EQ(outliers_of({100, 100, 100, 200, 300}), positions{4});
  EXPECT_EQ(outliers_of({100, 100, 100, 100, 200, 300}), (positions{5, 4}));
}

// A few orders vary by themselves.
TEST(set_aside, allows_for_chance) {
  EXPECT_EQ(outliers_of({100, 100, 100, 100, 100, 100, 100, 200}, 400), positions{7});
  const std::vector<week_scale> few{{100, 4, 0}, {100, 4, 0}, {100, 4, 0}, {100, 4, 0}, {100, 4, 0}, {200, 8, 0}};
  EXPECT_EQ(outliers(few, true), positions{});
  // Where orders are not recorded, nothing tells how much is chance.
  const std::vector<week_scale> weeks{{100, 0, 0}, {100, 0, 0}, {100, 0, 0}, {100, 0, 0}, {120, 0, 0}};
  EXPECT_EQ(outliers(weeks, false), positions{4});
  EXPECT_EQ(outliers(weeks, true), positions{});
}

TEST(set_aside, looks_at_leads_too) {
  const std::vector<week_scale> weeks{{100, 40, 400}, {100, 40, 400}, {100, 40, 0}, {100, 40, 400}, {100, 40, 400}};
  EXPECT_EQ(outliers(weeks, true), positions{2});
}

TEST(set_aside, of_nothing_is_nothing) {
  EXPECT_EQ(outliers({}, true), positions{});
  EXPECT_EQ(outliers_of({0, 0, 0, 0, 0, 0}), positions{});
}

} // namespace set_aside_test
