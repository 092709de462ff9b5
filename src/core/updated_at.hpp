// The arithmetic of updated_at: what the next stamp and the next version of a row are.
#pragma once

#include <cstdint>
#include <optional>

namespace upkeep {

// A point in time in microseconds, counted as PostgreSQL counts them; the two extremes are the infinities.
using microseconds = std::int64_t;

inline constexpr microseconds minus_infinity = INT64_MIN;
inline constexpr microseconds plus_infinity = INT64_MAX;
inline constexpr microseconds one_hour = INT64_C(3600000000);

// The smallest step of a column that keeps `precision` (0 to 6) digits of a second.
constexpr microseconds tick_of(int precision) {
  microseconds tick = 1;
  for (int digits = precision; digits < 6; ++digits)
    tick *= 10;
  return tick;
}

// `time` to the nearest multiple of `tick`, halves away from zero, as PostgreSQL coerces to timestamp(p).
constexpr microseconds round_to(microseconds time, microseconds tick) {
  if (time == minus_infinity || time == plus_infinity || tick == 1)
    return time;
  return (time >= 0 ? time + tick / 2 : time - tick / 2) / tick * tick;
}

// The stamp that follows `old` when the clock, already rounded to `tick`, says `now`. It never goes back and never
// stands still: a transaction that began first may write last. An `old` that no clock here can have written (infinite,
// or over one hour ahead) is not followed into the future.
constexpr microseconds next_stamp(microseconds now, microseconds old, microseconds tick) {
  if (old == minus_infinity || old == plus_infinity || old > now + one_hour)
    return now;
  const microseconds least = round_to(old + tick, tick);
  return now > least ? now : least;
}

// What a client may send for the version of a row that has version `old`: the one it read, or the one that follows.
constexpr bool version_follows(std::int64_t old, std::int64_t sent) {
  return sent == old || (old != INT64_MAX && sent == old + 1);
}

// The version of a row that has version `old`, after a change; nullopt where that is the last one a column can hold.
constexpr std::optional<std::int64_t> next_version(std::int64_t old, std::int64_t last) {
  return old == last ? std::nullopt : std::optional(old + 1);
}

} // namespace upkeep
