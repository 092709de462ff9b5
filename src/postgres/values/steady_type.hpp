// Types whose output no setting changes.
#pragma once

#include "postgres/compat.hpp"

namespace upkeep::pg {

// Whether values of the type print alike in every session; of what is made of others, arrays and ranges, it knows
// nothing. `type`: under any domains.
inline bool is_steady(Oid type) {
  switch (type) {
  case BOOLOID:
  case INT2OID:
  case INT4OID:
  case INT8OID:
  case NUMERICOID:
  case TEXTOID:
  case VARCHAROID:
  case BPCHAROID:
  case CHAROID:
  case NAMEOID:
  case UUIDOID:
  case INETOID:
  case CIDROID:
  case MACADDROID:
  case JSONOID:
  case JSONBOID:
    return true;
  default:
    return type_is_enum(type);
  }
}

} // namespace upkeep::pg
