// Rows that are being written while triggers before that are running.
#pragma once

#include "postgres/compat.hpp"

namespace upkeep::rollups {

// While one of these lives, the row is not to be written by anyone else of this session: what was computed for it would
// be lost, or overwrite that.
class being_written {
public:
  being_written(Oid table, ItemPointerData at);
  being_written(const being_written &) = delete;
  being_written &operator=(const being_written &) = delete;
  ~being_written();

  static bool is(Oid table, ItemPointerData at);

private:
  Oid table;
  ItemPointerData at;
  being_written *outer;
};

} // namespace upkeep::rollups
