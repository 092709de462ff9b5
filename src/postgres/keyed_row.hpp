// One row of a plain table by its unique key, without a query around it: what the commonest lookup of a trigger comes to.
#pragma once

#include "postgres/compat.hpp"

namespace upkeep::pg {

// How a key is found. Trivial.
struct unique_key {
  Oid table;
  Oid index; // InvalidOid where there is none that serves
  Oid equals; // the operator's function
  Oid value_type;
  Oid collation;
  AttrNumber column;
};

// A unique btree index of a plain table on that column alone, which can find values of `value_type`. May raise.
unique_key find_unique_key(Relation table, AttrNumber column, Oid value_type);

enum class keyed_result {
  found,
  absent,
  unclear // ask by a query
};

// What a new statement would see of the row with that key. `locks`: takes it FOR SHARE, waits for who is changing it, and
// returns its latest version; under a repeatable snapshot raises 40001 where it has changed. On `found`, copies the values of
// `count` columns into the current memory context. May raise.
keyed_result read_by_key(const unique_key &by, Datum key, bool locks, const AttrNumber *columns, int count,
                         NullableDatum *values);

} // namespace upkeep::pg
