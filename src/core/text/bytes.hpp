// Where two byte strings begin to differ.
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>

namespace upkeep {

// Returns the index of the first byte in which `a` and `b` differ, or `length` where they are equal. Eight bytes a
// step: rows are compared on every UPDATE, and most of a row is equal.
inline std::size_t first_difference(const char *a, const char *b, std::size_t length) {
  std::size_t at = 0;
  for (; at + sizeof(std::uint64_t) <= length; at += sizeof(std::uint64_t)) {
    std::uint64_t x, y;
    std::memcpy(&x, a + at, sizeof x);
    std::memcpy(&y, b + at, sizeof y);
    if (x != y) {
      const int bits = std::endian::native == std::endian::little ? std::countr_zero(x ^ y) : std::countl_zero(x ^ y);
      return at + static_cast<std::size_t>(bits) / 8;
    }
  }
  while (at < length && a[at] == b[at])
    ++at;
  return at;
}

} // namespace upkeep
