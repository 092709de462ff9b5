// Rows that a MERGE moves to another partition. PostgreSQL writes them into the transition tables of DELETE and INSERT,
// not of UPDATE, and fires the triggers of those events only where the MERGE has such actions. Here ours are fired.
#pragma once

#include "postgres/compat.hpp"

namespace upkeep::pg {

// To be called when a statement with a MERGE was started, before it runs: makes the statement triggers of the library
// that read what an UPDATE writes fire for the moved rows too, those made for DELETE and INSERT, or, where a table has
// none, those made for UPDATE with the other event. No other trigger fires for them. May raise.
void follow_moves(const QueryDesc *query);

// To be called by a trigger AFTER UPDATE FOR EACH STATEMENT whose statement began before the library was loaded, in
// the memory that the trigger was called in: does the same now, where the statement is a MERGE. The moved rows must
// have been captured by triggers for DELETE and INSERT. May raise.
void follow_moves_late(const TriggerData &trigger);

} // namespace upkeep::pg
