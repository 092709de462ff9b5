// Puts new rows into the indexes of a plain table, without an executor where these are plain too.
#pragma once

#include "postgres/compat.hpp"

namespace upkeep::pg {

struct plain_index;

// Trivial; every function may raise, and an error closes it.
struct index_writer {
  Relation table;
  plain_index *plain; // btrees and BRINs that are not unique, on columns or on functions of them
  int count;
  ResultRelInfo *target; // else an executor's, which knows any index
  EState *executor;
};

// Its memory is the current context.
void open_indexes(Relation table, index_writer &into);
// A row that stands in the table, at its tts_tid.
void insert_into_indexes(index_writer &into, TupleTableSlot *row);
void close_indexes(index_writer &into);

} // namespace upkeep::pg
