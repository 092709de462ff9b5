// Writes rows of a plain table one after another, without a statement around each: constraints, indexes and the
// triggers FOR EACH ROW are kept as a statement keeps them. Those FOR EACH STATEMENT do not fire.
#pragma once

#include "postgres/compat.hpp"

#include <span>

namespace upkeep::pg {

// Trivial; every function may raise, and an error closes it. Open ones are closed in the reverse order.
struct table_writer {
  Relation table;
  std::span<const AttrNumber> updated;
  MemoryContext memory; // the current one when it was opened: of the executor
  bool is_quiet;        // no trigger FOR EACH ROW is to be fired
  EState *executor;     // nullptr until it is needed
  ResultRelInfo *target;
  EPQState *recheck;
  TupleTableSlot *old_row, *new_row;
};

// `updated`: the columns that an update sets, by which triggers are told; none where it may be any.
// They live as long as the writer.
void open_writer(Relation table, std::span<const AttrNumber> updated, table_writer &writer);
// For try_update alone, where fires_row_trigger is false: triggers are not even looked for.
void open_quiet_writer(Relation table, std::span<const AttrNumber> updated, table_writer &writer);
void close_writer(table_writer &writer);

// Values for every column.
void insert_row(table_writer &writer, const Datum *values, const bool *nulls);
// The row at `place`, which nobody changes meanwhile. `replaced`, by column, says which values are new.
void update_row(table_writer &writer, ItemPointer place, const Datum *values, const bool *nulls, const bool *replaced);
void delete_row(table_writer &writer, ItemPointer place);

// Whether an update of these columns may fire a trigger FOR EACH ROW: one of `function` BEFORE UPDATE, or one of a
// foreign key to which they do not belong, does not count. Asks the catalogue; true of a table until that changes.
bool fires_row_trigger(Relation table, std::span<const AttrNumber> updated, Oid function);

// The triggers BEFORE UPDATE that are of this function alone need not be called: they would let pass what this writes.
void leave_out(table_writer &writer, Oid function);

// Whether a trigger is to be called before an update. It needs the row locked.
bool has_trigger_before(const table_writer &writer);

// Updates the row in the slot, which somebody may have changed since it was read: then it is false, and nothing is
// done. For tables without a trigger before an update. `crosscheck`: a snapshot that must see the row too.
bool try_update(table_writer &writer, TupleTableSlot *found, const Datum *values, const bool *nulls,
                const bool *replaced, Snapshot crosscheck);
// The same for a row that is locked, with the triggers before it.
void update_locked(table_writer &writer, TupleTableSlot *found, const Datum *values, const bool *nulls,
                   const bool *replaced);

// What was written since by other statements of the transaction is seen from now on.
void follow_commands(table_writer &writer);

} // namespace upkeep::pg
