// upkeep.forget_dropped: what is remembered of the lines or products of a table goes with it.
#include "features/orders/stock/stock_memory.hpp"
#include "features/orders/stock/stock_tables.hpp"
#include "postgres/sql/query.hpp"

namespace upkeep::orders {

using pg::call;

namespace {

// Silent where the extension itself is on its way in or out.
Oid memory_if_there() {
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

// Its own lines, or what was taken of its products.
void forget() {
  const pg::fragment of_products = memory_knows_products() ? pg::sql("OR t.products [=] d.objid") : pg::fragment();
  pg::with_spi([&] {
    // The role that drops a table need not be allowed to write there.
    with_memory([&] {
      pg::execute(pg::sql(R"sql(
        DELETE FROM upkeep.stock_taken t
        USING pg_catalog.pg_event_trigger_dropped_objects() d
        WHERE d.classid [=] 'pg_catalog.pg_class'::pg_catalog.regclass::pg_catalog.oid AND d.objsubid [=] 0
          AND (t.order_items [=] d.objid {of_products})
      )sql",
                          "of_products"_is = of_products));
    });
  });
}

} // namespace

} // namespace upkeep::orders

using namespace upkeep;
using namespace upkeep::orders;

// upkeep.forget_dropped() RETURNS event_trigger: ON sql_drop.
UPKEEP_FUNCTION(upkeep_forget_dropped) {
  return pg::entry([=] {
    if (!CALLED_AS_EVENT_TRIGGER(fcinfo))
      throw fault{.sqlstate = sqlstate::trigger_protocol_violated,
                  .message = "upkeep.forget_dropped() can only be called as an event trigger"};
    const Oid memory = memory_if_there();
    if (OidIsValid(memory) && !is_empty(memory))
      forget();
    return Datum(0);
  });
}
