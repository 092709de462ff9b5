#include "postgres/executor/running_statements.hpp"

#include "postgres/executor/running_executor.hpp"

namespace upkeep::pg {

namespace {

// A table, or the whole of the partitions that it belongs to, which a foreign key's action has written.
struct written {
  Oid root;
  written *next;
};

// Lies in the executor's memory, which unlinks it when it goes.
struct running {
  MemoryContextCallback callback;
  const EState *executor;
  running *outer;
  bool leaves_triggers;
  written *by_actions; // whose triggers this statement fires
};
running *innermost = nullptr;

void forget(void *argument) {
  auto *const gone = static_cast<running *>(argument);
  for (running **link = &innermost; *link; link = &(*link)->outer)
    if (*link == gone) {
      *link = gone->outer;
      return;
    }
}

Oid root_of(Oid table) {
  while (get_rel_relispartition(table)) {
    const Oid parent = get_partition_parent(table, true);
    if (!OidIsValid(parent))
      break;
    table = parent;
  }
  return table;
}

// Whether it is that, or an inheritance child.
bool is_part_of(Oid table, Oid root) {
  return table == root || (get_rel_relkind(root) == RELKIND_RELATION && has_subclass(root) &&
                           typeInheritsFrom(get_rel_type_id(table), get_rel_type_id(root)));
}

bool writes(const EState *executor, Oid root) {
  const ListCell *cell;
  foreach (cell, executor->es_opened_result_relations)
    if (is_part_of(root_of(RelationGetRelid(static_cast<const ResultRelInfo *>(lfirst(cell))->ri_RelationDesc)), root))
      return true;
  return false;
}

bool has_written_by_actions(const running &statement, Oid root) {
  for (const written *each = statement.by_actions; each; each = each->next)
    if (is_part_of(each->root, root))
      return true;
  return false;
}

void note_written_by_action(running &around, Oid root) {
  if (has_written_by_actions(around, root))
    return;
  auto *const made = static_cast<written *>(MemoryContextAlloc(around.executor->es_query_cxt, sizeof(written)));
  *made = {root, around.by_actions};
  around.by_actions = made;
}

void note_action(const EState *action) {
  running *around = innermost;
  while (around && around->leaves_triggers)
    around = around->outer;
  const ListCell *cell;
  if (around)
    foreach (cell, action->es_opened_result_relations) {
      const auto *result = static_cast<const ResultRelInfo *>(lfirst(cell));
      note_written_by_action(*around, root_of(RelationGetRelid(result->ri_RelationDesc)));
    }
}

int trigger_depth() { return DatumGetInt32(DirectFunctionCall1(pg_trigger_depth, 0)); }

// A COPY, or a statement that was running when the library was loaded. What a portal runs has its executor right below.
const EState *not_noted_around(const EState *own, Oid root) {
  if (!PortalContext)
    return nullptr;
  for (MemoryContext portal = MemoryContextGetParent(PortalContext)->firstchild; portal; portal = portal->nextchild)
    for (MemoryContext each = portal->firstchild; each; each = each->nextchild)
      if (const EState *executor = executor_of(each);
          executor && executor != own && !is_noted(executor) && writes(executor, root))
        return executor;
  return nullptr;
}

bool is_nested() { return trigger_depth() > 1; }

} // namespace

void note_running(const EState *executor, bool leaves_triggers) {
  if (leaves_triggers)
    note_action(executor);
  auto *const now = static_cast<running *>(MemoryContextAlloc(executor->es_query_cxt, sizeof(running)));
  *now = {{forget, now, nullptr}, executor, innermost, leaves_triggers, nullptr};
  innermost = now;
  MemoryContextRegisterResetCallback(executor->es_query_cxt, &now->callback);
}

bool is_noted(const EState *executor) {
  const running *each = innermost;
  while (each && each->executor != executor)
    each = each->outer;
  return each;
}

const EState *written_around(const EState *own, Oid table) {
  // Most statements have none around them.
  const bool is_within_trigger = is_nested();
  if (!is_within_trigger && (!innermost || (innermost->executor == own && !innermost->outer)))
    return nullptr;
  const Oid root = root_of(table);
  const EState *found = is_within_trigger ? not_noted_around(own, root) : nullptr;
  if (found)
    return found;
  for (const running *each = innermost; each; each = each->outer)
    if (each->executor != own && writes(each->executor, root))
      found = each->executor;
  return found;
}

bool runs_alone(const EState *own) {
  return own && trigger_depth() == 1 && (!innermost || (innermost->executor == own && !innermost->outer));
}

bool may_share_rows(Oid table) {
  const Oid root = root_of(table);
  int known = 0, writers = 0;
  for (const running *each = innermost; each; each = each->outer) {
    if (has_written_by_actions(*each, root))
      return true;
    ++known;
    writers += writes(each->executor, root);
  }
  // One that nothing is known of, with others in it.
  return writers > 1 || (is_nested() && known < trigger_depth());
}

bool writes_once(Oid table) {
  // Triggers of foreign keys' actions are fired by the statement around those.
  if (!innermost || innermost->by_actions)
    return false;
  int places = 0;
  const ListCell *cell;
  foreach (cell, innermost->executor->es_opened_result_relations)
    places += RelationGetRelid(static_cast<const ResultRelInfo *>(lfirst(cell))->ri_RelationDesc) == table;
  return places == 1;
}

MemoryContext memory_of_writer(const EState *own, Oid table) {
  const Oid root = root_of(table);
  // The statement that fires the trigger may be one that nothing else is known of.
  MemoryContext outermost = own && writes(own, root) ? own->es_query_cxt : nullptr;
  int known = 0;
  bool knows_own = !own;
  for (const running *each = innermost; each; each = each->outer) {
    knows_own |= each->executor == own;
    ++known;
    if (writes(each->executor, root) || has_written_by_actions(*each, root))
      outermost = each->executor->es_query_cxt;
  }
  // Each trigger that runs belongs to a statement.
  return known + !knows_own < trigger_depth() ? TopTransactionContext : outermost;
}

} // namespace upkeep::pg
