// What holds for every stamp: it is on its column's grid, after the old one where that one can be followed, and the
// clock's where it is not needed otherwise.
#include "core/updated_at.hpp"
#include "require.hpp"

#include <cstring>

using namespace upkeep;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size) {
  microseconds clock = 0, old = 0;
  if (size < 1 + sizeof clock + sizeof old)
    return 0;
  std::memcpy(&clock, data + 1, sizeof clock);
  std::memcpy(&old, data + 1 + sizeof clock, sizeof old);
  // What a server's clock can say: the years 4713 BC to 294276, counted from 2000.
  constexpr microseconds least = INT64_C(-211813488000000000), most = INT64_C(9223371331200000000) - 2 * one_hour;
  if (clock < least || clock > most)
    return 0;
  if (old != minus_infinity && old != plus_infinity && (old < least || old > most))
    return 0;
  const microseconds tick = tick_of(data[0] % 7);
  const microseconds now = round_to(clock, tick);
  REQUIRE(now % tick == 0);
  REQUIRE(now - clock <= (tick + 1) / 2 && clock - now <= (tick + 1) / 2);
  REQUIRE(round_to(now, tick) == now);

  const microseconds stamp = next_stamp(now, old, tick);
  REQUIRE(stamp % tick == 0);
  const bool followed = old != minus_infinity && old != plus_infinity && old <= now + one_hour;
  if (!followed)
    REQUIRE(stamp == now);
  else {
    REQUIRE(stamp > old);
    REQUIRE(stamp >= now);
    REQUIRE(stamp == now || stamp - old <= 2 * tick);
  }
  REQUIRE(next_stamp(now, stamp, tick) == stamp + tick || stamp > now + one_hour);
  return 0;
}
