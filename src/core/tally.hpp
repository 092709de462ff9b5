// What a pass over rows has counted.
#pragma once

#include <cstdint>

namespace upkeep {

// Rows are counted exactly up to here; beyond, the guard says "at least".
inline constexpr std::uint64_t max_counted_rows = 100'000;

// How many rows were seen, and in how many of them something would be lost.
struct tally {
  std::uint64_t rows = 0;
  std::uint64_t lost = 0;
  bool is_complete = true; // false: the rest was not looked at

  tally &operator+=(const tally &other) {
    rows += other.rows;
    lost += other.lost;
    is_complete &= other.is_complete;
    return *this;
  }
};

} // namespace upkeep
