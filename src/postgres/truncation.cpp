#include "postgres/truncation.hpp"

namespace upkeep::pg {

namespace {

// No further from the beginning of a memory context than this is what was put into it first.
constexpr std::size_t header_bytes = 1'024;

// A trigger is called in the per-tuple memory of its command's executor, whose state is the first thing in the memory
// that CreateExecutorState makes. That leans on PostgreSQL's code, not on a contract; but what is found proves itself.
const EState *running_executor() {
  const MemoryContext memory = MemoryContextGetParent(CurrentMemoryContext);
  if (!memory || !IsA(memory, AllocSetContext))
    return nullptr;
  for (std::size_t offset = 0; offset < header_bytes; offset += MAXIMUM_ALIGNOF) {
    const auto *state = reinterpret_cast<const EState *>(reinterpret_cast<const char *>(memory) + offset);
    if (state->type == T_EState && state->es_query_cxt == memory)
      return state;
  }
  return nullptr;
}

} // namespace

truncation running_truncation() {
  truncation result;
  const EState *executor = running_executor();
  if (!executor)
    return result;
  result.command = executor->es_query_cxt;
  const ListCell *cell;
  foreach (cell, executor->es_opened_result_relations)
    result.tables.push_back(RelationGetRelid(static_cast<const ResultRelInfo *>(lfirst(cell))->ri_RelationDesc));
  return result;
}

} // namespace upkeep::pg
