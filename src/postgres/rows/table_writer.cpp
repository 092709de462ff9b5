#include "postgres/rows/table_writer.hpp"

#include <algorithm>

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
  if (!table_tuple_fetch_row_version(writer.table, place, SnapshotAny, writer.old_row))
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
  return ExecStoreVirtualTuple(row);
}

// The executor, and what triggers are told by.
void make_executor(table_writer &writer) {
  MemoryContext outer = MemoryContextSwitchTo(writer.memory);
  EState *executor = writer.executor = CreateExecutorState();
  MemoryContextSwitchTo(executor->es_query_cxt);
  describe_target(writer.table, writer.updated, executor);
  writer.target = makeNode(ResultRelInfo);
  InitResultRelInfo(writer.target, writer.table, 1, nullptr, 0);
  executor->es_output_cid = GetCurrentCommandId(true);
  writer.recheck = static_cast<EPQState *>(palloc0(sizeof(EPQState)));
#if PG_VERSION_NUM >= 160000
  EvalPlanQualInit(writer.recheck, executor, nullptr, NIL, -1, NIL);
#else
  EvalPlanQualInit(writer.recheck, executor, nullptr, NIL, -1);
#endif
  writer.old_row = table_slot_create(writer.table, &executor->es_tupleTable);
  AfterTriggerBeginQuery();
  MemoryContextSwitchTo(outer);
}

void need_executor(table_writer &writer) {
  if (!writer.executor)
    make_executor(writer);
}

// Whether the row breaks a NOT NULL, which the executor says in its words.
bool lacks_value(TupleTableSlot *row) {
  const TupleDesc columns = row->tts_tupleDescriptor;
  for (int i = 0; i < columns->natts; ++i)
    if (row->tts_isnull[i] && TupleDescAttr(columns, i)->attnotnull)
      return true;
  return false;
}

// What the columns of a row owe each other.
void keep_constraints(table_writer &writer, TupleTableSlot *row) {
  const TupleConstr *constraints = RelationGetDescr(writer.table)->constr;
  if (!constraints ||
      (!writer.executor && constraints->num_check == 0 && !constraints->has_generated_stored && !lacks_value(row)))
    return;
  need_executor(writer);
  if (constraints->has_generated_stored)
    ExecComputeStoredGenerated(writer.target, writer.executor, row, CMD_UPDATE);
  ExecConstraints(writer.target, row, writer.executor);
}

// Most updates change no column of an index, and find room beside the row.
void open_indexes(table_writer &writer) {
  need_executor(writer);
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
  if (table_tuple_update(writer.table, place, row, GetCurrentCommandId(true), InvalidSnapshot, crosscheck, true,
                         &failure, &mode, &indexes) != TM_Ok)
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

bool is_in_foreign_key(const List *all, AttrNumber column) {
  const ListCell *cell;
  foreach (cell, all) {
    const auto *key = static_cast<const ForeignKeyCacheInfo *>(lfirst(cell));
    if (std::find(key->conkey, key->conkey + key->nkeys, column) != key->conkey + key->nkeys)
      return true;
  }
  return false;
}

// Whether no column belongs to a key that rows refer to, or by which they refer to others. A generated column, which
// may, can follow any.
bool are_apart_from_keys(Relation table, std::span<const AttrNumber> columns) {
  const TupleConstr *constraints = RelationGetDescr(table)->constr;
  const Bitmapset *keys = RelationGetIndexAttrBitmap(table, INDEX_ATTR_BITMAP_KEY);
  const List *foreign_keys = RelationGetFKeyList(table);
  if (constraints && constraints->has_generated_stored)
    return false;
  for (const AttrNumber each : columns)
    if (bms_is_member(each - FirstLowInvalidHeapAttributeNumber, keys) || is_in_foreign_key(foreign_keys, each))
      return false;
  return true;
}

} // namespace

void open_writer(Relation table, std::span<const AttrNumber> updated, table_writer &writer) {
  open_quiet_writer(table, updated, writer);
  writer.is_quiet = false;
  make_executor(writer);
}

void open_quiet_writer(Relation table, std::span<const AttrNumber> updated, table_writer &writer) {
  writer = {table,   updated, CurrentMemoryContext,
            true,    nullptr, nullptr,
            nullptr, nullptr, MakeSingleTupleTableSlot(RelationGetDescr(table), &TTSOpsVirtual)};
}

void close_writer(table_writer &writer) {
  if (writer.executor) {
    AfterTriggerEndQuery(writer.executor);
    EvalPlanQualEnd(writer.recheck);
    ExecCloseIndices(writer.target);
    ExecResetTupleTable(writer.executor->es_tupleTable, false);
    ExecCloseResultRelations(writer.executor);
    FreeExecutorState(writer.executor);
  }
  ExecDropSingleTupleTableSlot(writer.new_row);
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

bool fires_row_trigger(Relation table, std::span<const AttrNumber> updated, Oid function) {
  const TriggerDesc *all = table->trigdesc;
  bool is_apart = false; // known from the first foreign key on
  for (int i = 0; all && i < all->numtriggers; ++i) {
    const Trigger &each = all->triggers[i];
    const bool is_before = TRIGGER_FOR_BEFORE(each.tgtype);
    if (!TRIGGER_FOR_ROW(each.tgtype) || !TRIGGER_FOR_UPDATE(each.tgtype) || (is_before && each.tgfoid == function))
      continue;
    if (is_before || RI_FKey_trigger_type(each.tgfoid) == RI_TRIGGER_NONE ||
        !(is_apart = is_apart || are_apart_from_keys(table, updated)))
      return true;
  }
  return false;
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
  return !writer.is_quiet && writer.target->ri_TrigDesc && writer.target->ri_TrigDesc->trig_update_before_row;
}

bool try_update(table_writer &writer, TupleTableSlot *found, const Datum *values, const bool *nulls,
                const bool *replaced, Snapshot crosscheck) {
  CheckCmdReplicaIdentity(writer.table, CMD_UPDATE);
  TupleTableSlot *row = new_version(writer, found, values, nulls, replaced);
  if (writer.executor)
    ResetPerTupleExprContext(writer.executor);
  keep_constraints(writer, row);
  List *rechecked = NIL;
  if (!write_version(writer, &found->tts_tid, row, crosscheck, rechecked))
    return false;
  if (!writer.is_quiet)
    ExecARUpdateTriggers(writer.executor, writer.target, nullptr, nullptr, &found->tts_tid, nullptr, row, rechecked,
                         nullptr, false);
  list_free(rechecked);
  return true;
}

void update_locked(table_writer &writer, TupleTableSlot *found, const Datum *values, const bool *nulls,
                   const bool *replaced) {
  open_indexes(writer);
  TupleTableSlot *row = new_version(writer, found, values, nulls, replaced);
  ResetPerTupleExprContext(writer.executor);
  MemoryContext outer = MemoryContextSwitchTo(writer.executor->es_query_cxt);
  ExecSimpleRelationUpdate(writer.target, writer.executor, writer.recheck, found, row);
  MemoryContextSwitchTo(outer);
}

void follow_commands(table_writer &writer) { writer.executor->es_output_cid = GetCurrentCommandId(true); }

} // namespace upkeep::pg
