// Counting rows as the storage has them: by the latest snapshot, whatever policies and permissions say.
#pragma once

#include "core/guard.hpp"
#include "postgres/boundary.hpp"

namespace upkeep::pg {

// The rows of one table, without those of its partitions and children. `most`: where to stop; but while nothing was
// found, it is sought to the end.
tally count_rows(Relation relation, std::uint64_t most);

// Those of them in which a column is not NULL, or is.
tally count_values(Relation relation, AttrNumber column, std::uint64_t most);
// A dropped column's values are there until a row is written anew. `unwritten`: rows older than the column had its
// default for a value.
tally count_dropped_values(Relation relation, AttrNumber column, bool unwritten);
tally count_nulls(Relation relation, AttrNumber column, std::uint64_t most);

// How a column's values come through a change of type.
struct conversion_result {
  bool is_known = false; // false: the conversion fails by itself, has no way back, or may not be tried
  bool is_free = false;  // no value changes; nothing was counted
  tally count = {};      // lost: values that are others after going there and back
};

// What ALTER COLUMN … TYPE makes of a column: `definition` is its ColumnDef, with the type and USING. Runs the
// expressions as the owner of the table, and only for who has the owner's rights; volatile ones only where they
// `will_run` anyway.
conversion_result count_changed(Relation relation, AttrNumber column, const ColumnDef *definition, std::uint64_t most,
                                bool will_run);

} // namespace upkeep::pg
