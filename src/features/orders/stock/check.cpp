// What upkeep.check_orders says of stock.
#include "features/catalogue.hpp"
#include "features/orders/check_orders.hpp"
#include "features/orders/stock/stock_tables.hpp"
#include "features/registry.hpp"
#include "postgres/trigger.hpp"

namespace upkeep::orders {

using pg::call;

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
std::string taken_lines(const stock_tables &tables) {
  if (!tables.taken)
    return "ROWS FROM (pg_catalog.unnest($1), pg_catalog.unnest($2))";
  return fmt::format("(SELECT {0} AS line, i.{1}::pg_catalog.numeric AS taken FROM {2} i WHERE i.{1} IS NOT NULL)",
                     tables.line.of("i"), *tables.taken, tables.lines_rows);
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

std::string order_key_text(const stock_tables &tables) {
  std::string list;
  for (const std::string &column : tables.order_columns)
    list += fmt::format("{}i.{}::pg_catalog.text", list.empty() ? "" : ", ", pg::quoted(column));
  return tables.order_columns.empty() ? "NULL::pg_catalog.text" : fmt::format("pg_catalog.concat_ws('/', {})", list);
}

void check_lines(const stock_tables &tables, pg::result_set &result) {
  const stock_lines remembered = tables.taken ? stock_lines{} : remembered_stock(tables, std::nullopt);
  const pg::parameter memory[] = {remembered.lines, remembered.quantities};
  const std::string order =
      tables.orders ? fmt::format(" LEFT JOIN {} o ON {}", tables.orders_rows, tables.order_of_line) : "";
  const std::string released = tables.orders ? tables.is_released("o") : "false";
  const std::string quantity = fmt::format("i.{}::pg_catalog.numeric", tables.quantity);
  add(execute_latest(
          fmt::format("SELECT {0}, CASE WHEN {1} THEN 'line ' OPERATOR(pg_catalog.||) t.line OPERATOR(pg_catalog.||)"
                      " ' of a released order still has taken stock' ELSE 'line ' OPERATOR(pg_catalog.||) t.line"
                      " OPERATOR(pg_catalog.||) ' has taken other than its quantity' END,"
                      " t.taken, CASE WHEN {1} THEN 0 ELSE {2} END"
                      " FROM {3} t(line, taken) JOIN {4} i ON {5}{6} WHERE t.taken OPERATOR(pg_catalog.<>) 0"
                      " AND ({1} OR NOT {7} AND ({2} IS NULL OR t.taken OPERATOR(pg_catalog.<>) {2}))"
                      " ORDER BY 1, t.line",
                      order_key_text(tables), released, quantity, taken_lines(tables), tables.lines_rows,
                      tables.line.equals("i", "t.line"), order, tables.has_no_product("i")),
          tables.taken ? std::span<const pg::parameter>() : memory),
      result);
}

// Lines of which nothing was taken: written while stock was paused, before it was enabled, or while the product was
// unlimited.
void check_open_lines(const stock_tables &tables, pg::result_set &result) {
  const stock_lines remembered = tables.taken ? stock_lines{} : remembered_stock(tables, std::nullopt);
  const pg::parameter memory[] = {remembered.lines};
  const std::string order = tables.orders ? fmt::format(" JOIN {} o ON {} AND NOT {}", tables.orders_rows,
                                                        tables.order_of_line, tables.is_released("o"))
                                          : "";
  add(execute_latest(fmt::format("SELECT {}, 'line ' OPERATOR(pg_catalog.||) {} OPERATOR(pg_catalog.||)"
                                 " ' has taken nothing', 0::pg_catalog.numeric, i.{}::pg_catalog.numeric"
                                 " FROM {} i JOIN {} p ON true{} WHERE {} ORDER BY 1, 2",
                                 order_key_text(tables), tables.line.of("i"), tables.quantity, tables.lines_rows,
                                 tables.products_rows, order, tables.is_open()),
                     tables.taken ? std::span<const pg::parameter>() : memory),
      result);
}

// What upkeep.stock_taken remembers of lines that went without their triggers.
void check_lost_lines(const stock_tables &tables, pg::result_set &result) {
  const stock_lines remembered = remembered_stock(tables, std::nullopt);
  const pg::parameter memory[] = {remembered.lines, remembered.quantities};
  add(execute_latest(fmt::format("SELECT NULL::pg_catalog.text, 'line ' OPERATOR(pg_catalog.||) t.line"
                                 " OPERATOR(pg_catalog.||) ' is gone and still has taken stock', t.taken,"
                                 " 0::pg_catalog.numeric FROM {} t(line, taken) WHERE t.taken OPERATOR(pg_catalog.<>) 0"
                                 " AND NOT EXISTS (SELECT FROM {} i WHERE {}) ORDER BY t.line",
                                 taken_lines(tables), tables.lines_rows, tables.line.equals("i", "t.line")),
                     memory),
      result);
}

void check_products(const stock_tables &tables, pg::result_set &result) {
  add(execute_latest(fmt::format("SELECT NULL::pg_catalog.text, 'product ' OPERATOR(pg_catalog.||)"
                                 " (({0})::pg_catalog.jsonb OPERATOR(pg_catalog.->) -1)::pg_catalog.text"
                                 " OPERATOR(pg_catalog.||) ' has a stock below zero', p.{1}::pg_catalog.numeric,"
                                 " 0::pg_catalog.numeric FROM {2} p"
                                 " WHERE p.{1}::pg_catalog.numeric OPERATOR(pg_catalog.<) 0 ORDER BY {3}",
                                 tables.product.of("p"), tables.stock, tables.products_rows, tables.product.order("p")),
                     {}),
      result);
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
