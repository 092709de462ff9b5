// The statements that are writing in this session now: one that a trigger or a function runs has others around it.
#pragma once

#include "postgres/compat.hpp"

namespace upkeep::pg {

// Told by the ExecutorStart hook. The statement is forgotten with its executor. May raise.
void note_running(const EState *executor);

// The outermost statement, other than that of `own`, that writes into the table, one of its partitions, or what it is a
// partition of; nullptr where there is none. COPY has no such executor. May raise.
const EState *written_around(const EState *own, Oid table);

} // namespace upkeep::pg
