#include "core/sequence.hpp"

namespace upkeep {

namespace {

__extension__ using int128 = __int128;

} // namespace

std::int64_t next_of(const sequence_state &sequence) {
  std::int64_t next = sequence.last;
  if (sequence.is_called && __builtin_add_overflow(sequence.last, sequence.increment, &next))
    return sequence.last;
  return next;
}

std::optional<std::int64_t> moved_beyond(const sequence_state &sequence, std::int64_t taken) {
  const int128 step = sequence.increment;
  const int128 next = sequence.is_called ? sequence.last + step : int128(sequence.last);
  // Counted along the sequence's way, be it up or down.
  const int128 size = step > 0 ? step : -step, distance = step > 0 ? taken - next : next - taken;
  if (distance < 0)
    return std::nullopt;
  const int128 moved = next + (distance + size - 1) / size * step, after = moved + step;
  if (after < sequence.least || after > sequence.greatest)
    return std::nullopt;
  return static_cast<std::int64_t>(moved);
}

} // namespace upkeep
