#include "postgres/executor/running_statements.hpp"

namespace upkeep::pg {

namespace {

// Lies in the executor's memory, which unlinks it when it goes.
struct running {
  MemoryContextCallback callback;
  const EState *executor;
  running *outer;
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

bool writes(const EState *executor, Oid root) {
  const ListCell *cell;
  foreach (cell, executor->es_opened_result_relations)
    if (root_of(RelationGetRelid(static_cast<const ResultRelInfo *>(lfirst(cell))->ri_RelationDesc)) == root)
      return true;
  return false;
}

} // namespace

void note_running(const EState *executor) {
  auto *const now = static_cast<running *>(MemoryContextAlloc(executor->es_query_cxt, sizeof(running)));
  *now = {{forget, now, nullptr}, executor, innermost};
  innermost = now;
  MemoryContextRegisterResetCallback(executor->es_query_cxt, &now->callback);
}

const EState *written_around(const EState *own, Oid table) {
  // Most statements have none around them.
  if (!innermost || (innermost->executor == own && !innermost->outer))
    return nullptr;
  const Oid root = root_of(table);
  const EState *found = nullptr;
  for (const running *each = innermost; each; each = each->outer)
    if (each->executor != own && writes(each->executor, root))
      found = each->executor;
  return found;
}

} // namespace upkeep::pg
