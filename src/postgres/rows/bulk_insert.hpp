// Inserts rows into one plain table of the library's own, a page at a time where they are many, and into its indexes:
// no triggers, no constraints but the caller's care, nobody's rights.
#pragma once

#include "postgres/rows/index_writer.hpp"

namespace upkeep::pg {

// Trivial; every function may raise, and an error closes it.
struct bulk_insert {
  Relation table;
  index_writer indexes;
  BulkInsertStateData *state; // nullptr while the rows are few
  MemoryContext memory;       // of all this
  MemoryContext waiting;      // of the rows that are not written yet; the same for the first of them
  TupleTableSlot **rows;
  int room, count;
  std::size_t bytes;
};

void begin_bulk_insert(Relation table, bulk_insert &into);
// A value for each column; they are copied.
void insert_in_bulk(bulk_insert &into, Datum *values, bool *nulls);
void end_bulk_insert(bulk_insert &into);

} // namespace upkeep::pg
