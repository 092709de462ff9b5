#include "core/text/bytes.hpp"

#include <gtest/gtest.h>
#include <string>

namespace bytes_test {

using upkeep::first_difference;

TEST(first_difference, is_the_length_of_equal_strings) {
  for (std::size_t length = 0; length < 40; ++length) {
    const std::string a(length, 'x');
    EXPECT_EQ(first_difference(a.data(), std::string(a).data(), length), length);
  }
}

TEST(first_difference, finds_a_difference_at_every_place_and_alignment) {
  for (std::size_t length = 1; length < 40; ++length)
    for (std::size_t at = 0; at < length; ++at)
      for (std::size_t shift = 0; shift < 8; ++shift) {
        std::string a(length + shift, '\0'), b(a);
        b[shift + at] = '\x80';
        if (at + 1 < length)
          b[shift + length - 1] = '\1';
        EXPECT_EQ(first_difference(a.data() + shift, b.data() + shift, length), at);
      }
}

TEST(first_difference, does_not_look_behind_the_length) {
  EXPECT_EQ(first_difference("same and more", "same but more", 4), 4u);
}

} // namespace bytes_test
