// What the sources of rollups say, as tables of the SPI connection that a comparison reads.
#pragma once

#include "features/rollups/comparison/comparison.hpp"
#include "postgres/sql/named_rows.hpp"

namespace upkeep::rollups {

class group_tables {
public:
  // Every group of each rollup that the comparison needs, as the active snapshot has them; computed as each source's
  // owner, restricted. Needs an SPI connection.
  explicit group_tables(const comparison &compared);
  // Those alone whose keys stand in the arrays, which are those of `rollup`. Another with other keys: those of the
  // target's rows that have these keys.
  group_tables(const comparison &compared, std::size_t rollup, std::span<const pg::parameter> arrays, matching by);

  void close();

private:
  std::vector<pg::named_rows> tables;
};

} // namespace upkeep::rollups
