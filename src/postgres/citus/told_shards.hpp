// How the statement triggers of shards come to know what concerns the whole of a distributed table. Citus fires those
// for TRUNCATE where the statement comes in, and only a statement on the table reaches all of its shards within the
// transaction: a DELETE that deletes nothing fires their triggers AFTER DELETE.
#pragma once

#include "postgres/boundary.hpp"

namespace upkeep::pg {

// Fires them. As the current user, who must be allowed to delete: another would not share the connections on which the
// transaction has written. Needs an SPI connection.
void tell_shards(Oid table);

// Whether the table has been emptied by a TRUNCATE in this transaction, or is as old as it.
bool is_emptied_here(Relation relation);

// Whether the trigger was made in this transaction.
bool is_made_here(const Trigger &trigger);

} // namespace upkeep::pg
