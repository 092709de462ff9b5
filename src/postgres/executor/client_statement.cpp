#include "postgres/executor/client_statement.hpp"

namespace upkeep::pg {

namespace {

struct seen_statement {
  std::uint64_t transaction = 0; // of the session
  TimestampTz sent = 0;
  int place = 0; // of the statement in what the client sent at once
  std::int32_t number = 0;
};
seen_statement last;

// Cursors that functions open run as portals too, which are named by number.
int place_in_message() {
  if (!ActivePortal || ActivePortal->stmts == NIL || std::string_view(ActivePortal->name).starts_with("<unnamed"))
    return last.place;
  return linitial_node(PlannedStmt, ActivePortal->stmts)->stmt_location;
}

std::uint64_t transaction_of_session() {
#if PG_VERSION_NUM >= 170000
  return MyProc->vxid.lxid;
#else
  return MyProc->lxid;
#endif
}

} // namespace

std::int32_t client_statement_number() {
  const std::uint64_t transaction = transaction_of_session();
  const TimestampTz sent = GetCurrentStatementStartTimestamp();
  if (last.transaction != transaction)
    last = {transaction, 0, 0, 0};
  const int place = place_in_message();
  if (last.sent != sent || last.place != place)
    last = {transaction, sent, place, last.number + 1};
  return last.number;
}

} // namespace upkeep::pg
