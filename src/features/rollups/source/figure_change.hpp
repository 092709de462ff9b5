// What a statement brought and took of one figure.
#pragma once

#include "postgres/compat.hpp"

namespace upkeep::rollups {

// Of one figure of one group. Values lie in the memory of the statement's changes.
struct figure_change {
  // Of a count or a sum: what is to be added, 0 for nothing. A bigint, or a numeric where `is_numeric`.
  Datum difference = 0;
  bool is_numeric = false;
  // Of the others: whether values other than NULL came and went, and the extreme ones among them: the least of min and
  // bool_and, the greatest of max and bool_or.
  bool has_come = false, has_gone = false;
  Datum come = 0, gone = 0;
};

} // namespace upkeep::rollups
