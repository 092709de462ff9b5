// Whether a text and what was read from it say the same.
#include "core/text/same_text.hpp"

#include <gtest/gtest.h>

namespace same_text_test {

using namespace upkeep;

namespace {

TEST(same_text, plain_texts_are_compared_to_the_letter) {
  EXPECT_TRUE(says_the_same("10.0.0.1", "10.0.0.1", text_kind::plain));
  EXPECT_FALSE(says_the_same("a", "A", text_kind::plain));
  EXPECT_FALSE(says_the_same(" a", "a", text_kind::plain));
}

TEST(same_text, numbers_may_have_idle_zeros_behind) {
  EXPECT_TRUE(says_the_same("1.5", "1.50", text_kind::number));
  EXPECT_TRUE(says_the_same(" 12.00 ", "12", text_kind::number));
  EXPECT_TRUE(says_the_same("100", "100", text_kind::number));
  EXPECT_TRUE(says_the_same("0.0", "0", text_kind::number));
  // A zip code, a telephone number and a rounded price do not come back.
  EXPECT_FALSE(says_the_same("007", "7", text_kind::number));
  EXPECT_FALSE(says_the_same("+49", "49", text_kind::number));
  EXPECT_FALSE(says_the_same("1.239", "1.24", text_kind::number));
  EXPECT_FALSE(says_the_same("100", "1", text_kind::number));
  EXPECT_FALSE(says_the_same("1.5e10", "1.5e1", text_kind::number));
  EXPECT_FALSE(says_the_same("", "0", text_kind::number));
}

TEST(same_text, a_uuid_has_many_spellings) {
  const char *plain = "0b4d2f6e-4f3e-4b52-9b8e-0d9c3f6a7b10";
  EXPECT_TRUE(says_the_same("0B4D2F6E-4F3E-4B52-9B8E-0D9C3F6A7B10", plain, text_kind::uuid));
  EXPECT_TRUE(says_the_same(" {0b4d2f6e4f3e4b529b8e0d9c3f6a7b10}", plain, text_kind::uuid));
  EXPECT_FALSE(says_the_same("0b4d2f6e-4f3e-4b52-9b8e-0d9c3f6a7b11", plain, text_kind::uuid));
  EXPECT_FALSE(says_the_same("0b4d2f6e-4f3e-4b52-9b8e-0d9c3f6a7b1", plain, text_kind::uuid));
  EXPECT_FALSE(says_the_same("", plain, text_kind::uuid));
}

TEST(same_text, a_time_may_be_written_as_iso_8601_writes_it) {
  EXPECT_TRUE(says_the_same("2026-11-21T10:11:12", "2026-11-21 10:11:12", text_kind::time));
  EXPECT_TRUE(says_the_same("2026-11-21 10:11:12.500", "2026-11-21 10:11:12.5", text_kind::time));
  EXPECT_TRUE(says_the_same("2026-11-21T10:11", "2026-11-21 10:11:00", text_kind::time));
  EXPECT_TRUE(says_the_same("2026-11-21", "2026-11-21", text_kind::time));
  // The zone, or the time of the day, is gone.
  EXPECT_FALSE(says_the_same("2026-11-21T10:11:12Z", "2026-11-21 10:11:12", text_kind::time));
  EXPECT_FALSE(says_the_same("2026-11-21 00:00:00", "2026-11-21", text_kind::time));
  EXPECT_FALSE(says_the_same("2026-11-21 10:11", "2026-11-21 10:11:01", text_kind::time));
  EXPECT_FALSE(says_the_same("", "2026-11-21", text_kind::time));
}

} // namespace

} // namespace same_text_test
