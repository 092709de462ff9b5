#include "core/diagnostics/facts/day_runs.hpp"

#include <gtest/gtest.h>
#include <random>
#include <set>

namespace day_runs_test {

using upkeep::day_number;
using upkeep::diagnostics::day_run;
using upkeep::diagnostics::day_runs;

namespace {

std::vector<std::pair<day_number, day_number>> runs_of(std::initializer_list<day_number> days, int window = 7) {
  day_runs runs(window);
  for (const day_number day : days)
    runs.add(day);
  std::vector<std::pair<day_number, day_number>> result;
  for (const day_run &run : runs.runs())
    result.emplace_back(run.first, run.last);
  return result;
}

using list = std::vector<std::pair<day_number, day_number>>;

TEST(day_runs, near_days_are_one_run) {
  EXPECT_EQ(runs_of({1, 2, 3}), (list{{1, 3}}));
  EXPECT_EQ(runs_of({3, 1, 8}), (list{{1, 8}}));
  EXPECT_EQ(runs_of({1, 8}), (list{{1, 8}}));
  EXPECT_EQ(runs_of({1, 9}), (list{{1, 1}, {9, 9}}));
}

TEST(day_runs, a_day_between_joins_two) {
  EXPECT_EQ(runs_of({1, 12, 6}), (list{{1, 12}}));
  EXPECT_EQ(runs_of({30, 1, 12}), (list{{1, 1}, {12, 12}, {30, 30}}));
  EXPECT_EQ(runs_of({30, 1, 12, 23, 7}), (list{{1, 12}, {23, 30}}));
}

TEST(day_runs, a_window_meets_a_run_exactly_where_it_has_a_day) {
  std::mt19937 random(7);
  for (int round = 0; round < 300; ++round) {
    const int window = 1 + static_cast<int>(random() % 20);
    day_runs runs(window);
    std::set<day_number> days;
    for (unsigned i = 0; i < 1 + random() % 12; ++i) {
      const auto day = static_cast<day_number>(random() % 200) - 100;
      days.insert(day);
      runs.add(day);
    }
    for (day_number start = -130; start < 130; ++start) {
      const auto within = days.lower_bound(start);
      const bool has_day = within != days.end() && *within < start + window;
      bool meets = false;
      for (const day_run &run : runs.runs())
        meets |= run.first < start + window && run.last >= start;
      ASSERT_EQ(meets, has_day) << "window " << window << " from " << start;
    }
  }
}

} // namespace

} // namespace day_runs_test
