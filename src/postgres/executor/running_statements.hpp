// The statements that are writing in this session now: one that a trigger or a function runs has others around it.
#pragma once

#include "postgres/compat.hpp"

namespace upkeep::pg {

// Told by the ExecutorStart hook. The statement is forgotten with its executor. May raise.
void note_running(const EState *executor);

// Whether a statement other than that of `own` writes into the table, one of its partitions, or what it is a partition
// of. Not of COPY, which has no such executor. May raise.
bool is_written_around(const EState *own, Oid table);

} // namespace upkeep::pg
