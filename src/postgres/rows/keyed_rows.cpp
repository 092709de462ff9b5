#include "postgres/rows/keyed_rows.hpp"

extern "C" {
#include <storage/procarray.h>
}

namespace upkeep::pg {

namespace {

// In the words of the executor, which has one message for a row that was deleted too.
[[noreturn]] void changed_since() {
  ereport(ERROR, (errcode(ERRCODE_T_R_SERIALIZATION_FAILURE),
                  errmsg("could not serialize access due to concurrent update"), errhint("Repeat the transaction.")));
  pg_unreachable();
}

// Whether the latest version of a row, to which a chain of updates led, still has the key.
bool still_has(const unique_key &by, TupleTableSlot *slot, const Datum *key, const bool *nulls) {
  for (const unique_key::part *each = by.parts; each < by.parts + by.count; ++each) {
    bool is_null = false;
    const Datum now = slot_getattr(slot, each->column, &is_null);
    if (nulls && nulls[each->given] && is_null)
      continue;
    if (is_null || (nulls && nulls[each->given]) ||
        !DatumGetBool(OidFunctionCall2Coll(each->equals, each->collation, now, key[each->given])))
      return false;
  }
  return true;
}

IndexScanDesc begin_scan(const keyed_rows &rows) {
#if PG_VERSION_NUM >= 180000
  return index_beginscan(rows.table, rows.index, rows.snapshot, nullptr, rows.by->count, 0);
#else
  return index_beginscan(rows.table, rows.index, rows.snapshot, rows.by->count, 0);
#endif
}

} // namespace

bool open_keyed(const unique_key &by, bool latest, keyed_rows &rows) {
  // What the session remembers may be gone since, or on its way out.
  if (!OidIsValid(by.index) || !SearchSysCacheExists1(INDEXRELID, ObjectIdGetDatum(by.index)))
    return false;
  // As SELECT FOR UPDATE: foreign keys' checks have that lock already.
  Relation index = index_open(by.index, latest ? RowShareLock : AccessShareLock);
  if (!index->rd_index->indisvalid || (index->rd_index->indcheckxmin && IsolationUsesXactSnapshot())) {
    index_close(index, NoLock);
    return false;
  }
  Relation table = table_open(by.table, NoLock);
  // As SPI does: what this transaction has written is to be seen.
  CommandCounterIncrement();
  rows = {&by,
          table,
          index,
          RegisterSnapshot(latest ? GetLatestSnapshot() : GetTransactionSnapshot()),
          nullptr,
          table_slot_create(table, nullptr),
          CurrentMemoryContext};
  rows.scan = begin_scan(rows);
  return true;
}

void close_keyed(keyed_rows &rows) {
  index_endscan(rows.scan);
  ExecDropSingleTupleTableSlot(rows.row);
  UnregisterSnapshot(rows.snapshot);
  index_close(rows.index, NoLock);
  table_close(rows.table, NoLock);
}

void look_anew(keyed_rows &rows) {
  ExecClearTuple(rows.row);
  index_endscan(rows.scan);
  UnregisterSnapshot(rows.snapshot);
  CommandCounterIncrement();
  MemoryContext outer = MemoryContextSwitchTo(rows.memory);
  rows.snapshot = RegisterSnapshot(GetLatestSnapshot());
  rows.scan = begin_scan(rows);
  MemoryContextSwitchTo(outer);
}

bool find_by_key(keyed_rows &rows, const Datum *key, const bool *nulls) {
  const unique_key &by = *rows.by;
  ScanKeyData equal[unique_key::max_parts];
  for (int i = 0; i < by.count; ++i) {
    const unique_key::part &part = by.parts[i];
    const auto number = static_cast<AttrNumber>(i + 1);
    if (nulls && nulls[part.given])
      ScanKeyEntryInitialize(&equal[i], SK_ISNULL | SK_SEARCHNULL, number, InvalidStrategy, InvalidOid, InvalidOid,
                             InvalidOid, Datum(0));
    else
      ScanKeyEntryInitialize(&equal[i], 0, number, BTEqualStrategyNumber, part.value_type, part.collation, part.equals,
                             key[part.given]);
  }
  MemoryContext outer = MemoryContextSwitchTo(rows.memory);
  index_rescan(rows.scan, equal, by.count, nullptr, 0);
  const bool found = index_getnext_slot(rows.scan, ForwardScanDirection, rows.row);
  MemoryContextSwitchTo(outer);
  return found;
}

bool wait_for_writer(keyed_rows &rows) {
  if (!TTS_IS_BUFFERTUPLE(rows.row))
    return false;
  const auto *slot = reinterpret_cast<const BufferHeapTupleTableSlot *>(rows.row);
  LockBuffer(slot->buffer, BUFFER_LOCK_SHARE);
  const HeapTupleHeader header = slot->base.tuple->t_data;
  const bool is_written = !(header->t_infomask & HEAP_XMAX_INVALID) && !HEAP_XMAX_IS_LOCKED_ONLY(header->t_infomask);
  const TransactionId writer = is_written ? HeapTupleHeaderGetUpdateXid(header) : InvalidTransactionId;
  LockBuffer(slot->buffer, BUFFER_LOCK_UNLOCK);
  if (!TransactionIdIsValid(writer) || TransactionIdIsCurrentTransactionId(writer) ||
      !TransactionIdIsInProgress(writer))
    return false;
  ItemPointerData at = rows.row->tts_tid;
  ExecClearTuple(rows.row);
  XactLockTableWait(writer, rows.table, &at, XLTW_Lock);
  return true;
}

// As the executor's LockRows does.
lookup_result lock_found_row(keyed_rows &rows, const Datum *key, LockTupleMode mode, bool follows, const bool *nulls) {
  ItemPointerData at = rows.row->tts_tid;
  TM_FailureData failure;
  int flags = TUPLE_LOCK_FLAG_LOCK_UPDATE_IN_PROGRESS;
  if (follows)
    flags |= TUPLE_LOCK_FLAG_FIND_LAST_VERSION;
  switch (table_tuple_lock(rows.table, &at, rows.snapshot, rows.row, GetCurrentCommandId(false), mode, LockWaitBlock,
                           static_cast<std::uint8_t>(flags), &failure)) {
  case TM_Ok:
    return !failure.traversed || still_has(*rows.by, rows.row, key, nulls) ? lookup_result::found
                                                                           : lookup_result::absent;
  case TM_Updated:
    changed_since();
  case TM_Deleted:
    if (!follows)
      changed_since();
    return lookup_result::absent;
  default:
    return lookup_result::unclear;
  }
}

void require_seen(const keyed_rows &rows) {
  if (IsolationUsesXactSnapshot() && !table_tuple_satisfies_snapshot(rows.table, rows.row, GetTransactionSnapshot()))
    changed_since();
}

} // namespace upkeep::pg
