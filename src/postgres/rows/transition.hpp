// The rows that a statement changed, read from its transition tables.
#pragma once

#include "postgres/boundary.hpp"

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

} // namespace upkeep::pg
