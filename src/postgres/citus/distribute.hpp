// Tables that we give to Citus ourselves.
#pragma once

#include "postgres/boundary.hpp"

namespace upkeep::pg {

// Throws 0A000 where the database has no Citus.
void require_citus();

// Distributes a table by a column, into shards that lie with those of `beside`, if that is valid. For the rest of the
// calling function Citus does one shard after the other, which it wants of a transaction that makes tables and changes
// them. Needs an SPI connection.
void distribute(Oid table, const char *column, Oid beside);

} // namespace upkeep::pg
