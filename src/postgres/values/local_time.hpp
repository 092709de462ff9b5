// Defaults that write the session's local time into a timestamp without time zone, and whether sessions differ from
// UTC.
#pragma once

#include "postgres/compat.hpp"

namespace upkeep::pg {

// Whether a timestamp column's default, or that of its domain, is the time of the session's own zone, as now() is:
// through any casts and domains. AT TIME ZONE with a constant zone other than UTC counts too.
bool has_local_default(Relation relation, AttrNumber column);

// Whether some session may be elsewhere than UTC: this one, or one that starts by the settings of the server, of this
// database or of a role in it. Needs an SPI connection.
bool may_leave_utc();

} // namespace upkeep::pg
