#include "postgres/rows/table_writer.hpp"

extern "C" {
#include <executor/nodeModifyTable.h>
}

namespace upkeep::pg {

namespace {

// Triggers and errors look up which table is written, and which columns.
void describe_target(Relation table, std::span<const AttrNumber> updated, EState *executor) {
  RangeTblEntry *entry = makeNode(RangeTblEntry);
  entry->rtekind = RTE_RELATION;
  entry->relid = RelationGetRelid(table);
  entry->relkind = table->rd_rel->relkind;
  entry->rellockmode = AccessShareLock;
  Bitmapset *columns = nullptr;
  for (const AttrNumber each : updated)
    columns = bms_add_member(columns, each - FirstLowInvalidHeapAttributeNumber);
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

// The row that an update makes of the one found.
TupleTableSlot *new_version(table_writer &writer, TupleTableSlot *found, const Datum *values, const bool *nulls,
                            const bool *replaced) {
  slot_getallattrs(found);
  TupleTableSlot *row = ExecClearTuple(writer.new_row);
  for (int i = 0; i < row->tts_tupleDescriptor->natts; ++i) {
    row->tts_values[i] = replaced[i] ? values[i] : found->tts_values[i];
    row->tts_isnull[i] = replaced[i] ? nulls[i] : found->tts_isnull[i];
  }
  ExecStoreVirtualTuple(row);
  ResetPerTupleExprContext(writer.executor);
  return row;
}

// Most updates change no column of an index, and find room beside the row.
void open_indexes(table_writer &writer) {
  if (writer.target->ri_IndexRelationDescs)
    return;
  MemoryContext outer = MemoryContextSwitchTo(writer.executor->es_query_cxt);
  ExecOpenIndices(writer.target, false);
  MemoryContextSwitchTo(outer);
}

// What an update of the table does without its triggers: whether the row is still as it was read.
bool write_version(table_writer &writer, ItemPointer place, TupleTableSlot *row, Snapshot crosscheck,
                   List *&rechecked) {
  TM_FailureData failure;
  LockTupleMode mode;
#if PG_VERSION_NUM >= 160000
  TU_UpdateIndexes indexes;
#else
  bool indexes;
#endif
  if (table_tuple_update(writer.target->ri_RelationDesc, place, row, GetCurrentCommandId(true), InvalidSnapshot,
                         crosscheck, true, &failure, &mode, &indexes) != TM_Ok)
    return false;
#if PG_VERSION_NUM >= 160000
  if (indexes != TU_None)
    open_indexes(writer);
  if (indexes != TU_None && writer.target->ri_NumIndices > 0)
    rechecked = ExecInsertIndexTuples(writer.target, row, writer.executor, true, false, nullptr, NIL,
                                      indexes == TU_Summarizing);
#else
  if (indexes)
    open_indexes(writer);
  if (indexes && writer.target->ri_NumIndices > 0)
    rechecked = ExecInsertIndexTuples(writer.target, row, writer.executor, true, false, nullptr, NIL);
#endif
  return true;
}

} // namespace

void open_writer(Relation table, std::span<const AttrNumber> updated, table_writer &writer) {
  EState *executor = CreateExecutorState();
  MemoryContext outer = MemoryContextSwitchTo(executor->es_query_cxt);
  describe_target(table, updated, executor);
  ResultRelInfo *target = makeNode(ResultRelInfo);
  InitResultRelInfo(target, table, 1, nullptr, 0);
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
  open_indexes(writer);
  // What is remembered of a trigger's function lives as long as the writer.
  MemoryContext outer = MemoryContextSwitchTo(writer.executor->es_query_cxt);
  ExecSimpleRelationInsert(writer.target, writer.executor, row);
  MemoryContextSwitchTo(outer);
}

void update_row(table_writer &writer, ItemPointer place, const Datum *values, const bool *nulls, const bool *replaced) {
  fetch(writer, place);
  update_locked(writer, writer.old_row, values, nulls, replaced);
}

void delete_row(table_writer &writer, ItemPointer place) {
  fetch(writer, place);
  ResetPerTupleExprContext(writer.executor);
  MemoryContext outer = MemoryContextSwitchTo(writer.executor->es_query_cxt);
  ExecSimpleRelationDelete(writer.target, writer.executor, writer.recheck, writer.old_row);
  MemoryContextSwitchTo(outer);
}

void leave_out(table_writer &writer, Oid function) {
  TriggerDesc *triggers = writer.target->ri_TrigDesc;
  if (!triggers || !triggers->trig_update_before_row)
    return;
  for (const Trigger *each = triggers->triggers; each < triggers->triggers + triggers->numtriggers; ++each)
    if (each->tgfoid != function &&
        TRIGGER_TYPE_MATCHES(each->tgtype, TRIGGER_TYPE_ROW, TRIGGER_TYPE_BEFORE, TRIGGER_TYPE_UPDATE))
      return;
  // The description is this writer's own copy.
  triggers->trig_update_before_row = false;
}

bool has_trigger_before(const table_writer &writer) {
  return writer.target->ri_TrigDesc && writer.target->ri_TrigDesc->trig_update_before_row;
}

bool try_update(table_writer &writer, TupleTableSlot *found, const Datum *values, const bool *nulls,
                const bool *replaced, Snapshot crosscheck) {
  Relation table = writer.target->ri_RelationDesc;
  CheckCmdReplicaIdentity(table, CMD_UPDATE);
  TupleTableSlot *row = new_version(writer, found, values, nulls, replaced);
  if (const TupleConstr *constraints = RelationGetDescr(table)->constr) {
    if (constraints->has_generated_stored)
      ExecComputeStoredGenerated(writer.target, writer.executor, row, CMD_UPDATE);
    ExecConstraints(writer.target, row, writer.executor);
  }
  List *rechecked = NIL;
  if (!write_version(writer, &found->tts_tid, row, crosscheck, rechecked))
    return false;
  ExecARUpdateTriggers(writer.executor, writer.target, nullptr, nullptr, &found->tts_tid, nullptr, row, rechecked,
                       nullptr, false);
  list_free(rechecked);
  return true;
}

void update_locked(table_writer &writer, TupleTableSlot *found, const Datum *values, const bool *nulls,
                   const bool *replaced) {
  open_indexes(writer);
  TupleTableSlot *row = new_version(writer, found, values, nulls, replaced);
  MemoryContext outer = MemoryContextSwitchTo(writer.executor->es_query_cxt);
  ExecSimpleRelationUpdate(writer.target, writer.executor, writer.recheck, found, row);
  MemoryContextSwitchTo(outer);
}

void follow_commands(table_writer &writer) { writer.executor->es_output_cid = GetCurrentCommandId(true); }

} // namespace upkeep::pg
