// Numerics that are written without a detour.
#pragma once

#include "core/numeric/decimal.hpp"
#include "postgres/compat.hpp"

namespace upkeep::pg {

// A numeric of few digits, built where it lies. Trivial, so that palloc'd memory may hold it.
class short_numeric {
public:
  // digits / 10^scale as a numeric with that scale; a negative scale is zeros before the point. False where there are
  // too many digits.
  bool build(int128 digits, int scale);
  // Valid until the next build.
  Datum datum() const { return PointerGetDatum(image); }

private:
  static constexpr int max_groups = 12;
  alignas(std::int32_t) char image[VARHDRSZ + 2 * sizeof(std::uint16_t) + max_groups * sizeof(std::int16_t)];
};

} // namespace upkeep::pg
