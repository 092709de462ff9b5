#include "core/decisions/elasticity.hpp"

#include <cmath>
#include <gtest/gtest.h>
#include <random>
#include <vector>

namespace elasticity_test {

using namespace upkeep;
using namespace upkeep::decisions;

namespace {

elasticity_sums power_law(double exponent, int points, double range = 4) {
  elasticity_sums sums{};
  for (int i = 0; i < points; ++i) {
    const double spend = 1e6 * std::pow(range, i / (points - 1.0));
    add_point(sums, spend, 37 * std::pow(spend, exponent));
  }
  return sums;
}

} // namespace

TEST(elasticity, is_the_slope_of_the_logarithms) {
  EXPECT_EQ(elasticity_text(power_law(0.7, 8)), "0.700000");
  EXPECT_EQ(elasticity_text(power_law(0.512345, 90, 100)), "0.512345");
}

TEST(elasticity, is_within_its_bounds) {
  EXPECT_EQ(elasticity_text(power_law(1.2, 10)), "0.950000");
  EXPECT_EQ(elasticity_text(power_law(0.2, 10)), "0.300000");
  EXPECT_EQ(elasticity_text(power_law(-1, 10)), "0.300000");
}

TEST(elasticity, needs_points_and_range) {
  EXPECT_EQ(elasticity_text({}), std::nullopt);
  EXPECT_EQ(elasticity_text(power_law(0.7, 7)), std::nullopt);
  EXPECT_EQ(elasticity_text(power_law(0.7, 20, 1.99)), std::nullopt);
  elasticity_sums twice{};
  for (int i = 0; i < 4; ++i) {
    add_point(twice, 3, 1);
    add_point(twice, 6, std::sqrt(2.0));
  }
  EXPECT_EQ(elasticity_text(twice), "0.500000");
}

TEST(elasticity, leaves_out_what_has_no_logarithm) {
  elasticity_sums sums = power_law(0.7, 8);
  for (const auto &[spend, revenue] : std::vector<std::pair<double, double>>{
           {0, 5}, {5, 0}, {-1, 5}, {5, -1}, {std::nan(""), 5}, {5, std::nan("")}, {HUGE_VAL, 5}, {5, HUGE_VAL}})
    add_point(sums, spend, revenue);
  EXPECT_EQ(sums.count, 8);
  EXPECT_EQ(elasticity_text(sums), "0.700000");
}

TEST(elasticity, is_the_same_of_parts) {
  std::mt19937 random(7);
  std::uniform_real_distribution<double> noise(-0.3, 0.3), log_spend(10, 16);
  elasticity_sums whole{}, parts[3]{};
  for (int i = 0; i < 300; ++i) {
    const double x = log_spend(random), spend = std::exp(x), revenue = std::exp(3 + 0.6 * x + noise(random));
    add_point(whole, spend, revenue);
    add_point(parts[i % 3], spend, revenue);
  }
  elasticity_sums merged{};
  for (const elasticity_sums &part : parts)
    merge(merged, part);
  merge(merged, {});
  EXPECT_EQ(merged.count, whole.count);
  EXPECT_NEAR(*elasticity_of(merged), *elasticity_of(whole), 1e-12);
  EXPECT_NEAR(*elasticity_of(whole), 0.6, 0.03);
}

TEST(elasticity, takes_the_extremes_of_doubles) {
  elasticity_sums sums{};
  for (int i = 0; i < 8; ++i)
    add_point(sums, i % 2 ? 1e308 : 5e-324, i % 2 ? 1e308 : 5e-324);
  EXPECT_EQ(elasticity_text(sums), "0.950000");
  elasticity_sums again{};
  EXPECT_TRUE(deserialise(serialise(sums), again));
}

TEST(elasticity, is_read_back_from_its_bytes) {
  const elasticity_sums sums = power_law(0.65, 12);
  elasticity_sums again{};
  ASSERT_TRUE(deserialise(serialise(sums), again));
  EXPECT_EQ(serialise(again), serialise(sums));
  EXPECT_EQ(elasticity_text(again), "0.650000");
  ASSERT_TRUE(deserialise(serialise({}), again));
  EXPECT_EQ(again.count, 0);
}

TEST(elasticity, refuses_other_bytes) {
  elasticity_sums into{};
  const std::string bytes = serialise(power_law(0.65, 12));
  EXPECT_FALSE(deserialise("", into));
  EXPECT_FALSE(deserialise(bytes.substr(1), into));
  EXPECT_FALSE(deserialise(bytes + "x", into));
  EXPECT_FALSE(deserialise("\2" + bytes.substr(1), into));
  const auto refused = [&](auto change) {
    elasticity_sums sums = power_law(0.65, 12);
    change(sums);
    return !deserialise(serialise(sums), into);
  };
  EXPECT_TRUE(refused([](elasticity_sums &sums) { sums.count = -1; }));
  EXPECT_TRUE(refused([](elasticity_sums &sums) { sums.count = 0; }));
  EXPECT_TRUE(refused([](elasticity_sums &sums) { sums.count = INT64_MAX; }));
  EXPECT_TRUE(refused([](elasticity_sums &sums) { sums.mean_spend = std::nan(""); }));
  EXPECT_TRUE(refused([](elasticity_sums &sums) { sums.mean_revenue = 1e300; }));
  EXPECT_TRUE(refused([](elasticity_sums &sums) { sums.spend_squares = -1; }));
  EXPECT_TRUE(refused([](elasticity_sums &sums) { sums.products = HUGE_VAL; }));
  EXPECT_TRUE(refused([](elasticity_sums &sums) { sums.min_spend = 0; }));
  EXPECT_TRUE(refused([](elasticity_sums &sums) { sums.greatest_spend = sums.min_spend / 2; }));
  EXPECT_TRUE(refused([](elasticity_sums &sums) { sums.greatest_spend = HUGE_VAL; }));
}

} // namespace elasticity_test
