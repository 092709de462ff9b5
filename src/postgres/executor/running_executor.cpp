#include "postgres/executor/running_executor.hpp"

#include <cstring>
#include <type_traits>

namespace upkeep::pg {

namespace {

// No further from the beginning of a memory context than this is what was put into it first.
constexpr std::size_t header_bytes = 1'024;

} // namespace

// The executor's state is the first thing in the memory that CreateExecutorState makes, and names.
const EState *executor_of(MemoryContext memory) {
  if (!memory || !IsA(memory, AllocSetContext) || std::strcmp(memory->name, "ExecutorState") != 0)
    return nullptr;
  for (std::size_t offset = 0; offset < header_bytes; offset += MAXIMUM_ALIGNOF) {
    const auto *state = reinterpret_cast<const EState *>(reinterpret_cast<const char *>(memory) + offset);
    // What lies there need not be a tag.
    std::underlying_type_t<NodeTag> tag;
    std::memcpy(&tag, &state->type, sizeof tag);
    if (tag == T_EState && state->es_query_cxt == memory)
      return state;
  }
  return nullptr;
}

} // namespace upkeep::pg
