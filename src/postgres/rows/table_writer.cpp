#include "postgres/rows/table_writer.hpp"

namespace upkeep::pg {

namespace {

// Triggers and errors look up which table is written, and which columns.
void describe_target(Relation table, AttrNumber updated, EState *executor) {
  RangeTblEntry *entry = makeNode(RangeTblEntry);
  entry->rtekind = RTE_RELATION;
  entry->relid = RelationGetRelid(table);
  entry->relkind = table->rd_rel->relkind;
  entry->rellockmode = AccessShareLock;
  Bitmapset *columns =
      updated ? bms_make_singleton(updated - FirstLowInvalidHeapAttributeNumber) : static_cast<Bitmapset *>(nullptr);
#if PG_VERSION_NUM >= 160000
  List *permissions = NIL;
  addRTEPermissionInfo(&permissions, entry)->updatedCols = columns;
#if PG_VERSION_NUM >= 180000
  ExecInitRangeTable(executor, list_make1(entry), permissions, bms_make_singleton(1));
#else
  ExecInitRangeTable(executor, list_make1(entry), permissions);
#endif
#else
  entry->updatedCols = columns;
  ExecInitRangeTable(executor, list_make1(entry));
#endif
}

// Reads the row at `place` into the writer's slot, whoever sees it.
void fetch(table_writer &writer, ItemPointer place) {
  if (!table_tuple_fetch_row_version(writer.target->ri_RelationDesc, place, SnapshotAny, writer.old_row))
    elog(ERROR, "a row to be written is gone");
}

} // namespace

void open_writer(Relation table, AttrNumber updated, table_writer &writer) {
  EState *executor = CreateExecutorState();
  MemoryContext outer = MemoryContextSwitchTo(executor->es_query_cxt);
  describe_target(table, updated, executor);
  ResultRelInfo *target = makeNode(ResultRelInfo);
  InitResultRelInfo(target, table, 1, nullptr, 0);
  ExecOpenIndices(target, false);
  executor->es_output_cid = GetCurrentCommandId(true);
  auto *recheck = static_cast<EPQState *>(palloc0(sizeof(EPQState)));
#if PG_VERSION_NUM >= 160000
  EvalPlanQualInit(recheck, executor, nullptr, NIL, -1, NIL);
#else
  EvalPlanQualInit(recheck, executor, nullptr, NIL, -1);
#endif
  writer = {executor, target, recheck, table_slot_create(table, &executor->es_tupleTable),
            ExecInitExtraTupleSlot(executor, RelationGetDescr(table), &TTSOpsVirtual)};
  AfterTriggerBeginQuery();
  MemoryContextSwitchTo(outer);
}

void close_writer(table_writer &writer) {
  AfterTriggerEndQuery(writer.executor);
  EvalPlanQualEnd(writer.recheck);
  ExecCloseIndices(writer.target);
  ExecResetTupleTable(writer.executor->es_tupleTable, false);
  ExecCloseResultRelations(writer.executor);
  FreeExecutorState(writer.executor);
}

void insert_row(table_writer &writer, const Datum *values, const bool *nulls) {
  TupleTableSlot *row = ExecClearTuple(writer.new_row);
  const auto count = static_cast<std::size_t>(row->tts_tupleDescriptor->natts);
  std::memcpy(row->tts_values, values, count * sizeof *values);
  std::memcpy(row->tts_isnull, nulls, count * sizeof *nulls);
  ExecStoreVirtualTuple(row);
  ResetPerTupleExprContext(writer.executor);
  ExecSimpleRelationInsert(writer.target, writer.executor, row);
}

void update_row(table_writer &writer, ItemPointer place, const Datum *values, const bool *nulls, const bool *replaced) {
  fetch(writer, place);
  slot_getallattrs(writer.old_row);
  TupleTableSlot *row = ExecClearTuple(writer.new_row);
  for (int i = 0; i < row->tts_tupleDescriptor->natts; ++i) {
    row->tts_values[i] = replaced[i] ? values[i] : writer.old_row->tts_values[i];
    row->tts_isnull[i] = replaced[i] ? nulls[i] : writer.old_row->tts_isnull[i];
  }
  ExecStoreVirtualTuple(row);
  ResetPerTupleExprContext(writer.executor);
  ExecSimpleRelationUpdate(writer.target, writer.executor, writer.recheck, writer.old_row, row);
}

void delete_row(table_writer &writer, ItemPointer place) {
  fetch(writer, place);
  ResetPerTupleExprContext(writer.executor);
  ExecSimpleRelationDelete(writer.target, writer.executor, writer.recheck, writer.old_row);
}

} // namespace upkeep::pg
