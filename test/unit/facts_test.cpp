#include "core/diagnostics/facts/day_figures.hpp"
#include "core/diagnostics/facts/facts.hpp"

#include <algorithm>
#include <gtest/gtest.h>
#include <random>
#include <vector>

namespace facts_test {

using namespace upkeep;
using namespace upkeep::diagnostics;

namespace {

constexpr day_number monday = 9809; // 2026-11-09

// Days with room for ratios that live as long as they do.
struct kept {
  shop_days days;
  std::vector<std::vector<std::int64_t>> rooms;

  kept() { begin(days, monday); }
  static std::int64_t *more(void *context) {
    auto &rooms = *static_cast<std::vector<std::vector<std::int64_t>> *>(context);
    return rooms.emplace_back(days_kept).data();
  }
  void add(const day_row &row) { upkeep::diagnostics::add(days, row, more, &rooms); }
};

day_row row(day_number day, std::int64_t revenue, std::int64_t ratio = no_ratio, std::uint8_t scale = 0) {
  return {day, {3, revenue, 20, 5}, 15, scale, ratio};
}

} // namespace

TEST(facts, rows_of_other_weeks_are_none) {
  kept all;
  for (const day_number day : {monday - 57, monday + 7, INT32_MIN, INT32_MAX})
    all.add(row(day, 10));
  EXPECT_EQ(all.days.known[0], 0u);
  all.add(row(monday - 56, 10));
  all.add(row(monday + 6, 20));
  EXPECT_EQ(all.days.known[0], 1u | std::uint64_t{1} << 62);
  EXPECT_EQ(all.days.revenue[0], 10);
  EXPECT_EQ(all.days.revenue[62], 20);
}

TEST(facts, amounts_take_the_most_decimals) {
  kept all;
  all.add(row(monday, 5));
  all.add(row(monday + 1, 525, no_ratio, 2));
  all.add(row(monday + 2, 7, no_ratio, 1));
  EXPECT_EQ(all.days.scale, 2);
  EXPECT_EQ(all.days.revenue[56], 500);
  EXPECT_EQ(all.days.revenue[57], 525);
  EXPECT_EQ(all.days.revenue[58], 70);
}

TEST(facts, what_is_out_of_range_is_marked_and_never_wraps) {
  for (const std::int64_t amount : {INT64_MAX, INT64_MIN, max_amount + 1, -max_amount - 1}) {
    kept all;
    all.add(row(monday, amount));
    EXPECT_TRUE(all.days.unfit_bits & std::uint8_t(unfit::out_of_range)) << amount;
  }
  kept sum;
  sum.add(row(monday, max_amount));
  EXPECT_EQ(sum.days.unfit_bits, 0);
  sum.add(row(monday, 1));
  EXPECT_NE(sum.days.unfit_bits, 0);
  kept rescaled;
  rescaled.add(row(monday, max_amount));
  rescaled.add(row(monday + 1, 1, no_ratio, 1));
  EXPECT_NE(rescaled.days.unfit_bits, 0);
}

TEST(facts, neither_order_nor_parts_matter) {
  std::mt19937 random(7);
  for (int round = 0; round < 200; ++round) {
    std::vector<day_row> rows;
    for (int i = 0; i < 80; ++i)
      rows.push_back({monday - 60 + static_cast<int>(random() % 70),
                      {std::int64_t(random() % 9), std::int64_t(random() % 1000) - 100, std::int64_t(random() % 50),
                       std::int64_t(random() % 20)},
                      static_cast<std::uint8_t>(random() % 16),
                      static_cast<std::uint8_t>(random() % 3),
                      round % 2 ? no_ratio : std::int64_t(random() % 3) * 100'000'000});
    kept forwards, shuffled, left, right;
    for (const day_row &each : rows)
      forwards.add(each);
    std::ranges::shuffle(rows, random);
    for (const day_row &each : rows) {
      shuffled.add(each);
      (random() % 2 ? left : right).add(each);
    }
    merge(left.days, right.days, kept::more, &left.rooms);
    EXPECT_EQ(serialise(forwards.days), serialise(shuffled.days));
    EXPECT_EQ(serialise(forwards.days), serialise(left.days));
    kept back;
    ASSERT_TRUE(deserialise(serialise(forwards.days), back.days, kept::more, &back.rooms));
    EXPECT_EQ(serialise(forwards.days), serialise(back.days));
  }
}

TEST(facts, bytes_that_are_none_are_refused) {
  kept all;
  all.add(row(monday, 5));
  const std::string bytes = serialise(all.days);
  for (std::size_t size = 0; size < bytes.size(); ++size) {
    kept back;
    EXPECT_FALSE(deserialise(bytes.substr(0, size), back.days, kept::more, &back.rooms)) << size;
  }
  kept back;
  EXPECT_FALSE(deserialise(bytes + 'x', back.days, kept::more, &back.rooms));
}

TEST(facts, amounts_of_a_row_share_their_decimals) {
  kept all;
  day_row sold = row(monday, 0);
  take_amounts({{125, nullptr, 1, false}, true}, {{7, nullptr, 0, false}, true}, all.days, sold);
  EXPECT_EQ(sold.scale, 1);
  EXPECT_EQ(sold.value[static_cast<std::size_t>(measure::revenue)], 125);
  EXPECT_EQ(sold.value[static_cast<std::size_t>(measure::ad_spend)], 70);
  day_row unknown{monday, {}, 0, 0, no_ratio};
  take_amounts({decimal::null(), true}, {decimal::of(3), true}, all.days, unknown);
  EXPECT_EQ(unknown.known, 1u << static_cast<unsigned>(measure::ad_spend));
  EXPECT_EQ(all.days.unfit_bits, 0);
}

TEST(facts, amounts_that_cannot_be_held_are_marked) {
  const auto marks = [](const given_amount &revenue) {
    kept all;
    day_row sold{monday, {}, 0, 0, no_ratio};
    take_amounts(revenue, {decimal::null(), true}, all.days, sold);
    return all.days.unfit_bits;
  };
  EXPECT_EQ(marks({decimal::null(), false}), static_cast<std::uint8_t>(unfit::not_a_number));
  EXPECT_EQ(marks({{0, "10000000000000000000", 0, false}, true}), static_cast<std::uint8_t>(unfit::out_of_range));
  EXPECT_EQ(marks({{0, "0.12345678901234567891", 0, false}, true}),
            static_cast<std::uint8_t>(unfit::too_many_decimals));
  EXPECT_EQ(marks({{11'234'567, nullptr, 7, false}, true}), static_cast<std::uint8_t>(unfit::too_many_decimals));
}

} // namespace facts_test
