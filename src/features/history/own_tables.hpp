// The tables that history is kept in.
#pragma once

#include "postgres/as_user.hpp"
#include "postgres/boundary.hpp"

namespace upkeep::history {

// The oid of a table in schema upkeep. 42P01 where the extension is older than the library.
Oid own_table(const char *name);

// Whether upkeep.history_purges says of which transactions entries were purged: before 0.12.0 it does not.
bool notes_transactions();

// The owner of history's tables, whose rights what is written there needs, not the caller's.
Oid keeper();
template <class F> void as_keeper(F &&body) { pg::as_user(keeper(), SECURITY_NOFORCE_RLS, body); }

} // namespace upkeep::history
