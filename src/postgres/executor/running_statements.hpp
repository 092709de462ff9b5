// The statements that are writing in this session now: one that a trigger or a function runs has others around it.
#pragma once

#include "postgres/compat.hpp"

namespace upkeep::pg {

// Told by the ExecutorStart hook. The statement is forgotten with its executor. `leaves_triggers`: those that it would
// fire at its end are fired by the statement around it, as with foreign keys' actions. May raise.
void note_running(const EState *executor, bool leaves_triggers);

// The hook is not told of a COPY, nor of what was running when the library was loaded.
bool is_noted(const EState *executor);

// The outermost statement, other than that of `own`, that writes into the table, a partition or child of it, or what it
// is a partition of; nullptr where there is none. Of a COPY, one that the client has sent. May raise.
const EState *written_around(const EState *own, Oid table);

// The memory of the outermost statement, that of `own` included, that writes into the table, its partitions and
// children, or what it is a partition of, and has not fired its triggers AFTER STATEMENT; that of the transaction where
// a statement is under way of which nothing is known: a COPY, or one that began before the library was loaded. nullptr
// where there is none. To be asked from within a trigger of the statement of `own`, nullptr where that is one of the
// known. May raise.
MemoryContext memory_of_writer(const EState *own, Oid table);

// Whether rows that a trigger AFTER STATEMENT of the table is told of, which asks, may have been written by others too
// whose triggers are told of that: by a statement around it, or by foreign keys' actions, each in its turn. May raise.
bool may_share_rows(Oid table);

// Whether the statement whose trigger AFTER STATEMENT of the table asks writes that in one place, and no foreign key's
// action has: then what the trigger is told of the statement holds for every row. Of a plain table.
bool writes_once(Oid table);

// Whether the statement of `own`, whose trigger asks, is the only one under way in the session.
bool runs_alone(const EState *own);

} // namespace upkeep::pg
