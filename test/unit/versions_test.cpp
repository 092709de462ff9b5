#include "core/versions.hpp"

#include <gtest/gtest.h>

namespace versions_test {

using namespace upkeep;

TEST(versions, are_listed_oldest_first) {
  for (std::size_t i = 1; i < versions.size(); ++i)
    EXPECT_TRUE(compare_versions(versions[i - 1].number, versions[i].number) < 0);
}

TEST(versions, are_compared_as_numbers) {
  EXPECT_TRUE(compare_versions("0.9.0", "0.10.0") < 0);
  EXPECT_TRUE(compare_versions("1.0.0", "0.10.9") > 0);
  EXPECT_TRUE(compare_versions("0.5.0", "0.5.0") == 0);
  EXPECT_TRUE(compare_versions("0.5", "0.5.0") < 0);
}

TEST(versions, take_what_is_no_number_for_0) {
  EXPECT_TRUE(compare_versions("none", "0.1.0") < 0);
  EXPECT_TRUE(compare_versions("", "0.1.0") < 0);
}

} // namespace versions_test
