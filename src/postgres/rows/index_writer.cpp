#include "postgres/rows/index_writer.hpp"

#include "postgres/trigger.hpp"

namespace upkeep::pg {

// What an index holds of a row: a column, or a function of some.
struct plain_index {
  struct part {
    AttrNumber column; // 0: the function's result
    FmgrInfo function;
    Oid collation;
    int arguments;
    AttrNumber argument[2];
  };

  Oid oid;
  Relation index;
  IndexInfo *info;
  int count;
  part parts[2];
};

namespace {

// The indexes of the table that was written to last, kept for the session until something in the catalogue changes.
struct known_indexes {
  Oid table;
  std::uint64_t changes;
  MemoryContext memory;
  bool are_plain;
  int count;
  plain_index *plain; // closed
};
known_indexes known{};

// False where the expression is more than a function of two columns.
bool read_expression(const Node *expression, plain_index::part &into) {
  if (!IsA(expression, FuncExpr))
    return false;
  const auto &call = *reinterpret_cast<const FuncExpr *>(expression);
  if (list_length(call.args) > 2 || call.funcretset || call.funcvariadic)
    return false;
  into.collation = call.inputcollid;
  into.arguments = 0;
  const ListCell *cell;
  foreach (cell, call.args) {
    if (!IsA(lfirst(cell), Var))
      return false;
    into.argument[into.arguments++] = static_cast<const Var *>(lfirst(cell))->varattno;
  }
  fmgr_info(call.funcid, &into.function);
  return !into.function.fn_strict;
}

bool read_index(Relation index, plain_index &into) {
  const FormData_pg_index &form = *index->rd_index;
  const Oid method = index->rd_rel->relam;
  if ((method != BTREE_AM_OID && method != BRIN_AM_OID) || form.indisunique || form.indisexclusion ||
      form.indnatts > 2 || !heap_attisnull(index->rd_indextuple, Anum_pg_index_indpred, nullptr))
    return false;
  into.count = form.indnatts;
  const List *expressions = RelationGetIndexExpressions(index);
  int next = 0;
  for (int i = 0; i < into.count; ++i) {
    into.parts[i].column = form.indkey.values[i];
    if (into.parts[i].column == 0 &&
        !read_expression(static_cast<const Node *>(list_nth(expressions, next++)), into.parts[i]))
      return false;
  }
  return true;
}

void read_indexes(Relation table) {
  known.table = InvalidOid;
  if (!known.memory)
    known.memory = AllocSetContextCreate(TopMemoryContext, "pg_upkeep indexes", ALLOCSET_SMALL_SIZES);
  MemoryContextReset(known.memory);
  MemoryContext outer = MemoryContextSwitchTo(known.memory);
  known.changes = catalogue_changes();
  const List *indexes = RelationGetIndexList(table);
  known.plain = static_cast<plain_index *>(palloc0(sizeof(plain_index) * Max(list_length(indexes), 1)));
  known.are_plain = true;
  known.count = 0;
  const ListCell *cell;
  foreach (cell, indexes) {
    Relation index = index_open(lfirst_oid(cell), RowExclusiveLock);
    if (index->rd_index->indisready) {
      plain_index &each = known.plain[known.count++];
      each.oid = RelationGetRelid(index);
      known.are_plain = known.are_plain && read_index(index, each);
    }
    index_close(index, NoLock);
  }
  MemoryContextSwitchTo(outer);
  known.table = RelationGetRelid(table);
}

// What a function remembers lives no longer than the writer.
void open_plain(plain_index &each) {
  each.index = index_open(each.oid, RowExclusiveLock);
  // A BRIN keeps there what it reads of itself.
  each.info = each.index->rd_rel->relam == BRIN_AM_OID ? BuildIndexInfo(each.index) : makeNode(IndexInfo);
  for (int i = 0; i < each.count; ++i)
    if (each.parts[i].column == 0)
      each.parts[i].function.fn_mcxt = CurrentMemoryContext;
}

void close_plain(index_writer &into) {
  for (int i = 0; i < into.count; ++i) {
#if PG_VERSION_NUM >= 170000
    index_insert_cleanup(into.plain[i].index, into.plain[i].info);
#endif
    index_close(into.plain[i].index, RowExclusiveLock);
  }
}

void insert(const plain_index &into, Relation table, TupleTableSlot *row) {
  Datum values[2];
  bool nulls[2];
  for (int i = 0; i < into.count; ++i) {
    const plain_index::part &part = into.parts[i];
    if (part.column != 0) {
      values[i] = slot_getattr(row, part.column, &nulls[i]);
      continue;
    }
    LOCAL_FCINFO(call, 2);
    InitFunctionCallInfoData(*call, const_cast<FmgrInfo *>(&part.function), part.arguments, part.collation, nullptr,
                             nullptr);
    for (int j = 0; j < part.arguments; ++j)
      call->args[j].value = slot_getattr(row, part.argument[j], &call->args[j].isnull);
    values[i] = FunctionCallInvoke(call);
    nulls[i] = call->isnull;
  }
  index_insert(into.index, values, nulls, &row->tts_tid, table, UNIQUE_CHECK_NO, false, into.info);
}

} // namespace

void open_indexes(Relation table, index_writer &into) {
  into = {table, nullptr, 0, nullptr, nullptr};
  if (known.table != RelationGetRelid(table) || known.changes != catalogue_changes())
    read_indexes(table);
  if (known.are_plain) {
    const std::size_t size = sizeof(plain_index) * known.count;
    into.plain = static_cast<plain_index *>(memcpy(palloc(size), known.plain, size));
    for (; into.count < known.count; ++into.count)
      open_plain(into.plain[into.count]);
    return;
  }
  into.executor = CreateExecutorState();
  into.target = makeNode(ResultRelInfo);
  InitResultRelInfo(into.target, table, 0, nullptr, 0);
  ExecOpenIndices(into.target, false);
}

void insert_into_indexes(index_writer &into, TupleTableSlot *row) {
  for (int i = 0; i < into.count; ++i)
    insert(into.plain[i], into.table, row);
  if (!into.executor || into.target->ri_NumIndices == 0)
    return;
  ResetPerTupleExprContext(into.executor);
#if PG_VERSION_NUM >= 160000
  list_free(ExecInsertIndexTuples(into.target, row, into.executor, false, false, nullptr, NIL, false));
#else
  list_free(ExecInsertIndexTuples(into.target, row, into.executor, false, false, nullptr, NIL));
#endif
}

void close_indexes(index_writer &into) {
  close_plain(into);
  if (!into.executor)
    return;
  ExecCloseIndices(into.target);
  FreeExecutorState(into.executor);
}

} // namespace upkeep::pg
