// Figures written as the sources say: by backfill and by recalculate_rollup. Under pinned settings; need an SPI
// connection.
#pragma once

#include "features/rollups/comparison/comparison.hpp"
#include "postgres/sql/parameter.hpp"

namespace upkeep::rollups {

struct put_right_counts {
  std::int64_t rows = 0;     // that were written or inserted
  std::int64_t replaced = 0; // figures that were there, and wrong
};

// The rows that have these keys of a rollup, which `compared` looks at, are locked in the order of keys; those that are
// wrong now get what the sources say, as the target's owner. Throws 22003.
put_right_counts put_rows_right(const comparison &compared, std::size_t rollup, std::span<const pg::parameter> keys);

// Who computes rows that are inserted: their own row trigger, which agrees with whoever writes a source meanwhile; or
// we, in one query, where nobody can: no source of a rollup with the same keys.
enum class computed_by { trigger, query };

// Inserts rows for those of the groups that have none, in the order of keys, where the source has rows of them now.
put_right_counts insert_rows(std::span<const rollup> all, std::size_t rollup, std::span<const pg::parameter> keys,
                             computed_by way);

} // namespace upkeep::rollups
