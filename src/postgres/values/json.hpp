// A row as a JSON object that says the same whatever TimeZone, DateStyle, IntervalStyle, extra_float_digits,
// bytea_output, lc_monetary and search_path are.
#pragma once

#include "postgres/compat.hpp"

namespace upkeep::pg {

enum class json_kind : std::uint8_t {
  boolean,
  int2,
  int4,
  int8,
  numeric,
  float4,
  float8,
  text,     // also varchar and character, as they are
  output,   // a string, by a type's output that no setting changes
  datetime, // ISO 8601, with a zone in UTC
  json,
  jsonb,
  pinned,  // as to_jsonb has it, with the settings pinned
  unpinned // the same without: arrays of what no setting changes
};

// How one column becomes a field. Trivial.
struct json_field {
  AttrNumber column;
  json_kind kind;
  Oid type; // under any domains
  Oid output;
  bool holds_json; // may be what jsonb cannot hold
};

// `type`: of the column. May raise.
json_field json_field_of(AttrNumber column, Oid type);

// The fields of a row as jsonb, or, `as_json`, as json in their order, where a document that jsonb cannot hold stands
// as it is. The names are those of the row's columns; errors name them, and `table`. May raise; the result lies in the
// current memory context.
Datum row_as_json(const json_field *fields, int count, TupleTableSlot *row, bool as_json, const char *table);

// json, or an array of it. `type`: under any domains.
bool holds_json(Oid type);

// A value of such a type. May raise.
Datum as_jsonb(Oid type, Datum value);

// One value, not NULL, as JSON text. May raise.
const char *value_as_json(const json_field &field, Datum value);

} // namespace upkeep::pg
