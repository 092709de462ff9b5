// The keys of rollups as SQL: of rows t of the target, of groups g, and of arrays that are parameters.
#pragma once

#include "features/rollups/rollup.hpp"
#include "postgres/sql/sql.hpp"

namespace upkeep::rollups {

// Whether NULLs of keys match each other too: that is dearer.
enum class matching { values, nulls };

// How the groups of a rollup match rows.
matching group_matching(const rollup &of);

// A condition: the row of the target has that key. `key`: what k1, ... stand after, as in "g.k".
pg::fragment has_key(const rollup &of, const char *alias, const char *key, matching by);
// Something with the number of a key, a figure or a rollup, counted from 1: "k1" is the first key.
pg::fragment numbered(const char *before, std::size_t index);
// k1, k2 with something before each.
std::vector<pg::fragment> numbered_keys(const rollup &of, const char *before);
// Parameters $1, ... unnested, with columns k1, ...
pg::fragment key_arrays(const rollup &of);
// Those of row t, and the same under their base types, AS k1, ...
std::vector<pg::fragment> own_keys(const rollup &of);
std::vector<pg::fragment> own_keys_as_groups(const rollup &of);
// COLLATE and its name, or nothing.
pg::fragment collated(Oid collation);
// "id = 7", "(shop_id, record_date) = (7, 2026-11-29)", and {"id": 7}, of these values.
pg::fragment key_as_text(const rollup &of, const std::vector<pg::fragment> &values);
pg::fragment key_as_json(const rollup &of, const std::vector<pg::fragment> &values);
// A condition: no row of the target has the key of group g.
pg::fragment no_row(const rollup &of);

} // namespace upkeep::rollups
