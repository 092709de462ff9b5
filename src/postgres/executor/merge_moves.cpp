#include "postgres/executor/merge_moves.hpp"

#include "postgres/executor/running_executor.hpp"

#include <cstring>

namespace upkeep::pg {

namespace {

// What a statement, or one action of a MERGE, does to rows: as an event of triggers, and as flags of the executor.
struct row_event {
  std::int16_t type; // TRIGGER_TYPE_…
  CmdType command;
  int action; // MERGE_…
};

constexpr row_event deletes{TRIGGER_TYPE_DELETE, CMD_DELETE, MERGE_DELETE};
constexpr row_event inserts{TRIGGER_TYPE_INSERT, CMD_INSERT, MERGE_INSERT};

bool fires_after(const Trigger &trigger, std::int16_t event) {
  return TRIGGER_TYPE_MATCHES(trigger.tgtype, TRIGGER_TYPE_STATEMENT, TRIGGER_TYPE_AFTER, event);
}

bool is_ours(const Trigger &trigger) {
  const char *schema = get_namespace_name(get_func_namespace(trigger.tgfoid));
  return schema && std::strcmp(schema, "upkeep") == 0;
}

bool reads_updates(const Trigger &trigger) {
  return fires_after(trigger, TRIGGER_TYPE_UPDATE) && trigger.tgoldtable && trigger.tgnewtable && is_ours(trigger);
}

// Whether two triggers belong to one feature that was enabled once.
bool belong_together(const Trigger &one, const Trigger &other) {
  if (one.tgfoid != other.tgfoid || one.tgnargs != other.tgnargs)
    return false;
  for (int i = 0; i < one.tgnargs; ++i)
    if (std::strcmp(one.tgargs[i], other.tgargs[i]) != 0)
      return false;
  return true;
}

template <class Matches> bool any_trigger(const TriggerDesc &triggers, Matches &&matches) {
  for (int i = 0; i < triggers.numtriggers; ++i)
    if (matches(triggers.triggers[i]))
      return true;
  return false;
}

// Makes the triggers fire for the event that should hear of moved rows; others do so only if the statement `has` it.
void prepare(TriggerDesc &triggers, const row_event &event, bool has) {
  const auto is_reader = [&](const Trigger &each) {
    return fires_after(each, event.type) && any_trigger(triggers, [&](const Trigger &other) {
             return reads_updates(other) && belong_together(each, other);
           });
  };
  for (int i = 0; i < triggers.numtriggers; ++i) {
    Trigger &each = triggers.triggers[i];
    if (reads_updates(each) && !any_trigger(triggers, [&](const Trigger &other) {
          return fires_after(other, event.type) && belong_together(each, other);
        }))
      each.tgtype |= event.type;
    else if (!has && !TRIGGER_FOR_ROW(each.tgtype) && !is_reader(each))
      each.tgtype &= ~event.type;
  }
  (event.type == TRIGGER_TYPE_DELETE ? triggers.trig_delete_after_statement : triggers.trig_insert_after_statement) =
      true;
  // Where this is not set, PostgreSQL does not remember that it has fired them.
  if (!has)
    (event.type == TRIGGER_TYPE_DELETE ? triggers.trig_delete_before_statement
                                       : triggers.trig_insert_before_statement) = false;
  triggers.trig_delete_old_table = triggers.trig_insert_new_table = true;
}

bool has_event(const ModifyTableState &node, const row_event &event) {
  return node.operation == event.command || (node.operation == CMD_MERGE && node.mt_merge_subcommands & event.action);
}

// Calls use(node) for everything in a statement that writes.
template <class Use> void each_writer(const QueryDesc *query, Use &&use) {
  if (IsA(query->planstate, ModifyTableState))
    use(*castNode(ModifyTableState, query->planstate));
  ListCell *cell;
  foreach (cell, query->estate->es_auxmodifytables)
    use(*static_cast<ModifyTableState *>(lfirst(cell)));
}

// The triggers of one table fire once for an event, whichever parts of the statement cause it.
bool has_event(const QueryDesc *query, Oid table, const row_event &event) {
  bool found = false;
  each_writer(query, [&](const ModifyTableState &node) {
    found |= RelationGetRelid(node.rootResultRelInfo->ri_RelationDesc) == table && has_event(node, event);
  });
  return found;
}

bool may_move(const ModifyTableState &node) {
  const ResultRelInfo &target = *node.rootResultRelInfo;
  return node.operation == CMD_MERGE && node.mt_merge_subcommands & MERGE_UPDATE && node.mt_transition_capture &&
         target.ri_RelationDesc->rd_rel->relkind == RELKIND_PARTITIONED_TABLE &&
         any_trigger(*target.ri_TrigDesc, reads_updates);
}

// The executor's copy of the triggers is changed, and the rows are captured for them.
void follow(const QueryDesc *query, ModifyTableState &node) {
  const ResultRelInfo &target = *node.rootResultRelInfo;
  const Oid table = RelationGetRelid(target.ri_RelationDesc);
  for (const row_event &event : {deletes, inserts})
    prepare(*target.ri_TrigDesc, event, has_event(query, table, event));
  MemoryContext outer = MemoryContextSwitchTo(query->estate->es_query_cxt);
  node.mt_transition_capture = MakeTransitionCaptureState(target.ri_TrigDesc, table, CMD_MERGE);
  MemoryContextSwitchTo(outer);
}

// What a statement with a MERGE does to one table.
struct merge_actions {
  bool merges, deletes, inserts;

  bool has(const row_event &event) const { return event.command == CMD_DELETE ? deletes : inserts; }
  void add(CmdType command) {
    merges |= command == CMD_MERGE;
    deletes |= command == CMD_DELETE;
    inserts |= command == CMD_INSERT;
  }
  void add(const ModifyTable &writer) {
    add(writer.operation);
    ListCell *table, *action;
    foreach (table, writer.mergeActionLists)
      foreach (action, static_cast<List *>(lfirst(table)))
        add(lfirst_node(MergeAction, action)->commandType);
  }
};

Oid written_table(const ModifyTable &writer, const List *tables) {
  const Index target = writer.rootRelation ? writer.rootRelation : linitial_int(writer.resultRelations);
  return static_cast<const RangeTblEntry *>(list_nth(tables, target - 1))->relid;
}

merge_actions actions_of(const PlannedStmt &statement, Oid table) {
  merge_actions found{};
  const auto add = [&](const void *plan) {
    const auto *writer = static_cast<const ModifyTable *>(plan);
    if (plan && IsA(plan, ModifyTable) && written_table(*writer, statement.rtable) == table)
      found.add(*writer);
  };
  add(statement.planTree);
  ListCell *cell;
  foreach (cell, statement.subplans)
    add(lfirst(cell));
  return found;
}

// Queues the events after those that are being fired.
void fire(Relation table, TriggerDesc *triggers, const row_event &event, EState *state) {
  ResultRelInfo target;
  InitResultRelInfo(&target, table, 0, nullptr, 0);
  target.ri_TrigDesc = triggers;
  TransitionCaptureState *captured = MakeTransitionCaptureState(triggers, RelationGetRelid(table), CMD_MERGE);
  if (event.command == CMD_DELETE)
    ExecASDeleteTriggers(state, &target, captured);
  else
    ExecASInsertTriggers(state, &target, captured);
}

} // namespace

void follow_moves_late(const TriggerData &trigger) {
  Relation table = trigger.tg_relation;
  if (table->rd_rel->relkind != RELKIND_PARTITIONED_TABLE)
    return;
  const EState *executor = executor_of(MemoryContextGetParent(CurrentMemoryContext));
  if (!executor || !executor->es_plannedstmt)
    return;
  const merge_actions running = actions_of(*executor->es_plannedstmt, RelationGetRelid(table));
  if (!running.merges)
    return;
  TriggerDesc *triggers = CopyTriggerDesc(table->trigdesc);
  for (const row_event &event : {deletes, inserts})
    prepare(*triggers, event, running.has(event));
  triggers->trig_update_old_table = triggers->trig_update_new_table = false;
  EState *state = CreateExecutorState();
  for (const row_event &event : {deletes, inserts})
    if (!running.has(event))
      fire(table, triggers, event, state);
  FreeExecutorState(state);
}

void follow_moves(const QueryDesc *query) {
  each_writer(query, [&](ModifyTableState &node) {
    if (may_move(node))
      follow(query, node);
  });
  // Behind the loop, which asks what the statement has.
  each_writer(query, [](ModifyTableState &node) {
    if (may_move(node))
      node.mt_merge_subcommands |= MERGE_DELETE | MERGE_INSERT;
  });
}

} // namespace upkeep::pg
