// Whether a column holds the same, whatever bytes say it.
#pragma once

#include "postgres/compat.hpp"

namespace upkeep::pg {

// Values that are not NULL, of a column with that collation; `type` may be a domain. By image, else by the type's `=`.
// json has none: two documents are the same where jsonb says so. What jsonb cannot hold is compared by its characters
// except for blanks between them, arrays of it by their bytes. May raise.
bool same_value(Oid type, Oid collation, bool by_value, std::int16_t length, Datum a, Datum b);

inline bool same_value(const FormData_pg_attribute &attribute, Datum a, Datum b) {
  return same_value(attribute.atttypid, attribute.attcollation, attribute.attbyval, attribute.attlen, a, b);
}

// Whether values of the type, which may be a domain, are equal only where their bytes are.
bool is_equal_by_image(Oid type, Oid collation);

} // namespace upkeep::pg
