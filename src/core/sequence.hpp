// Where a sequence stands, and which number it draws next.
#pragma once

#include <cstdint>
#include <optional>

namespace upkeep {

// Where a sequence stands, and how it goes on.
struct sequence_state {
  std::int64_t last;
  bool is_called; // else `last` is the next number
  std::int64_t increment, least, greatest;
  std::int64_t start = 1; // where it began
};

// The number that a sequence draws next; the last one where none follows.
std::int64_t next_of(const sequence_state &sequence);

// The last number of a sequence that is to draw none up to a number that is taken. It goes in the sequence's
// own steps. nullopt where it draws none of those anyway, or where nothing lies beyond.
std::optional<std::int64_t> moved_beyond(const sequence_state &sequence, std::int64_t taken);

} // namespace upkeep
