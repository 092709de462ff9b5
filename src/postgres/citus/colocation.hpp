// What Citus must have done with tables before a feature can join them.
#pragma once

#include "postgres/boundary.hpp"

namespace upkeep::pg {

// Throws 0A000: `other` is not co-located with `table`.
[[noreturn]] void refuse_apart(Oid other, Oid table);

// Throws 0A000 for a reference table, on each of whose replicas a trigger would fire. `verb`: "enable touch".
void require_no_replicas(Oid table, const char *verb);

// Lets this transaction make and drop triggers of distributed tables: Citus wants to be told that this is meant.
void permit_triggers();

} // namespace upkeep::pg
