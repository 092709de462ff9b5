// The rows that a statement changed, read from its transition tables.
#pragma once

#include "postgres/boundary.hpp"
#include "postgres/rows/row.hpp"

namespace upkeep::pg {

// One transition table, read from its beginning. An absent one has no rows.
class transition {
public:
  transition(Tuplestorestate *rows, Relation table);

  // Lets go of the slot, which pins its descriptor; an error does that by itself.
  void close();

  std::int64_t count() const;
  // Moves to the next row; false where there is none.
  bool next();

  // The current row, valid until the next one.
  TupleTableSlot *row() const { return slot; }
  // The same as a heap tuple, without copying it.
  HeapTupleData tuple() const;

private:
  Tuplestorestate *rows;
  TupleTableSlot *slot = nullptr;
};

// Compares the rows of two transition tables. Comparing may fetch TOAST values, and a statement has any number of rows,
// so each pair is compared in memory that the next one reuses.
class row_comparer {
public:
  row_comparer(const layout &counted, Relation table);

  // Whether some counted column differs between the current rows of the two.
  bool changed(const transition &before, const transition &after) const;

private:
  const layout &counted;
  TupleDesc descriptor;
  MemoryContext scratch;
};

} // namespace upkeep::pg
