// The one foreign key that a feature follows from a table to another.
#pragma once

#include "postgres/sql/text.hpp"

namespace upkeep {

struct followed_key {
  std::string name;
  std::vector<std::string> columns; // of the child
  std::vector<std::string> keys;    // of the parent, one for each column
};

// Those from child to parent, by name. Needs an SPI connection, and relies on the search_path of query.hpp.
std::vector<followed_key> followed_keys(Oid child, Oid parent);

// What the caller can do about it.
struct foreign_key_hints {
  const char *none;      // there is no such key
  const char *reversed;  // there is one from parent to child
  const char *ambiguous; // there are several
};

// The one of that name, or the only one. Throws 42704 where there is none, 42P08 where there are several.
followed_key find_followed_key(Oid child, Oid parent, const std::optional<std::string> &wanted,
                               const foreign_key_hints &hints);

} // namespace upkeep
