// Rows that a statement has made, or given another key, where rows of a source could precede them. Whoever changes such
// a source looks for the row, finds none, locks its group and leaves the change out; or has taken away a row that had
// the key before. So once all rows are made, their groups are locked, too, and what was read for them before is read
// again.
#pragma once

#include "features/rollups/target/target_plan.hpp"

namespace upkeep::rollups {

// As it was written. Lies in the memory of the transaction.
struct made_row {
  made_row *next;
  Oid root; // target_plan::root
  const EState *statement;
  // Keys and figures, in the order of target_plan::keys and ::figures.
  Datum *values;
  bool *nulls;
};

// `values` and `nulls` by column, as the row is to be written.
void note_made(const target_plan &plan, TupleDesc descriptor, const EState *statement, const Datum *values,
               const bool *nulls);

// The row that the statement has noted last is not made after all: there was one, which it updates.
void forget_last_made(const EState *statement);

// Takes what the statement has noted of the table and its children, and statements that are over: the triggers of a
// foreign key's action fire with those of the statement around it. By table.
std::vector<const made_row *> take_made(Oid root, const EState *statement);

} // namespace upkeep::rollups
