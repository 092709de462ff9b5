// What is done to the rows of a distributed table is done where they lie: a row's address means nothing elsewhere.
#pragma once

#include "postgres/sql/fragment.hpp"
#include "postgres/sql/rows.hpp"

#include <optional>
#include <string>
#include <vector>

namespace upkeep::pg {

// Both run in transactions of their own on the shards' nodes: what this transaction has written there is neither seen
// nor waited for. %L in the command stands for the name of the shard. Where some fail they throw 38000 with what the
// first of them says; the others have done theirs by then. They need an SPI connection.

// Runs a command for every placement of every shard; with `second`, a co-located table, %1$L and %2$L in it stand for
// the names of two shards that lie together.
void run_on_shards(Oid table, std::optional<Oid> second, const fragment &command);

// Runs a query of one value for each shard and returns the values as text. `hint`: what to do where one fails.
std::vector<std::string> ask_shards(Oid table, const fragment &query, const char *hint);

// The rows of a query for each shard, together. `columns`: their names and types. Throws 0A000 where this transaction
// has written to tables that lie there.
rows rows_of_shards(Oid table, const fragment &query, const fragment &columns);

// A value in such a command, where a lone % would stand for the shard; NULL for nullopt.
fragment in_command(const std::optional<std::string> &value);

} // namespace upkeep::pg
