// Rows of a table told apart by some of their columns, none of them NULL, by the equality of the types.
#pragma once

#include "postgres/compat.hpp"

namespace upkeep::pg {

// Trivial. A type that cannot be hashed is compared by image.
struct key_column {
  AttrNumber number;
  std::int16_t length;
  bool by_value;
  Oid collation;
  bool by_image;
  FmgrInfo hash, equal;
};

// `attribute` is that of a column which is there; `memory` keeps what the functions remember. May raise.
key_column key_column_of(const FormData_pg_attribute &attribute, MemoryContext memory);

// Values in the order of the columns. May raise; nothing here has a destructor.
std::uint32_t hash_of_key(key_column *columns, int count, const Datum *key);
bool is_same_key(key_column *columns, int count, const Datum *a, const Datum *b);

} // namespace upkeep::pg
