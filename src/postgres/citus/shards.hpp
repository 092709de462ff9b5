// Tables that Citus has spread over nodes. A node has a distributed table twice: the logical table, which is empty, and
// shards beside it, orders_102137, which are tables with triggers of their own. On a server without Citus each question
// here is one look into a cache.
#pragma once

#include "postgres/boundary.hpp"

#include <optional>

namespace upkeep::pg {

// Whether the database has Citus.
bool has_citus();

// Whether another node of the cluster speaks in this session: what it says of shards was judged where it came from.
bool is_citus_session();

// How Citus keeps a table. `one_shard`: all rows are in a single shard, as in a schema that is distributed, or as of a
// table that Citus knows for its foreign keys; a `reference` table has a replica on every node.
enum class citus_kind { none, distributed, one_shard, reference };
citus_kind citus_kind_of(Oid table);

// Whether the rows are in shards and not here.
inline bool has_shards(Oid table) { return citus_kind_of(table) != citus_kind::none; }

struct shard {
  Oid logical;
  std::int64_t id;
};
// nullopt for a table that is not a shard.
std::optional<shard> shard_of(Oid table);
inline bool is_shard(Oid table) { return shard_of(table).has_value(); }
// The table that a shard is a part of, or the table itself.
Oid logical_table(Oid table);

// Whether a row of one table finds the rows of its tenant in the other on its own node: both are plain, or co-located,
// or `other` is a reference table.
bool lies_beside(Oid other, Oid table);

// The shard of `table` that lies with the shard `beside`, or `table` itself where `beside` is not a shard. nullopt
// where there is none: they are not co-located.
std::optional<Oid> beside_shard(Oid table, Oid beside);

} // namespace upkeep::pg
