// Code that runs with the rights of another.
#pragma once

#include "postgres/compat.hpp"

namespace upkeep::pg {

// Runs `body` as another user.
template <class F> void as_user(Oid user, int restrictions, F &&body) {
  Oid outer = InvalidOid;
  int context = 0;
  GetUserIdAndSecContext(&outer, &context);
  SetUserIdAndSecContext(user, context | SECURITY_LOCAL_USERID_CHANGE | restrictions);
  try {
    body();
  } catch (...) {
    SetUserIdAndSecContext(outer, context);
    throw;
  }
  SetUserIdAndSecContext(outer, context);
}

// As an owner whose expressions are to be evaluated, for whoever asks: nothing of it may last or reach out of `body`.
template <class F> void as_restricted(Oid owner, F &&body) {
  as_user(owner, SECURITY_RESTRICTED_OPERATION | SECURITY_NOFORCE_RLS, body);
}

} // namespace upkeep::pg
