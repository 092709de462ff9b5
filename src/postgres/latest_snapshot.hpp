// Reading what is committed now, whatever snapshot the transaction keeps.
#pragma once

#include "postgres/boundary.hpp"

namespace upkeep::pg {

// What `body` reads by pg::read sees one and the same state: the one that is committed now, and what the transaction
// has done itself.
template <class F> void with_latest_snapshot(F &&body) {
  call([] { PushActiveSnapshot(GetLatestSnapshot()); });
  body();
  call([] { PopActiveSnapshot(); });
}

// For a saved query that is to see that: none where it does so by itself, since the transaction keeps no snapshot.
inline Snapshot latest_snapshot() {
  return IsolationUsesXactSnapshot() ? call([] { return GetLatestSnapshot(); }) : InvalidSnapshot;
}

} // namespace upkeep::pg
