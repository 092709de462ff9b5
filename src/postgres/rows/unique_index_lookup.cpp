#include "postgres/rows/unique_index_lookup.hpp"

namespace upkeep::pg {

namespace {

// In the words of the executor, which has one message for a row that was deleted too.
[[noreturn]] void changed_since() {
  ereport(ERROR, (errcode(ERRCODE_T_R_SERIALIZATION_FAILURE),
                  errmsg("could not serialize access due to concurrent update"), errhint("Repeat the transaction.")));
  pg_unreachable();
}

// Whether the latest version of a row, to which a chain of updates led, still has the key.
bool still_has(const unique_key &by, TupleTableSlot *slot, const Datum *key) {
  for (const unique_key::part *each = by.parts; each < by.parts + by.count; ++each) {
    bool is_null = false;
    const Datum now = slot_getattr(slot, each->column, &is_null);
    if (is_null || !DatumGetBool(OidFunctionCall2Coll(each->equals, each->collation, now, key[each->given])))
      return false;
  }
  return true;
}

// As the executor's LockRows does for FOR SHARE.
lookup_result lock_row(Relation table, const unique_key &by, const Datum *key, TupleTableSlot *slot) {
  ItemPointerData at = slot->tts_tid;
  TM_FailureData failure;
  int flags = TUPLE_LOCK_FLAG_LOCK_UPDATE_IN_PROGRESS;
  if (!IsolationUsesXactSnapshot())
    flags |= TUPLE_LOCK_FLAG_FIND_LAST_VERSION;
  switch (table_tuple_lock(table, &at, GetActiveSnapshot(), slot, GetCurrentCommandId(false), LockTupleShare,
                           LockWaitBlock, static_cast<std::uint8_t>(flags), &failure)) {
  case TM_Ok:
    return !failure.traversed || still_has(by, slot, key) ? lookup_result::found : lookup_result::absent;
  case TM_Updated:
    changed_since();
  case TM_Deleted:
    if (IsolationUsesXactSnapshot())
      changed_since();
    return lookup_result::absent;
  default:
    return lookup_result::unclear;
  }
}

IndexScanDesc begin_scan(Relation table, Relation index, int keys) {
#if PG_VERSION_NUM >= 180000
  return index_beginscan(table, index, GetActiveSnapshot(), nullptr, keys, 0);
#else
  return index_beginscan(table, index, GetActiveSnapshot(), keys, 0);
#endif
}

} // namespace

lookup_result visit_by_key(const unique_key &by, const Datum *key, bool locks, row_visitor visit, void *context) {
  Relation table = table_open(by.table, NoLock);
  // What the session remembers may be gone since, or on its way out.
  if (!SearchSysCacheExists1(INDEXRELID, ObjectIdGetDatum(by.index))) {
    table_close(table, NoLock);
    return lookup_result::unclear;
  }
  Relation index = index_open(by.index, AccessShareLock);
  if (!index->rd_index->indisvalid || (index->rd_index->indcheckxmin && IsolationUsesXactSnapshot())) {
    index_close(index, NoLock);
    table_close(table, NoLock);
    return lookup_result::unclear;
  }
  // As SPI does: what this transaction has written is to be seen.
  CommandCounterIncrement();
  PushActiveSnapshot(GetTransactionSnapshot());
  TupleTableSlot *slot = table_slot_create(table, nullptr);
  ScanKeyData equal[unique_key::max_parts];
  for (int i = 0; i < by.count; ++i)
    ScanKeyEntryInitialize(&equal[i], 0, static_cast<AttrNumber>(i + 1), BTEqualStrategyNumber, by.parts[i].value_type,
                           by.parts[i].collation, by.parts[i].equals, key[by.parts[i].given]);
  IndexScanDesc scan = begin_scan(table, index, by.count);
  index_rescan(scan, equal, by.count, nullptr, 0);
  lookup_result result = lookup_result::absent;
  if (index_getnext_slot(scan, ForwardScanDirection, slot))
    result = locks ? lock_row(table, by, key, slot) : lookup_result::found;
  if (result == lookup_result::found)
    visit(slot, context);
  index_endscan(scan);
  ExecDropSingleTupleTableSlot(slot);
  PopActiveSnapshot();
  index_close(index, NoLock);
  table_close(table, NoLock);
  return result;
}

lookup_result read_by_key(const unique_key &by, Datum key, bool locks, const AttrNumber *columns, int count,
                          NullableDatum *values) {
  struct wanted {
    const AttrNumber *columns;
    int count;
    NullableDatum *values;
  } into{columns, count, values};
  return visit_by_key(
      by, &key, locks,
      [](TupleTableSlot *row, void *context) {
        const auto &to = *static_cast<const wanted *>(context);
        for (int i = 0; i < to.count; ++i) {
          const FormData_pg_attribute &attribute = *TupleDescAttr(row->tts_tupleDescriptor, to.columns[i] - 1);
          to.values[i].value = slot_getattr(row, to.columns[i], &to.values[i].isnull);
          if (!to.values[i].isnull)
            to.values[i].value = datumCopy(to.values[i].value, attribute.attbyval, attribute.attlen);
        }
      },
      &into);
}

} // namespace upkeep::pg
