// Whether a key tells the rows of a table from each other: what finds one row by it may find two where it does not.
#pragma once

#include "postgres/relation.hpp"

namespace upkeep::pg {

// Throws 42P10 unless a unique index of the table that is full, valid and checked at once has these columns, or some of
// them, and no other; beside all of them it may have those that the table is partitioned by. `what` is found by the
// key: "an order". The table is locked. Needs an SPI connection, and relies on the search_path of query.hpp.
void require_unique_key(Relation table, const std::vector<std::string> &key, const char *what);

} // namespace upkeep::pg
