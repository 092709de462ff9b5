// Code that runs with the rights of a table's owner.
#pragma once

#include "postgres/as_user.hpp"
#include "postgres/boundary.hpp"

namespace upkeep::pg {

// Runs `body` as an owner, whose triggers and types may hold any code. For somebody else, a superuser say, nothing of
// it may be left to run as the caller: no deferred trigger, no setting.
template <class F> void as_owner(Oid owner, F &&body) {
  const bool is_self = call([=] { return GetUserId() == owner; });
  const int level = call([] { return NewGUCNestLevel(); });
  as_user(owner, SECURITY_NOFORCE_RLS | (is_self ? 0 : SECURITY_RESTRICTED_OPERATION), body);
  call([=] { AtEOXact_GUC(false, level); });
}

} // namespace upkeep::pg
