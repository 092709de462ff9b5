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

} // namespace upkeep::pg
