#include "postgres/rows/row_lock.hpp"

namespace upkeep::pg {

void lock_row(Relation table, ItemPointerData at, LockTupleMode mode) {
  TupleTableSlot *slot = table_slot_create(table, nullptr);
  TM_FailureData failure;
  table_tuple_lock(table, &at, GetActiveSnapshot(), slot, GetCurrentCommandId(false), mode, LockWaitBlock, 0, &failure);
  ExecDropSingleTupleTableSlot(slot);
}

} // namespace upkeep::pg
