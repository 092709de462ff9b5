// The elements of an array.
#pragma once

#include "postgres/boundary.hpp"

namespace upkeep::pg {

struct array_elements {
  Datum *values;
  bool *nulls;
  int count;
};

// `array`: of that type, not NULL. The elements live in the current memory context, or where the array does.
array_elements elements_of(Datum array, Oid element_type);

} // namespace upkeep::pg
