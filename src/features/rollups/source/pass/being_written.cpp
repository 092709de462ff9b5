#include "features/rollups/source/pass/being_written.hpp"

namespace upkeep::rollups {

namespace {

being_written *innermost_row = nullptr;

} // namespace

being_written::being_written(Oid table, ItemPointerData at) : table(table), at(at), outer(innermost_row) {
  innermost_row = this;
}

being_written::~being_written() { innermost_row = outer; }

bool being_written::is(Oid table, ItemPointerData at) {
  for (being_written *each = innermost_row; each; each = each->outer)
    if (each->table == table && ItemPointerEquals(&each->at, &at))
      return true;
  return false;
}

} // namespace upkeep::rollups
