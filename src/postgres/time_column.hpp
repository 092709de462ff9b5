// What holds a stamp.
#pragma once

#include "postgres/compat.hpp"

namespace upkeep::pg {

// timestamp or timestamptz under any domains.
struct time_column {
  Oid base_type;
  int precision;
  bool is_domain;
};
// Throws 42804 where the column holds no timestamp, 428C9 where it is generated.
time_column require_time_column(Relation relation, AttrNumber column);

} // namespace upkeep::pg
