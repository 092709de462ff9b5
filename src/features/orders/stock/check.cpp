// What upkeep.check_orders says of stock.
#include "features/catalogue.hpp"
#include "features/orders/check_orders.hpp"
#include "features/orders/stock/stock_lines.hpp"
#include "features/orders/stock/stock_memory.hpp"
#include "features/orders/stock/stock_tables.hpp"
#include "features/registry.hpp"
#include "postgres/as_user.hpp"
#include "postgres/sql/query.hpp"
#include "postgres/trigger.hpp"

namespace upkeep::orders {

using pg::call;
using pg::fragment;
using pg::sql;

namespace {

// The options of the lines' trigger, or nothing.
std::optional<option_list> options_of(Oid lines) {
  std::optional<option_list> options;
  pg::with_relation(lines, [&](Relation relation) {
    if (const Trigger *own = trigger_of(relation, stock_feature))
      options = pg::trigger_options(*own, stock_feature);
  });
  return options;
}

// What each line has taken: t(line, taken).
fragment taken_lines(const stock_tables &tables) {
  if (!tables.taken)
    return sql("ROWS FROM (pg_catalog.unnest($1), pg_catalog.unnest($2)) t(line, taken)");
  return sql(R"sql(
    (SELECT {line} AS line, i.{taken}::pg_catalog.numeric AS taken FROM {lines} i WHERE i.{taken} IS NOT NULL) t
  )sql",
             "line"_is = tables.line.of("i"), "taken"_is = *tables.taken, "lines"_is = tables.lines_rows);
}

pg::result_set::nullable number(const pg::rows &found, std::uint64_t row, int column) {
  pg::result_set::nullable value;
  value.value = found.value(row, column, value.is_null);
  return value;
}

void add(const pg::rows &found, pg::result_set &result) {
  for (std::uint64_t row = 0; row < found.count(); ++row)
    result.add(number(found, row, 1), found.text(row, 2).value(), number(found, row, 3), number(found, row, 4));
}

fragment order_key_text(const stock_tables &tables) {
  std::vector<fragment> list;
  for (const std::string &column : tables.order_columns)
    list.push_back(sql("{column}::pg_catalog.text", "column"_is = pg::columns_of("i", {column})));
  return list.empty() ? sql("NULL::pg_catalog.text")
                      : sql("pg_catalog.concat_ws('/', {list})", "list"_is = pg::joined(list));
}

void check_lines(const stock_tables &tables, pg::result_set &result) {
  const stock_lines remembered = tables.taken ? stock_lines{} : remembered_stock(tables);
  const pg::parameter memory[] = {remembered.lines, remembered.quantities};
  const fragment query = sql(
      R"sql(
    SELECT {order_key},
      CASE WHEN {is_released} THEN 'line ' [||] t.line [||] ' of a released order still has taken stock'
           ELSE 'line ' [||] t.line [||] {differs} END,
      t.taken, w.wanted
    FROM {taken_lines}
    JOIN {lines} i ON {has_key}
    {with_order}
    CROSS JOIN LATERAL (SELECT CASE WHEN {is_released} THEN {kept} ELSE {wanted} END AS wanted) w
    WHERE t.taken [<>] 0
      AND CASE WHEN {is_released} THEN t.taken [>] w.wanted OR t.taken [<] 0
               ELSE NOT {has_no_product} AND (w.wanted IS NULL OR t.taken [<>] w.wanted) END
    ORDER BY 1, t.line
  )sql",
      "order_key"_is = order_key_text(tables),
      "is_released"_is = tables.orders ? tables.is_released("o") : sql("false"),
      "differs"_is = pg::literal{tables.refunds ? " has taken other than what was not restocked of it"
                                                : " has taken other than its quantity"},
      "kept"_is = tables.wanted_if_released(), "wanted"_is = tables.wanted(), "taken_lines"_is = taken_lines(tables),
      "lines"_is = tables.lines_rows, "has_key"_is = tables.line.equals("i", "t.line"),
      "with_order"_is = tables.with_order(), "has_no_product"_is = tables.has_no_product("i"));
  add(execute_latest(query, tables.taken ? std::span<const pg::parameter>() : memory), result);
}

// Lines of which nothing was taken: written while stock was paused, before it was enabled, or while the product was
// unlimited.
void check_open_lines(const stock_tables &tables, pg::result_set &result) {
  const stock_lines remembered = tables.taken ? stock_lines{} : remembered_stock(tables);
  const pg::parameter memory[] = {remembered.lines};
  const fragment order =
      tables.orders ? sql("JOIN {orders} o ON {order_of_line} AND NOT {is_released}", "orders"_is = tables.orders_rows,
                          "order_of_line"_is = tables.order_of_line, "is_released"_is = tables.is_released("o"))
                    : fragment();
  const fragment query = sql(R"sql(
    SELECT {order_key}, 'line ' [||] {line} [||] ' has taken nothing', 0::pg_catalog.numeric,
      {wanted}
    FROM {lines} i
    JOIN {products} p ON true
    {order}
    WHERE {is_open}
    ORDER BY 1, 2
  )sql",
                             "order_key"_is = order_key_text(tables), "line"_is = tables.line.of("i"),
                             "wanted"_is = tables.wanted(), "lines"_is = tables.lines_rows,
                             "products"_is = tables.products_rows, "order"_is = order, "is_open"_is = tables.is_open());
  add(execute_latest(query, tables.taken ? std::span<const pg::parameter>() : memory), result);
}

// What upkeep.stock_taken remembers of lines that went without their triggers.
void check_lost_lines(const stock_tables &tables, pg::result_set &result) {
  const stock_lines remembered = remembered_stock(tables);
  const pg::parameter memory[] = {remembered.lines, remembered.quantities};
  const fragment query = sql(R"sql(
    SELECT NULL::pg_catalog.text, 'line ' [||] t.line [||] ' is gone and still has taken stock', t.taken,
      0::pg_catalog.numeric
    FROM {taken_lines}
    WHERE t.taken [<>] 0 AND NOT EXISTS (SELECT FROM {lines} i WHERE {has_key})
    ORDER BY t.line
  )sql",
                             "taken_lines"_is = taken_lines(tables), "lines"_is = tables.lines_rows,
                             "has_key"_is = tables.line.equals("i", "t.line"));
  add(execute_latest(query, memory), result);
}

void check_products(const stock_tables &tables, pg::result_set &result) {
  const fragment query = sql(R"sql(
    SELECT NULL::pg_catalog.text,
      'product ' [||] (({key})::pg_catalog.jsonb [->] -1)::pg_catalog.text [||] ' has a stock below zero',
      p.{stock}::pg_catalog.numeric, 0::pg_catalog.numeric
    FROM {products} p
    WHERE p.{stock}::pg_catalog.numeric [<] 0
    ORDER BY {order}
  )sql",
                             "key"_is = tables.product.of("p"), "stock"_is = tables.stock,
                             "products"_is = tables.products_rows, "order"_is = tables.product.order("p"));
  add(execute_latest(query), result);
}

} // namespace

void check_stock(Oid orders, Oid order_items, pg::result_set &result) {
  const std::optional<option_list> options = options_of(order_items);
  if (!options)
    return;
  const auto named = [&](const char *name) {
    const std::string *given = find_option(*options, name);
    return given ? pg::find_sibling(*given, order_items) : std::nullopt;
  };
  const std::optional<Oid> products = named("products");
  if (!products)
    return;
  const std::optional<Oid> released_by = named("orders") == orders ? std::optional(orders) : std::nullopt;
  call([&] { LockRelationOid(*products, AccessShareLock); });
  const Oid lines = pg::topmost(order_items);
  if (lines != order_items)
    call([&] { LockRelationOid(lines, AccessShareLock); });
  const stock_tables tables = resolve_stock(*options, lines, *products, released_by);
  pg::as_user(tables.owner, SECURITY_RESTRICTED_OPERATION | SECURITY_NOFORCE_RLS, [&] {
    check_lines(tables, result);
    check_open_lines(tables, result);
    if (!tables.taken)
      check_lost_lines(tables, result);
    check_products(tables, result);
  });
}

} // namespace upkeep::orders
