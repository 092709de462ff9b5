// A rename, and what was called what before it.
#pragma once

#include "postgres/compat.hpp"

#include <string>
#include <vector>

namespace upkeep::guard {

// A column that has a new name in a table and in all that inherit from it.
struct column_rename {
  std::vector<Oid> tables;
  std::string from, to;

  bool concerns(Oid table) const;
  // Whether the table had a column of that name before.
  bool had(Oid table, const std::string &column) const;
};

} // namespace upkeep::guard
