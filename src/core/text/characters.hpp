// The characters of a UTF-8 text, which are not its bytes.
#pragma once

#include <algorithm>
#include <cstddef>
#include <string_view>

namespace upkeep {

inline bool begins_character(char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; }

// What PostgreSQL takes for white space.
inline bool is_blank(char c) { return c == ' ' || (c >= '\t' && c <= '\r'); }

inline int count_characters(std::string_view text) {
  return static_cast<int>(std::count_if(text.begin(), text.end(), begins_character));
}

// The byte at which the character of that number begins, counted from 1; the end where there are fewer.
inline std::size_t byte_of(std::string_view text, int position) {
  std::size_t at = 0;
  for (; at < text.size(); ++at)
    if (begins_character(text[at]) && --position == 0)
      break;
  return at;
}

} // namespace upkeep
