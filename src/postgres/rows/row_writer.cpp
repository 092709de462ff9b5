#include "postgres/rows/row_writer.hpp"

namespace upkeep::pg {

// Writing into the tuple is sound only where the slot owns it, since the executor ignores a tuple that comes back as it
// was handed out. This leans on ExecBRUpdateTriggers; everywhere else the row is copied.
bool row_writer::in_place() const {
  const TupleTableSlot *slot = trigger.tg_newslot;
  if (rebuilds || !slot || !TTS_SHOULDFREE(slot))
    return false;
  if (!TTS_IS_HEAPTUPLE(slot) && !TTS_IS_BUFFERTUPLE(slot))
    return false;
  // Both kinds of slot begin with a HeapTupleTableSlot.
  return reinterpret_cast<const HeapTupleTableSlot *>(slot)->tuple == trigger.tg_newtuple;
}

// A datum holds integers of every width alike, sign-extended.
HeapTuple row_writer::finish() {
  if (count == 0 && !restores)
    return trigger.tg_newtuple;
  if (!in_place())
    return rebuild();
  TupleTableSlot *slot = trigger.tg_newslot;
  for (const edit *each = edits; each < edits + count; ++each) {
    store_att_byval(each->at, Int64GetDatum(each->value), table.columns[each->column - 1].length);
    // A WHEN clause or an earlier trigger may have read the column into the slot already.
    if (slot->tts_nvalid >= each->column)
      slot->tts_values[each->column - 1] = Int64GetDatum(each->value);
  }
  return trigger.tg_newtuple;
}

bool row_writer::fills_guarded() const {
  TupleDesc descriptor = RelationGetDescr(trigger.tg_relation);
  for (int i = 0; i < table.last_special; ++i)
    if (table.columns[i].role == column_role::protected_column &&
        heap_attisnull(trigger.tg_trigtuple, i + 1, descriptor) &&
        !heap_attisnull(trigger.tg_newtuple, i + 1, descriptor))
      return true;
  return false;
}

HeapTuple row_writer::rebuild() const {
  TupleDesc descriptor = RelationGetDescr(trigger.tg_relation);
  const int most = table.count;
  int *columns = static_cast<int *>(palloc(sizeof(int) * most));
  Datum *values = static_cast<Datum *>(palloc(sizeof(Datum) * most));
  bool *nulls = static_cast<bool *>(palloc(sizeof(bool) * most));
  int n = 0;
  for (const edit *each = edits; each < edits + count; ++each, ++n) {
    columns[n] = each->column;
    nulls[n] = each->is_null;
    values[n] = Int64GetDatum(each->value);
  }
  for (int i = 0; restores && i < table.count; ++i)
    if (table.columns[i].role == column_role::protected_column) {
      columns[n] = i + 1;
      values[n] = heap_getattr(trigger.tg_trigtuple, i + 1, descriptor, &nulls[n]);
      n += !nulls[n]; // one that was NULL may become a value
    }
  return heap_modify_tuple_by_cols(trigger.tg_newtuple, descriptor, n, columns, values, nulls);
}

} // namespace upkeep::pg
