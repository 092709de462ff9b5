// A value that a query gets.
#pragma once

#include "postgres/boundary.hpp"

#include <string>

namespace upkeep::pg {

struct parameter {
  Oid type;
  Datum value;
  bool is_null = false;

  static parameter oid(Oid value) { return {OIDOID, ObjectIdGetDatum(value)}; }
  static parameter text(const std::string &value);
};

} // namespace upkeep::pg
