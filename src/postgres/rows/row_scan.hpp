// A pass over the rows of one table as the storage has them.
#pragma once

#include "core/tally.hpp"
#include "postgres/boundary.hpp"

namespace upkeep::pg {

// Visits rows until `most` were seen and something was found; `finds` says how many more it knows of by this row.
// Nothing with a destructor lives here: it is called through the door as a whole.
template <class Finds> tally scan(Relation relation, std::uint64_t most, Finds finds) {
  tally count;
  if (!RELKIND_HAS_STORAGE(relation->rd_rel->relkind))
    return count;
  Snapshot snapshot = RegisterSnapshot(GetLatestSnapshot());
  TupleTableSlot *slot = table_slot_create(relation, nullptr);
  TableScanDesc rows = table_beginscan(relation, snapshot, 0, nullptr);
  while (table_scan_getnextslot(rows, ForwardScanDirection, slot)) {
    CHECK_FOR_INTERRUPTS();
    if (count.rows >= most && count.lost > 0) {
      count.is_complete = false;
      break;
    }
    ++count.rows;
    count.lost += finds(slot);
  }
  table_endscan(rows);
  ExecDropSingleTupleTableSlot(slot);
  UnregisterSnapshot(snapshot);
  return count;
}

} // namespace upkeep::pg
