#include "postgres/keyed_row.hpp"

namespace upkeep::pg {

namespace {

bool serves(Relation index, Relation table, AttrNumber column) {
  const FormData_pg_index &form = *index->rd_index;
  return form.indisunique && form.indisvalid && form.indisready && form.indimmediate && form.indnkeyatts == 1 &&
         form.indkey.values[0] == column &&
         index->rd_indcollation[0] == TupleDescAttr(RelationGetDescr(table), column - 1)->attcollation && index->rd_rel->relam == BTREE_AM_OID &&
         heap_attisnull(index->rd_indextuple, Anum_pg_index_indpred, nullptr);
}

// In the words of the executor, which has one message for a row that was deleted too.
[[noreturn]] void changed_since() {
  ereport(ERROR, (errcode(ERRCODE_T_R_SERIALIZATION_FAILURE),
                  errmsg("could not serialize access due to concurrent update"), errhint("Repeat the transaction.")));
  pg_unreachable();
}

// Whether the latest version of a row, to which a chain of updates led, still has the key.
bool still_has(const unique_key &by, TupleTableSlot *slot, Datum key) {
  bool is_null = false;
  const Datum now = slot_getattr(slot, by.column, &is_null);
  return !is_null && DatumGetBool(OidFunctionCall2Coll(by.equals, by.collation, now, key));
}

// As the executor's LockRows does for FOR SHARE.
keyed_result lock_row(Relation table, const unique_key &by, Datum key, TupleTableSlot *slot) {
  ItemPointerData at = slot->tts_tid;
  TM_FailureData failure;
  int flags = TUPLE_LOCK_FLAG_LOCK_UPDATE_IN_PROGRESS;
  if (!IsolationUsesXactSnapshot())
    flags |= TUPLE_LOCK_FLAG_FIND_LAST_VERSION;
  switch (table_tuple_lock(table, &at, GetActiveSnapshot(), slot, GetCurrentCommandId(false), LockTupleShare,
                           LockWaitBlock, static_cast<std::uint8_t>(flags), &failure)) {
  case TM_Ok:
    return !failure.traversed || still_has(by, slot, key) ? keyed_result::found : keyed_result::absent;
  case TM_Updated:
    changed_since();
  case TM_Deleted:
    if (IsolationUsesXactSnapshot())
      changed_since();
    return keyed_result::absent;
  default:
    return keyed_result::unclear;
  }
}

IndexScanDesc begin_scan(Relation table, Relation index) {
#if PG_VERSION_NUM >= 180000
  return index_beginscan(table, index, GetActiveSnapshot(), nullptr, 1, 0);
#else
  return index_beginscan(table, index, GetActiveSnapshot(), 1, 0);
#endif
}

} // namespace

unique_key find_unique_key(Relation table, AttrNumber column, Oid value_type) {
  unique_key by{RelationGetRelid(table), InvalidOid, InvalidOid, value_type, InvalidOid, column};
  if (table->rd_rel->relkind != RELKIND_RELATION)
    return by;
  List *indexes = RelationGetIndexList(table);
  const ListCell *cell;
  foreach (cell, indexes) {
    Relation index = index_open(lfirst_oid(cell), AccessShareLock);
    if (serves(index, table, column)) {
      const Oid equals =
          get_opfamily_member(index->rd_opfamily[0], index->rd_opcintype[0], value_type, BTEqualStrategyNumber);
      if (OidIsValid(equals)) {
        by.index = RelationGetRelid(index);
        by.equals = get_opcode(equals);
        by.collation = index->rd_indcollation[0];
      }
    }
    index_close(index, NoLock);
    if (OidIsValid(by.index))
      break;
  }
  list_free(indexes);
  return by;
}

keyed_result read_by_key(const unique_key &by, Datum key, bool locks, const AttrNumber *columns, int count,
                         NullableDatum *values) {
  Relation table = table_open(by.table, locks ? RowShareLock : AccessShareLock);
  // What the session remembers may be gone since, or on its way out.
  if (!SearchSysCacheExists1(INDEXRELID, ObjectIdGetDatum(by.index))) {
    table_close(table, NoLock);
    return keyed_result::unclear;
  }
  Relation index = index_open(by.index, AccessShareLock);
  if (!index->rd_index->indisvalid || (index->rd_index->indcheckxmin && IsolationUsesXactSnapshot())) {
    index_close(index, NoLock);
    table_close(table, NoLock);
    return keyed_result::unclear;
  }
  // As SPI does: what this transaction has written is to be seen.
  CommandCounterIncrement();
  PushActiveSnapshot(GetTransactionSnapshot());
  TupleTableSlot *slot = table_slot_create(table, nullptr);
  ScanKeyData equal;
  ScanKeyEntryInitialize(&equal, 0, 1, BTEqualStrategyNumber, by.value_type, by.collation, by.equals, key);
  IndexScanDesc scan = begin_scan(table, index);
  index_rescan(scan, &equal, 1, nullptr, 0);
  keyed_result result = keyed_result::absent;
  if (index_getnext_slot(scan, ForwardScanDirection, slot))
    result = locks ? lock_row(table, by, key, slot) : keyed_result::found;
  for (int i = 0; result == keyed_result::found && i < count; ++i) {
    const FormData_pg_attribute &attribute = *TupleDescAttr(slot->tts_tupleDescriptor, columns[i] - 1);
    values[i].value = slot_getattr(slot, columns[i], &values[i].isnull);
    if (!values[i].isnull)
      values[i].value = datumCopy(values[i].value, attribute.attbyval, attribute.attlen);
  }
  index_endscan(scan);
  ExecDropSingleTupleTableSlot(slot);
  PopActiveSnapshot();
  index_close(index, NoLock);
  table_close(table, NoLock);
  return result;
}

} // namespace upkeep::pg
