// Writes rows of a plain table one after another, without a statement around each: constraints, indexes and the
// triggers FOR EACH ROW are kept as a statement keeps them. Those FOR EACH STATEMENT do not fire.
#pragma once

#include "postgres/compat.hpp"

namespace upkeep::pg {

// Trivial; every function may raise, and an error closes it. Open ones are closed in the reverse order.
struct table_writer {
  EState *executor;
  ResultRelInfo *target;
  EPQState *recheck;
  TupleTableSlot *old_row, *new_row;
};

// `updated`: the one column that an update sets, 0 where there is none or several.
void open_writer(Relation table, AttrNumber updated, table_writer &writer);
void close_writer(table_writer &writer);

// Values for every column.
void insert_row(table_writer &writer, const Datum *values, const bool *nulls);
// The row at `place`, which nobody changes meanwhile. `replaced`, by column, says which values are new.
void update_row(table_writer &writer, ItemPointer place, const Datum *values, const bool *nulls, const bool *replaced);
void delete_row(table_writer &writer, ItemPointer place);

} // namespace upkeep::pg
