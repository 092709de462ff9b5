// Whether a text, and what a type wrote of it once it was read, say the same.
#pragma once

#include <string_view>

namespace upkeep {

enum class text_kind {
  plain,  // to the letter
  number, // blanks around it and zeros after a fraction say nothing: "1.5", "1.50"; a zero in front does: "007"
  uuid,   // nor do case, braces and hyphens
  time    // nor does the T between date and time
};

bool says_the_same(std::string_view before, std::string_view after, text_kind kind);

} // namespace upkeep
