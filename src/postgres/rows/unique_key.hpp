// A unique key of a plain table, as an index has it.
#pragma once

#include "postgres/compat.hpp"

namespace upkeep::pg {

// A column of a key, and the type of the values it is compared with; InvalidOid for the column's own.
struct key_part {
  AttrNumber column;
  Oid value_type = InvalidOid;
};

// How a key is found. Trivial.
struct unique_key {
  static constexpr int max_parts = 4;

  struct part {
    AttrNumber column;
    Oid value_type;
    Oid equals; // the operator's function
    Oid collation;
    int given; // its number among the parts that were asked for
  };

  Oid table;
  Oid index; // InvalidOid if no index serves
  int count;
  part parts[max_parts]; // as the index has them
};

// A unique btree index of a plain table on those columns alone, which can find values of their types. May raise.
unique_key find_unique_key(Relation table, const key_part *parts, int count);

} // namespace upkeep::pg
