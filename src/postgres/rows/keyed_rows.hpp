// A plain table whose rows are found by a unique key, one after another, without a query around each.
#pragma once

#include "postgres/rows/unique_key.hpp"

namespace upkeep::pg {

enum class lookup_result {
  found,
  absent,
  unclear // ask by a query
};

// Trivial; every function may raise, and an error closes it. Rows are seen as a query would see them that began when it
// was opened.
struct keyed_rows {
  const unique_key *by;
  Relation table, index;
  Snapshot snapshot;
  IndexScanDesc scan;
  TupleTableSlot *row;  // the one that was found last
  MemoryContext memory; // of the scan, which keeps things from row to row
};

// False where the session knows of no index that serves, or it is gone since. `latest`: sees what is committed now,
// even if the transaction keeps an older snapshot. The table is locked already, as for a query.
bool open_keyed(const unique_key &by, bool latest, keyed_rows &rows);
void close_keyed(keyed_rows &rows);

// From now on rows are seen as a query would see them that begins now, and what is committed now. What was found last
// is gone.
void look_anew(keyed_rows &rows);

// Finds the row with that key, a value for each part that was asked for. `nulls`: parts that are NULL in the row, where
// the index takes NULLs for equal.
bool find_by_key(keyed_rows &rows, const Datum *key, const bool *nulls = nullptr);

// Waits for the transaction that has changed the row that was found and has not ended, without locking the row: whoever
// waits holds up nobody. False where there is none; else the row is to be found again by whoever opens it anew.
bool wait_for_writer(keyed_rows &rows);

// Locks the row that was found, waiting for anyone who is changing it, and moves to its latest version. Absent where
// that is gone, or has another key. `follows`: else a row that has changed is 40001, as it must be where the
// transaction keeps an older snapshot, unless what the row says has nothing to do with that.
lookup_result lock_found_row(keyed_rows &rows, const Datum *key, LockTupleMode mode,
                             bool follows = !IsolationUsesXactSnapshot(), const bool *nulls = nullptr);

// Raises 40001 where the transaction keeps a snapshot that does not see the row that was found.
void require_seen(const keyed_rows &rows);

} // namespace upkeep::pg
