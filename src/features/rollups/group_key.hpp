// A key of a rollup.
#pragma once

#include "postgres/column_info.hpp"
#include "postgres/sql/row_expression.hpp"

namespace upkeep::rollups {

// One column that tells which row of the target a row of the source belongs to.
struct group_key {
  pg::column_info column;   // of the target
  pg::row_expression value; // over the source, coerced to the column's type under any domains
};

} // namespace upkeep::rollups
