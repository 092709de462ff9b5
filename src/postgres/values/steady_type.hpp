// Types whose output no setting changes.
#pragma once

#include "postgres/compat.hpp"

namespace upkeep::pg {

// The commonest of them, of which equal values print alike but for zeros at the end of a numeric and blanks at that of
// a character. `type`: under any domains, as below.
inline bool is_plain(Oid type) {
  switch (type) {
  case BOOLOID:
  case INT2OID:
  case INT4OID:
  case INT8OID:
  case NUMERICOID:
  case TEXTOID:
  case VARCHAROID:
  case BPCHAROID:
  case NAMEOID:
  case UUIDOID:
    return true;
  default:
    return type_is_enum(type);
  }
}

// Whether values of the type print alike in every session; of what is made of others, arrays and ranges, it knows
// nothing.
inline bool is_steady(Oid type) {
  switch (type) {
  case CHAROID:
  case INETOID:
  case CIDROID:
  case MACADDROID:
  case JSONOID:
  case JSONBOID:
    return true;
  default:
    return is_plain(type);
  }
}

} // namespace upkeep::pg
