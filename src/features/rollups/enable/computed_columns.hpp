// Which columns are computed from which, by rollups, metrics, stamps and generated columns.
#pragma once

#include "postgres/compat.hpp"

#include <map>
#include <set>
#include <string>

namespace upkeep::rollups {

// A column of a table, or of its partitions.
using place = std::pair<Oid, std::string>;

struct computed_columns {
  std::map<place, std::set<place>> from; // what is computed from a column
  std::set<place> figures;
};

// By the triggers of the database and the generated columns of the tables that they stand on. Without any figure
// nothing else is looked at. Needs an SPI connection.
computed_columns what_is_computed();

} // namespace upkeep::rollups
