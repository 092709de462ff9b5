// upkeep.forget_dropped: what is remembered of the lines or products of a table goes with it, and so do its counters.
#include "features/orders/stock/stock_memory.hpp"
#include "features/orders/stock/stock_tables.hpp"
#include "postgres/sql/query.hpp"

namespace upkeep::orders {

using pg::call;

namespace {

// Silent where the extension itself is on its way in or out.
Oid table_if_there(const char *name) {
  return call([=] {
    const Oid schema = get_namespace_oid("upkeep", true);
    return OidIsValid(schema) ? get_relname_relid(name, schema) : InvalidOid;
  });
}

bool is_filled(Oid table) {
  if (!OidIsValid(table))
    return false;
  Relation relation = call([=] { return table_open(table, AccessShareLock); });
  const bool filled = call([=] { return RelationGetNumberOfBlocks(relation) > 0; });
  call([=] { table_close(relation, AccessShareLock); });
  return filled;
}

// Its own lines, or what was taken of its products.
void forget_stock() {
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

void forget_counters(Oid counters) {
  pg::with_spi([&] {
    pg::as_user(pg::owner_of(counters), SECURITY_NOFORCE_RLS, [&] {
      pg::execute(pg::sql(R"sql(
        DELETE FROM upkeep.order_counters c
        USING pg_catalog.pg_event_trigger_dropped_objects() d
        WHERE d.classid [=] 'pg_catalog.pg_class'::pg_catalog.regclass::pg_catalog.oid AND d.objsubid [=] 0
          AND c.orders [=] d.objid
      )sql"));
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
    if (is_filled(table_if_there("stock_taken")))
      forget_stock();
    if (const Oid counters = table_if_there("order_counters"); is_filled(counters))
      forget_counters(counters);
    return Datum(0);
  });
}
