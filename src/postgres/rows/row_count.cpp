#include "postgres/rows/row_count.hpp"

#include "postgres/rows/row_scan.hpp"

namespace upkeep::pg {

namespace {

// Where the row lies in a page, its header tells, and nothing before the column is walked through.
bool is_null(TupleTableSlot *slot, AttrNumber column) {
  return TTS_IS_BUFFERTUPLE(slot)
             ? heap_attisnull(ExecFetchSlotHeapTuple(slot, false, nullptr), column, slot->tts_tupleDescriptor)
             : slot_attisnull(slot, column);
}

} // namespace

tally count_rows(Relation relation, std::uint64_t most) {
  return call([=] { return scan(relation, most, [](TupleTableSlot *) { return true; }); });
}

tally count_values(Relation relation, AttrNumber column, std::uint64_t most) {
  return call([=] { return scan(relation, most, [=](TupleTableSlot *slot) { return !is_null(slot, column); }); });
}

tally count_dropped_values(Relation relation, AttrNumber column, std::uint64_t most, bool unwritten) {
  return call([=] {
    return scan(relation, most, [=](TupleTableSlot *slot) {
      bool is_copy = false;
      HeapTuple row = unwritten ? ExecFetchSlotHeapTuple(slot, false, &is_copy) : nullptr;
      const bool is_older = row && HeapTupleHeaderGetNatts(row->t_data) < column;
      if (is_copy)
        heap_freetuple(row);
      return is_older || !slot_attisnull(slot, column);
    });
  });
}

tally count_nulls(Relation relation, AttrNumber column, std::uint64_t most) {
  return call([=] { return scan(relation, most, [=](TupleTableSlot *slot) { return is_null(slot, column); }); });
}

} // namespace upkeep::pg
