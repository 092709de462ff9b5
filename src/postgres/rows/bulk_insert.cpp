#include "postgres/rows/bulk_insert.hpp"

namespace upkeep::pg {

namespace {

// As COPY has it.
constexpr int max_rows = 1'000;
constexpr std::size_t max_bytes = 65'535;
constexpr int first_rows = 8;

void flush(bulk_insert &into) {
  if (into.count == 0)
    return;
  MemoryContext outer = MemoryContextSwitchTo(into.waiting);
  const CommandId command = GetCurrentCommandId(true);
  if (into.count == 1)
    table_tuple_insert(into.table, into.rows[0], command, 0, into.state);
  else
    table_multi_insert(into.table, into.rows, into.count, command, 0, into.state);
  for (int i = 0; i < into.count; ++i) {
    insert_into_indexes(into.indexes, into.rows[i]);
    ExecClearTuple(into.rows[i]);
  }
  MemoryContextSwitchTo(outer);
  if (into.waiting != into.memory)
    MemoryContextReset(into.waiting);
  into.count = 0;
  into.bytes = 0;
}

TupleTableSlot *next_slot(bulk_insert &into) {
  if (into.count == into.room) {
    const int room = into.room == 0 ? first_rows : Min(into.room * 4, max_rows);
    auto **const rows =
        static_cast<TupleTableSlot **>(MemoryContextAllocZero(into.memory, room * sizeof(TupleTableSlot *)));
    if (into.room > 0)
      memcpy(rows, into.rows, into.room * sizeof(TupleTableSlot *));
    into.rows = rows;
    into.room = room;
  }
  TupleTableSlot *&row = into.rows[into.count];
  if (!row) {
    MemoryContext outer = MemoryContextSwitchTo(into.memory);
    row = MakeSingleTupleTableSlot(RelationGetDescr(into.table), &TTSOpsHeapTuple);
    MemoryContextSwitchTo(outer);
  }
  return row;
}

} // namespace

void begin_bulk_insert(Relation table, bulk_insert &into) {
  MemoryContext memory = AllocSetContextCreate(CurrentMemoryContext, "pg_upkeep insert", ALLOCSET_DEFAULT_SIZES);
  into = {table, {}, nullptr, memory, memory, nullptr, 0, 0, 0};
  MemoryContext outer = MemoryContextSwitchTo(memory);
  open_indexes(table, into.indexes);
  MemoryContextSwitchTo(outer);
}

void insert_in_bulk(bulk_insert &into, Datum *values, bool *nulls) {
  TupleTableSlot *row = next_slot(into);
  MemoryContext outer = MemoryContextSwitchTo(into.waiting);
  HeapTuple tuple = heap_form_tuple(row->tts_tupleDescriptor, values, nulls);
  MemoryContextSwitchTo(outer);
  tuple->t_tableOid = RelationGetRelid(into.table);
  ExecStoreHeapTuple(tuple, row, false);
  ++into.count;
  into.bytes += tuple->t_len;
  if (into.count < max_rows && into.bytes < max_bytes)
    return;
  if (!into.state) {
    outer = MemoryContextSwitchTo(into.memory);
    into.state = GetBulkInsertState();
    MemoryContextSwitchTo(outer);
  }
  flush(into);
  if (into.waiting == into.memory)
    into.waiting = AllocSetContextCreate(into.memory, "pg_upkeep rows", ALLOCSET_DEFAULT_SIZES);
}

void end_bulk_insert(bulk_insert &into) {
  flush(into);
  if (into.state)
    FreeBulkInsertState(into.state);
  for (int i = 0; i < into.room && into.rows[i]; ++i)
    ExecDropSingleTupleTableSlot(into.rows[i]);
  close_indexes(into.indexes);
  MemoryContextDelete(into.memory);
}

} // namespace upkeep::pg
