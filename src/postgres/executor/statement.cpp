#include "postgres/executor/statement.hpp"

#include "postgres/executor/merge_moves.hpp"
#include "postgres/executor/running_executor.hpp"
#include "postgres/executor/running_statements.hpp"
#include "postgres/executor/touch_statement.hpp"

namespace upkeep::pg {

namespace {

// The marks are compared by address.
constexpr char plain_mark[] = "pg_upkeep: plain";
constexpr char merge_mark[] = "pg_upkeep: merge";
constexpr char touch_mark[] = "pg_upkeep: touch";

ExecutorStart_hook_type next_hook = nullptr;

bool merges(const PlannedStmt *plan) {
  if (plan->commandType == CMD_MERGE)
    return true;
  if (plan->hasModifyingCTE) {
    ListCell *cell;
    foreach (cell, plan->subplans) {
      const Node *node = static_cast<const Node *>(lfirst(cell));
      if (node && IsA(node, ModifyTable) && reinterpret_cast<const ModifyTable *>(node)->operation == CMD_MERGE)
        return true;
    }
  }
  return false;
}

void mark_statement(QueryDesc *query, int flags) {
  if (next_hook)
    next_hook(query, flags);
  else
    standard_ExecutorStart(query, flags);
  if (!query->estate || (query->operation == CMD_SELECT && !query->plannedstmt->hasModifyingCTE))
    return;
  if (!(flags & EXEC_FLAG_EXPLAIN_ONLY))
    note_running(query->estate, flags & EXEC_FLAG_SKIP_TRIGGERS);
  const bool is_merge = merges(query->plannedstmt);
  if (is_merge && !(flags & EXEC_FLAG_EXPLAIN_ONLY))
    follow_moves(query);
  const char *mark = is_merge ? merge_mark : plain_mark;
  if (query->operation == CMD_UPDATE && touch_statement::is(query->sourceText))
    mark = touch_mark;
  MemoryContextSetIdentifier(query->estate->es_query_cxt, mark);
}

// A statement that was running when the library was loaded has no mark: its plan tells.
statement_kind kind_from_plan(MemoryContext memory) {
  const EState *executor = executor_of(memory);
  return executor && executor->es_plannedstmt && merges(executor->es_plannedstmt) ? statement_kind::merge
                                                                                  : statement_kind::plain;
}

} // namespace

void watch_statements() {
  next_hook = ExecutorStart_hook;
  ExecutorStart_hook = mark_statement;
}

bool statement_is_watched() {
  const MemoryContext executor = MemoryContextGetParent(CurrentMemoryContext);
  const char *mark = executor ? executor->ident : nullptr;
  return mark == plain_mark || mark == merge_mark || mark == touch_mark;
}

statement_kind kind_of_statement(const TupleTableSlot *slot) {
  const char *mark = slot->tts_mcxt->ident;
  if (mark == plain_mark)
    return statement_kind::plain;
  if (mark == merge_mark)
    return statement_kind::merge;
  if (mark == touch_mark)
    return statement_kind::touch;
  return kind_from_plan(slot->tts_mcxt);
}

} // namespace upkeep::pg
