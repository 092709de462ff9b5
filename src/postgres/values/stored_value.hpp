// Values as the history keeps them in jsonb: what the type's input turns into the same image again. Numbers and
// booleans are JSON's, jsonb is itself, the rest is the text that the type's output writes under pinned settings.
#pragma once

#include "postgres/values/jsonb_object.hpp"

namespace upkeep::pg {

enum class stored_kind : std::uint8_t {
  boolean,
  int2,
  int4,
  int8,
  numeric,
  float4,
  float8,
  text,     // also varchar, character, json and xml, as they are
  datetime, // ISO 8601, with a zone in UTC
  jsonb,
  output
};

// How values of a type are kept. Trivial.
struct stored_value {
  stored_kind kind;
  bool needs_pinned; // settings change what the output writes
  FmgrInfo output;   // of kind output
  Oid type;          // under any domains
};

// `memory` keeps what the output function remembers. May raise.
stored_value stored_value_of(Oid type, MemoryContext memory);

// A value that is not NULL, in the current context; settings are pinned where it needs that. May raise.
jsonb_scalar store(stored_value &how, Datum value);

// Appends the JSON text of it, as jsonb is written. May raise.
void append_json(StringInfo text, const jsonb_scalar &value);

} // namespace upkeep::pg
