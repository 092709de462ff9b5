// What Citus must have done with tables before a feature can join them.
#pragma once

#include "postgres/boundary.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace upkeep::pg {

// Throws 0A000: `other` is not co-located with `table`.
[[noreturn]] void refuse_apart(Oid other, Oid table);

// Throws 0A000 for a reference table, on each of whose replicas a trigger would fire. `verb`: "enable touch".
void require_no_replicas(Oid table, const char *verb);

// The column whose value says in which shard a row of this distributed table lies; nullopt for any other table. Needs
// an SPI connection.
std::optional<std::string> distribution_column(Oid table);

// Throws 0A000 for a TRUNCATE of a table with shards, whose rows `feature` would have to look at one by one.
void refuse_truncating_shards(Oid table, std::string_view feature);

// create_distributed_table copies triggers for TRUNCATE to the shards, where they do nothing, and DROP TRIGGER does not
// reach them there: drops those of upkeep, in transactions of their own, before this one locks the shards. Needs an SPI
// connection. Throws 38000 rather than wait for this transaction.
void drop_truncate_triggers_of_shards(Oid table);

// Lets this transaction make and drop triggers of distributed tables: Citus wants to be told that this is meant.
void permit_triggers();

} // namespace upkeep::pg
