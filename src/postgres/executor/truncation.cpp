#include "postgres/executor/truncation.hpp"

#include "postgres/executor/running_executor.hpp"

namespace upkeep::pg {

truncation running_truncation() {
  truncation result;
  const EState *executor = executor_of(MemoryContextGetParent(CurrentMemoryContext));
  if (!executor)
    return result;
  result.command = executor->es_query_cxt;
  const ListCell *cell;
  foreach (cell, executor->es_opened_result_relations)
    result.tables.push_back(RelationGetRelid(static_cast<const ResultRelInfo *>(lfirst(cell))->ri_RelationDesc));
  return result;
}

} // namespace upkeep::pg
