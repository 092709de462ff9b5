// Whether values before and after a conversion are the same. Nothing here has a destructor: it is called through the
// door as a whole.
#pragma once

#include "postgres/boundary.hpp"

namespace upkeep::pg {

// Two values of one type: by its equality, json by jsonb's, else by their texts.
struct sameness {
  FmgrInfo *equal;
  Oid collation;
  FmgrInfo output;
  bool is_json;

  bool operator()(Datum a, Datum b);
};

sameness sameness_of(Oid type, Oid collation);

// How the type is written.
FmgrInfo output_of(Oid type);
// A document as jsonb. Raises what reading it raises.
Datum jsonb_from(const char *json);
// Whether two documents are equal as jsonb.
bool is_equal_json(const char *a, const char *b);

} // namespace upkeep::pg
