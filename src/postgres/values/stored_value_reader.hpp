// Values that the history keeps in jsonb, turned into values of a column's type again.
#pragma once

#include "postgres/compat.hpp"

namespace upkeep::pg {

// What an entry says of a value.
enum class stored_state : std::uint8_t {
  known,
  null,
  digest, // only whether it changed
  erased
};

stored_state state_of(const JsonbValue &stored);

enum class read_form : std::uint8_t { boolean, int2, int4, int8, numeric, text, jsonb, input };

// How stored values become values of one column's type. Trivial.
struct stored_value_reader {
  read_form form; // how what was stored of this type is read; all else goes through its input
  Oid domain;     // InvalidOid unless the type is one
  Oid parameter;  // of the input
  FmgrInfo input;
  void *constraints; // of the domain
};

// `memory` keeps what the functions remember. May raise.
stored_value_reader reader_of(Oid type, MemoryContext memory);

// A known value, in the current context; numbers may lie in the jsonb. It has the image that was stored: the column's
// modifier is not applied. Needs pinned settings. Raises what the input raises, and the constraints of a domain.
Datum read_stored(stored_value_reader &how, const JsonbValue &stored);

} // namespace upkeep::pg
