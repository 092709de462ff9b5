// A lock on one version of a row, without a query around it.
#pragma once

#include "postgres/compat.hpp"

namespace upkeep::pg {

// Locks the version of a row that is there, waiting for anyone who has locked it against this. What is then wrong with
// it, whoever goes on to write it is told. May raise.
void lock_row(Relation table, ItemPointerData at, LockTupleMode mode);

} // namespace upkeep::pg
