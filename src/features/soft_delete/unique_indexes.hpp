// Unique indexes that hold deleted rows against live ones.
#pragma once

#include "features/soft_delete/soft_column.hpp"

namespace upkeep::soft_delete {

struct blocking_index {
  std::string name;
  std::string mend; // the two statements
};

// Those that are not restricted to live rows, except the primary key and what foreign keys refer to. Need an SPI
// connection.
std::vector<blocking_index> blocking_indexes(Relation table, const soft_column &column);

// Those that are not valid, and may keep nothing unique. `mend`: makes them anew.
std::vector<blocking_index> invalid_indexes(Relation table);

} // namespace upkeep::soft_delete
