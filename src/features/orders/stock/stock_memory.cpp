#include "features/orders/stock/stock_memory.hpp"

#include "postgres/sql/sql.hpp"

namespace upkeep::orders {

using pg::call;
using pg::fragment;
using pg::sql;

Oid memory_table() {
  return call([] { return get_relname_relid("stock_taken", get_namespace_oid("upkeep", false)); });
}

bool memory_knows_products() {
  const Oid memory = memory_table();
  // Until the statement that goes by it has run nobody updates the extension.
  return call([=] {
           LockRelationOid(memory, AccessShareLock);
           return get_attnum(memory, "products");
         }) > 0;
}

void forget_stock(std::span<const Oid> lines) {
  std::vector<Datum> oids;
  for (const Oid table : lines)
    oids.push_back(ObjectIdGetDatum(table));
  const pg::parameter parameters[] = {array_of(oids, OIDOID)};
  with_memory(
      [&] { execute_latest(sql("DELETE FROM upkeep.stock_taken t WHERE t.order_items [=] ANY ($1)"), parameters); });
}

stock_lines remembered_stock(const stock_tables &tables) {
  const pg::parameter parameters[] = {{REGCLASSOID, ObjectIdGetDatum(tables.lines)},
                                      {REGCLASSOID, ObjectIdGetDatum(tables.products)}};
  // Without what was taken of another table's products. A row of an earlier version does not say which.
  const fragment of_products = memory_knows_products() ? sql("AND coalesce(t.products [=] $2, true)") : fragment();
  stock_lines remembered;
  with_memory([&] {
    const pg::rows found = execute_latest(sql(R"sql(
      SELECT pg_catalog.array_agg(t.line), pg_catalog.array_agg(t.product), pg_catalog.array_agg(t.quantity)
      FROM upkeep.stock_taken t
      WHERE t.order_items [=] $1 {of_products}
    )sql",
                                              "of_products"_is = of_products),
                                          parameters);
    remembered = {array_in(found, 1, TEXTOID), array_in(found, 2, TEXTOID), array_in(found, 3, NUMERICOID)};
  });
  return remembered;
}

} // namespace upkeep::orders
