// How rows of some tables refer to one another.
#pragma once

#include "postgres/compat.hpp"

#include <vector>

namespace upkeep::history {

struct foreign_key {
  Oid child, parent;
  std::vector<AttrNumber> columns, keys; // of the child, and what they refer to
  bool cascades;                         // a parent's deletion deletes its children
  bool follows;                          // and they follow when it gets another key
  bool is_deferrable;
};

// Those that refer to a table, or that tables have among themselves; of partitioned tables as a whole. Needs an SPI
// connection.
std::vector<foreign_key> foreign_keys_to(Oid parent);
std::vector<foreign_key> foreign_keys_among(const std::vector<Oid> &tables);

} // namespace upkeep::history
