// The executor of a statement, found from within it. That leans on PostgreSQL's code, not on a contract; but what is
// found proves itself.
#pragma once

#include "postgres/compat.hpp"

namespace upkeep::pg {

// The executor whose memory for the query this is: that of the rows' slots, and the parent of what a trigger is called
// in. nullptr if no executor made it.
const EState *executor_of(MemoryContext memory);

} // namespace upkeep::pg
