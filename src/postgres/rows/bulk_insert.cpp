#include "postgres/rows/bulk_insert.hpp"

namespace upkeep::pg {

namespace {

// As COPY has it.
constexpr int max_rows = 1'000;
constexpr std::size_t max_bytes = 65'535;

void insert_into_indexes(bulk_insert &into, TupleTableSlot *row) {
  ResetPerTupleExprContext(into.executor);
#if PG_VERSION_NUM >= 160000
  list_free(ExecInsertIndexTuples(into.target, row, into.executor, false, false, nullptr, NIL, false));
#else
  list_free(ExecInsertIndexTuples(into.target, row, into.executor, false, false, nullptr, NIL));
#endif
}

void flush(bulk_insert &into) {
  if (into.count == 0)
    return;
  MemoryContext outer = MemoryContextSwitchTo(into.memory);
  table_multi_insert(into.target->ri_RelationDesc, into.rows, into.count, GetCurrentCommandId(true), 0, into.state);
  if (into.target->ri_NumIndices > 0)
    for (int i = 0; i < into.count; ++i)
      insert_into_indexes(into, into.rows[i]);
  for (int i = 0; i < into.count; ++i)
    ExecClearTuple(into.rows[i]);
  MemoryContextSwitchTo(outer);
  MemoryContextReset(into.memory);
  into.count = 0;
  into.bytes = 0;
}

} // namespace

void begin_bulk_insert(Relation table, bulk_insert &into) {
  EState *executor = CreateExecutorState();
  MemoryContext outer = MemoryContextSwitchTo(executor->es_query_cxt);
  ResultRelInfo *target = makeNode(ResultRelInfo);
  InitResultRelInfo(target, table, 0, nullptr, 0);
  ExecOpenIndices(target, false);
  into = {executor,
          target,
          nullptr,
          AllocSetContextCreate(executor->es_query_cxt, "pg_upkeep rows to insert", ALLOCSET_DEFAULT_SIZES),
          static_cast<TupleTableSlot **>(palloc0(max_rows * sizeof(TupleTableSlot *))),
          0,
          0};
  MemoryContextSwitchTo(outer);
}

void insert_in_bulk(bulk_insert &into, Datum *values, bool *nulls) {
  TupleTableSlot *&row = into.rows[into.count];
  if (!row) {
    MemoryContext outer = MemoryContextSwitchTo(into.executor->es_query_cxt);
    row = ExecInitExtraTupleSlot(into.executor, RelationGetDescr(into.target->ri_RelationDesc), &TTSOpsHeapTuple);
    MemoryContextSwitchTo(outer);
  }
  MemoryContext outer = MemoryContextSwitchTo(into.memory);
  HeapTuple tuple = heap_form_tuple(row->tts_tupleDescriptor, values, nulls);
  MemoryContextSwitchTo(outer);
  tuple->t_tableOid = RelationGetRelid(into.target->ri_RelationDesc);
  ExecStoreHeapTuple(tuple, row, false);
  ++into.count;
  into.bytes += tuple->t_len;
  if (into.count < max_rows && into.bytes < max_bytes)
    return;
  if (!into.state) {
    outer = MemoryContextSwitchTo(into.executor->es_query_cxt);
    into.state = GetBulkInsertState();
    MemoryContextSwitchTo(outer);
  }
  flush(into);
}

void end_bulk_insert(bulk_insert &into) {
  flush(into);
  if (into.state)
    FreeBulkInsertState(into.state);
  ExecCloseIndices(into.target);
  ExecResetTupleTable(into.executor->es_tupleTable, false);
  FreeExecutorState(into.executor);
}

} // namespace upkeep::pg
