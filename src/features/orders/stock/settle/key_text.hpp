// Keys of rows and their texts without SQL, for the types that most keys have: what stock_key says in SQL.
#pragma once

#include "postgres/boundary.hpp"
#include "postgres/rows/unique_key.hpp"

#include <string>
#include <vector>

namespace upkeep::orders {

// Whether it can be written here; `base` is the type under any domains.
bool has_key_text(Oid base);

// The values of a key, as many as an index is asked for.
struct key_values {
  Datum values[pg::unique_key::max_parts];
};

// How the keys of one table are written.
class key_text {
public:
  key_text() = default;
  // The types of its columns, under any domains.
  explicit key_text(std::vector<Oid> types) : types(std::move(types)) {}

  // A JSON array, byte for byte as pg_catalog.jsonb_build_array(...)::text has it.
  std::string of(const key_values &key) const;
  // The key that has this text, which may have been written when its columns had other types. In the current memory
  // context.
  key_values read(const std::string &text) const;
  // Less than 0, 0 or more, as SQL orders the values of a text that is read back.
  int compare(const key_values &a, const key_values &b) const;

private:
  std::vector<Oid> types;
};

} // namespace upkeep::orders
