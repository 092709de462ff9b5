#include "postgres/executor/marked_statement.hpp"

#include <utility>

namespace upkeep::pg {

int marked_trigger_depth[10] = {};

marked_statement::marked_statement(own_statement kind)
    : kind(kind), outer(std::exchange(marked_trigger_depth[static_cast<int>(kind)],
                                      DatumGetInt32(DirectFunctionCall1(pg_trigger_depth, 0)) + 1)) {}
marked_statement::~marked_statement() { marked_trigger_depth[static_cast<int>(kind)] = outer; }

} // namespace upkeep::pg
