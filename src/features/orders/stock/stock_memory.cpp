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

fragment remembered_row(const std::string &line) {
  return sql(R"sql(
    SELECT t.ctid AS place, t.* FROM upkeep.stock_taken t WHERE t.order_items [=] $1 AND t.line [=] {line} OFFSET 0
  )sql",
             "line"_is = fragment(line));
}

stock_lines remembered_stock(const stock_tables &tables, const std::optional<pg::parameter> &lines) {
  const pg::parameter parameters[] = {{REGCLASSOID, ObjectIdGetDatum(tables.lines)},
                                      {REGCLASSOID, ObjectIdGetDatum(tables.products)},
                                      lines.value_or(no_array(TEXTOID))};
  const bool with_products = memory_knows_products();
  // Without what was taken of another table's products. A row of an earlier version does not say which.
  const auto query = [&] {
    return sql(R"sql(
      SELECT pg_catalog.array_agg(t.line), pg_catalog.array_agg(t.product), pg_catalog.array_agg(t.quantity)
      FROM {rows}
      WHERE {of_products}
    )sql",
               "rows"_is = lines ? sql("pg_catalog.unnest($3) AS k(line) CROSS JOIN LATERAL ({row}) t",
                                       "row"_is = remembered_row("k.line"))
                                 : sql("(SELECT * FROM upkeep.stock_taken t WHERE t.order_items [=] $1) t"),
               "of_products"_is = with_products ? sql("coalesce(t.products [=] $2, true)") : sql("true"));
  };
  stock_lines remembered;
  with_memory([&] {
    const pg::rows found =
        lines ? execute_latest(tables, with_products ? "remembered" : "remembered, 0.6", parameters, query)
              : execute_latest(query(), parameters);
    remembered = {array_in(found, 1, TEXTOID), array_in(found, 2, TEXTOID), array_in(found, 3, NUMERICOID)};
  });
  return remembered;
}

} // namespace upkeep::orders
