// One row of a plain table by its unique key, without a query around it: what the commonest lookup of a trigger comes
// to.
#pragma once

#include "postgres/rows/keyed_rows.hpp"

namespace upkeep::pg {

// What is done with the row that was found, before the lookup lets go of it. May raise.
using row_visitor = void (*)(TupleTableSlot *row, void *context);

// What a new statement would see of the row with that key, a value for each part. `locks`: takes it FOR SHARE, waits
// for anyone who is changing it, and visits its latest version; under a repeatable snapshot raises 40001 where it has
// changed. The table is locked already, as for a query. May raise.
lookup_result visit_by_key(const unique_key &by, const Datum *key, bool locks, row_visitor visit, void *context);

// The same, copying the values of `count` columns into the current memory context.
lookup_result read_by_key(const unique_key &by, Datum key, bool locks, const AttrNumber *columns, int count,
                          NullableDatum *values);

} // namespace upkeep::pg
