// Counting rows as the storage has them: by the latest snapshot, whatever policies and permissions say.
#pragma once

#include "core/tally.hpp"
#include "postgres/boundary.hpp"

namespace upkeep::pg {

// The rows of one table, without those of its partitions and children. `most`: where to stop; but while nothing was
// found, it is sought to the end.
tally count_rows(Relation relation, std::uint64_t most);

// Those of them in which a column is not NULL, or is.
tally count_values(Relation relation, AttrNumber column, std::uint64_t most);
// A dropped column's values are there until a row is written anew. `unwritten`: rows older than the column had its
// default for a value.
tally count_dropped_values(Relation relation, AttrNumber column, std::uint64_t most, bool unwritten);
tally count_nulls(Relation relation, AttrNumber column, std::uint64_t most);

} // namespace upkeep::pg
