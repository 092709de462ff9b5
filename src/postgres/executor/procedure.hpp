// What the procedures that commit have in common.
#pragma once

#include "postgres/boundary.hpp"

namespace upkeep::pg {

[[noreturn]] inline void refuse_transaction_block(const char *name, const char *why) {
  throw fault{.sqlstate = sqlstate::invalid_transaction_termination,
              .message = fmt::format("{} cannot run inside a transaction block", name),
              .detail = why,
              .hint = "Call it alone, outside BEGIN ... COMMIT, and not in a function."};
}

// Throws 2D000 where the call stands inside a transaction block, in which nothing can be committed. `name`: the
// procedure's, with its schema.
inline void require_no_transaction_block(FunctionCallInfo fcinfo, const char *name) {
  if (!fcinfo->context || !IsA(fcinfo->context, CallContext) ||
      reinterpret_cast<const CallContext *>(fcinfo->context)->atomic)
    refuse_transaction_block(name, "It commits each batch.");
}

// The same for one that has the shards of Citus commit theirs, and a SET clause, for which PostgreSQL lets it commit
// nothing itself.
inline void require_no_block_around_shards(const char *name) {
  if (call([] { return IsTransactionBlock(); }))
    refuse_transaction_block(name, "Each shard commits its part.");
}

// Throws 22023 unless it is positive.
inline void require_batch_size(std::int32_t size, int usual) {
  if (size < 1)
    throw fault{.sqlstate = sqlstate::invalid_parameter_value,
                .message = fmt::format("batch_size must be at least 1, not {}", size),
                .hint = fmt::format("Leave it out for {}.", usual)};
}

} // namespace upkeep::pg
