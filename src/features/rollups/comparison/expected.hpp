// What the sources say that figures should be, as SQL. Run as the source's owner, restricted, under pinned settings.
#pragma once

#include "features/rollups/rollup.hpp"
#include "postgres/sql/sql.hpp"

#include <optional>

namespace upkeep::rollups {

// Each query returns the keys as k1, ..., the number of rows that count as n, and the figures as f1, ...: a count as
// bigint, a sum as numeric, each value rounded to the column's scale first, the others in the column's type. Without
// rows count and sum are 0, the others NULL.

// All groups of the source.
pg::fragment all_groups(const rollup &of);
// Those whose keys stand in the arrays $1, ..., one for each key; a group without rows is not returned.
pg::fragment groups_in_arrays(const rollup &of);
// The one whose key is $1, ..., of the types of the target's columns under any domains, always one row.
pg::fragment one_group(const rollup &of);

// The column of the source that is a key by itself, of another type of integers than the key's: an index on it serves,
// and the key is compared with it. As SQL.
std::optional<pg::fragment> integer_column(const rollup &of, const group_key &key);

// The number of a key, from 0, that is NULL for a row which counts: one row, or none.
pg::fragment row_without_key(const rollup &of);

// Whether the source has a row of the group that counts: one row without columns.
pg::fragment any_row(const rollup &of);

// The type in which a figure is returned.
Oid expected_type(const figure &of);

} // namespace upkeep::rollups
