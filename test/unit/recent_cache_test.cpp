#include "core/recent_cache.hpp"

#include <gtest/gtest.h>
#include <memory>

namespace recent_cache_test {

using upkeep::recent_cache;

TEST(recent_cache, finds_what_it_was_given) {
  recent_cache<int> cache(100);
  EXPECT_EQ(cache.find("a"), nullptr);
  EXPECT_EQ(cache.insert("a", 1, 10), 1);
  ASSERT_NE(cache.find("a"), nullptr);
  EXPECT_EQ(*cache.find("a"), 1);
  EXPECT_EQ(cache.find(std::string_view("a\0", 2)), nullptr);
  EXPECT_EQ(cache.bytes(), 10u);
}

TEST(recent_cache, the_oldest_goes_first) {
  recent_cache<int> cache(30);
  cache.insert("a", 1, 10);
  cache.insert("b", 2, 10);
  cache.insert("c", 3, 10);
  EXPECT_EQ(cache.count(), 3u);
  cache.insert("d", 4, 15);
  EXPECT_EQ(cache.find("a"), nullptr);
  EXPECT_EQ(cache.find("b"), nullptr);
  EXPECT_NE(cache.find("c"), nullptr);
  EXPECT_NE(cache.find("d"), nullptr);
  EXPECT_EQ(cache.bytes(), 25u);
}

TEST(recent_cache, one_that_is_too_large_is_kept_alone) {
  recent_cache<int> cache(30);
  cache.insert("a", 1, 10);
  EXPECT_EQ(cache.insert("big", 2, 100), 2);
  EXPECT_EQ(cache.count(), 1u);
  cache.insert("b", 3, 10);
  EXPECT_EQ(cache.count(), 1u);
  EXPECT_EQ(cache.bytes(), 10u);
}

TEST(recent_cache, stays_within_its_bound_over_many_entries) {
  recent_cache<std::unique_ptr<int>> cache(1000);
  for (int i = 0; i < 100000; ++i) {
    const std::string key = std::to_string(i % 977);
    if (!cache.find(key)) {
      EXPECT_EQ(*cache.insert(key, std::make_unique<int>(i % 977), 10 + i % 7), i % 977);
    }
    ASSERT_LE(cache.bytes(), 1000u);
  }
  cache.clear();
  EXPECT_EQ(cache.count(), 0u);
  EXPECT_EQ(cache.bytes(), 0u);
  EXPECT_EQ(cache.find("1"), nullptr);
}

} // namespace recent_cache_test
