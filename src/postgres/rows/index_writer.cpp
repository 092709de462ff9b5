#include "postgres/rows/index_writer.hpp"

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

  Relation index;
  IndexInfo *info;
  int count;
  part parts[2];
};

namespace {

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
  const bool is_btree = index->rd_rel->relam == BTREE_AM_OID;
  if ((!is_btree && index->rd_rel->relam != BRIN_AM_OID) || form.indisunique || form.indisexclusion ||
      form.indnatts > 2 || !heap_attisnull(index->rd_indextuple, Anum_pg_index_indpred, nullptr))
    return false;
  into.index = index;
  into.count = form.indnatts;
  // A BRIN keeps there what it reads of itself.
  into.info = is_btree ? makeNode(IndexInfo) : BuildIndexInfo(index);
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

void close_plain(index_writer &into) {
  for (int i = 0; i < into.count; ++i) {
#if PG_VERSION_NUM >= 170000
    if (into.plain[i].info)
      index_insert_cleanup(into.plain[i].index, into.plain[i].info);
#endif
    index_close(into.plain[i].index, RowExclusiveLock);
  }
  into.count = 0;
}

// Whether all of the table's indexes are plain.
bool open_plain(index_writer &into) {
  List *indexes = RelationGetIndexList(into.table);
  into.plain = static_cast<plain_index *>(palloc0(sizeof(plain_index) * Max(list_length(indexes), 1)));
  const ListCell *cell;
  foreach (cell, indexes) {
    Relation index = index_open(lfirst_oid(cell), RowExclusiveLock);
    plain_index &each = into.plain[into.count++];
    each.index = index;
    if (index->rd_index->indisready && !read_index(index, each)) {
      close_plain(into);
      return false;
    }
  }
  list_free(indexes);
  return true;
}

void insert(const plain_index &into, Relation table, TupleTableSlot *row) {
  if (!into.index->rd_index->indisready)
    return;
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
  if (open_plain(into))
    return;
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
