// What a client wrote of a source's rows, read with the rights that it will run with.
#pragma once

#include "postgres/as_user.hpp"
#include "postgres/relation.hpp"

namespace upkeep::rollups {

// Settings of the moment, with the schemas of search_path by their names: "$user" is still the caller. Returns what
// AtEOXact_GUC needs. May raise.
int keep_search_path();

// Runs `body` as the source's owner, restricted: resolving an expression computes its constant parts. Names are looked
// up by the caller's search_path.
template <class F> void as_source(Relation source, F &&body) {
  const int level = pg::call([] { return keep_search_path(); });
  pg::as_restricted(source->rd_rel->relowner, body);
  pg::call([=] { AtEOXact_GUC(true, level); });
}

} // namespace upkeep::rollups
