// upkeep.forget_dropped: what is remembered of a table goes with it.
#include "postgres/query.hpp"
#include "postgres/relation.hpp"

namespace upkeep {

using pg::call;

namespace {

// Silent where the extension itself is on its way in or out.
Oid memory_table() {
  return call([] {
    const Oid schema = get_namespace_oid("upkeep", true);
    return OidIsValid(schema) ? get_relname_relid("stock_taken", schema) : InvalidOid;
  });
}

bool is_empty(Oid table) {
  Relation relation = call([=] { return table_open(table, AccessShareLock); });
  const bool empty = call([=] { return RelationGetNumberOfBlocks(relation) == 0; });
  call([=] { table_close(relation, AccessShareLock); });
  return empty;
}

void forget(Oid memory) {
  pg::with_spi([&] {
    // Whoever drops his table need not be allowed to write there.
    pg::as_user(pg::owner_of(memory), SECURITY_NOFORCE_RLS, [] {
      pg::execute("DELETE FROM upkeep.stock_taken t USING pg_catalog.pg_event_trigger_dropped_objects() d"
                  " WHERE d.classid OPERATOR(pg_catalog.=) 'pg_catalog.pg_class'::pg_catalog.regclass::pg_catalog.oid"
                  " AND d.objsubid OPERATOR(pg_catalog.=) 0 AND t.order_items OPERATOR(pg_catalog.=) d.objid");
    });
  });
}

} // namespace

} // namespace upkeep

using namespace upkeep;

// upkeep.forget_dropped() RETURNS event_trigger: ON sql_drop.
UPKEEP_FUNCTION(upkeep_forget_dropped) {
  return pg::entry([=] {
    if (!CALLED_AS_EVENT_TRIGGER(fcinfo))
      throw fault{sqlstate::trigger_protocol_violated,
                  "upkeep.forget_dropped() can only be called as an event trigger"};
    const Oid memory = memory_table();
    if (OidIsValid(memory) && !is_empty(memory))
      forget(memory);
    return Datum(0);
  });
}
