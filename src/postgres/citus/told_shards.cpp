#include "postgres/citus/told_shards.hpp"

#include "postgres/sql/query.hpp"

namespace upkeep::pg {

void tell_shards(Oid table) {
  // A place that no row has, which is looked up and not searched for.
  execute(sql("DELETE FROM {table} t WHERE t.ctid [=] '(0,0)'", "table"_is = pg::table{table}));
}

bool is_emptied_here(Relation relation) {
#if PG_VERSION_NUM >= 160000
  const SubTransactionId first = relation->rd_firstRelfilelocatorSubid;
#else
  const SubTransactionId first = relation->rd_firstRelfilenodeSubid;
#endif
  return relation->rd_createSubid != InvalidSubTransactionId || first != InvalidSubTransactionId;
}

bool is_made_here(const Trigger &trigger) {
  return call([&] {
    Relation triggers = table_open(TriggerRelationId, AccessShareLock);
    ScanKeyData key;
    ScanKeyInit(&key, Anum_pg_trigger_oid, BTEqualStrategyNumber, F_OIDEQ, ObjectIdGetDatum(trigger.tgoid));
    SysScanDesc scan = systable_beginscan(triggers, TriggerOidIndexId, true, nullptr, 1, &key);
    HeapTuple row = systable_getnext(scan);
    const bool is_ours =
        HeapTupleIsValid(row) && TransactionIdIsCurrentTransactionId(HeapTupleHeaderGetXmin(row->t_data));
    systable_endscan(scan);
    table_close(triggers, AccessShareLock);
    return is_ours;
  });
}

} // namespace upkeep::pg
