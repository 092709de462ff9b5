// What the procedures that commit have in common.
#pragma once

#include "postgres/boundary.hpp"

namespace upkeep::pg {

// Throws 2D000 where the call stands inside a transaction block, in which nothing can be committed. `name`: the
// procedure's, with its schema.
inline void require_no_transaction_block(FunctionCallInfo fcinfo, const char *name) {
  if (!fcinfo->context || !IsA(fcinfo->context, CallContext) ||
      reinterpret_cast<const CallContext *>(fcinfo->context)->atomic)
    throw fault{.sqlstate = sqlstate::invalid_transaction_termination,
                .message = fmt::format("{} cannot run inside a transaction block", name),
                .detail = "It commits each batch.",
                .hint = "Call it alone, outside BEGIN ... COMMIT, and not in a function."};
}

// Throws 22023 unless it is positive.
inline void require_batch_size(std::int32_t size, int usual) {
  if (size < 1)
    throw fault{.sqlstate = sqlstate::invalid_parameter_value,
                .message = fmt::format("batch_size must be at least 1, not {}", size),
                .hint = fmt::format("Leave it out for {}.", usual)};
}

} // namespace upkeep::pg
