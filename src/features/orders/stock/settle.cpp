// What lines should have taken, against what they have: products are locked, checked, changed, and it is remembered.
#include "core/text/joined.hpp"
#include "features/orders/stock/stock_tables.hpp"
#include "postgres/executor/statement.hpp"

namespace upkeep::orders {

using pg::call;

namespace {

// The current lines among those whose keys are $1.
std::string current_lines(const stock_tables &tables) {
  return fmt::format("pg_catalog.unnest($1) AS k(line) JOIN {} i ON {}", tables.lines_rows,
                     tables.line.equals("i", "k.line"));
}

// The products that have a stock, of the lines and of what was taken before. In the order of their keys, so that two
// statements wait for each other in one direction only; for one that is unlimited nobody waits, and it stays so for the
// rest of the statement.
pg::parameter lock_products(const stock_tables &tables, const pg::parameter &lines, const stock_lines &before) {
  const pg::parameter parameters[] = {lines, before.products};
  const pg::rows found = execute_latest(
      fmt::format("SELECT pg_catalog.array_agg(DISTINCT d.product) FROM (SELECT {} AS product FROM {}"
                  " JOIN {} p ON {} UNION ALL SELECT b.product FROM pg_catalog.unnest($2) AS b(product)) d",
                  tables.product.of("p"), current_lines(tables), tables.products_rows, tables.product_of_line),
      parameters);
  const pg::parameter keys[] = {array_in(found, 1, TEXTOID)};
  if (keys[0].is_null)
    return keys[0];
  const pg::rows locked = execute_latest(
      fmt::format("SELECT pg_catalog.array_agg(x.product), pg_catalog.count(*) OPERATOR(pg_catalog.>)"
                  " pg_catalog.count(DISTINCT x.product) FROM (SELECT {} AS product FROM {} p"
                  " WHERE EXISTS (SELECT FROM pg_catalog.unnest($1) AS k(product) WHERE {}) AND p.{} IS NOT NULL"
                  " ORDER BY {} FOR NO KEY UPDATE OF p) x",
                  tables.product.of("p"), tables.products_rows, tables.product.equals("p", "k.product"), tables.stock,
                  tables.product.order("p")),
      keys);
  if (locked.text(0, 2) == "t")
    several_with_one_key(tables.products, "product");
  return array_in(locked, 1, TEXTOID);
}

// What each of the lines should have taken of these products, where that is anything.
stock_lines wanted_stock(const stock_tables &tables, const pg::parameter &lines, const pg::parameter &limited) {
  const pg::parameter parameters[] = {lines, limited};
  std::string orders, not_released;
  if (tables.orders) {
    orders = fmt::format(" LEFT JOIN {} o ON {}", tables.orders_rows, tables.order_of_line);
    not_released = " AND NOT " + tables.is_released("o");
  }
  const pg::rows found = execute_latest(
      fmt::format(
          "SELECT pg_catalog.array_agg(w.line), pg_catalog.array_agg(w.product), pg_catalog.array_agg(w.quantity),"
          " pg_catalog.count(*) OPERATOR(pg_catalog.>) pg_catalog.count(DISTINCT w.line) FROM (SELECT k.line, {} AS "
          "product, i.{}::pg_catalog.numeric AS quantity FROM {} JOIN {} p ON {}{}"
          " WHERE p.{} IS NOT NULL AND {} OPERATOR(pg_catalog.=) ANY ($2)"
          " AND i.{}::pg_catalog.numeric OPERATOR(pg_catalog.<>) 0{}) w",
          tables.product.of("p"), tables.quantity, current_lines(tables), tables.products_rows, tables.product_of_line,
          orders, tables.stock, tables.product.of("p"), tables.quantity, not_released),
      parameters);
  if (found.text(0, 4) == "t")
    several_with_one_key(tables.orders.value_or(tables.products), tables.orders ? "order" : "product");
  return {array_in(found, 1, TEXTOID), array_in(found, 2, TEXTOID), array_in(found, 3, NUMERICOID)};
}

// What each product must give: $1 and $2 are what is wanted, $3 and $4 what has been taken, $5 the products that are
// locked. Each is there once, by the key that it has now: what is remembered may be older than the type of the key.
std::string needs(const stock_tables &tables) {
  return fmt::format(
      "(SELECT {0} AS product, pg_catalog.sum(n.quantity) AS quantity,"
      " pg_catalog.bool_or(n.is_wanted AND n.quantity OPERATOR(pg_catalog.>) 0) AS is_ordered"
      " FROM (SELECT w.product, w.quantity, true AS is_wanted"
      " FROM ROWS FROM (pg_catalog.unnest($1), pg_catalog.unnest($2)) w(product, quantity)"
      " UNION ALL SELECT b.product, OPERATOR(pg_catalog.-) b.quantity, false"
      " FROM ROWS FROM (pg_catalog.unnest($3), pg_catalog.unnest($4)) b(product, quantity)) n JOIN {1} q ON {2}"
      " WHERE {0} OPERATOR(pg_catalog.=) ANY ($5) GROUP BY 1) m",
      tables.product.of("q"), tables.products_rows, tables.product.equals("q", "n.product"));
}

[[noreturn]] void out_of_stock(const stock_tables &tables, const std::vector<std::string> &items, const char *hint) {
  const std::string detail = fmt::format("[{}]", joined(items, ","));
  // A fault keeps so much of a detail only.
  call([&] {
    ereport(ERROR, (errcode(MAKE_SQLSTATE('U', 'K', '0', '0', '2')),
                    errmsg("out of stock: \"%s\" does not have enough of %zu product%s", get_rel_name(tables.products),
                           items.size(), items.size() == 1 ? "" : "s"),
                    errdetail_internal("%s", detail.c_str()), errhint("%s", hint)));
  });
  pg_unreachable();
}

constexpr const char *order_less = "Order at most what is available, or wait until there is more.";
constexpr const char *keep_return =
    "What a return has given to the stock is gone: raise the stock first, or leave the return as it is.";

[[noreturn]] void stock_overflows(const stock_tables &tables, const std::string &product) {
  throw fault{.sqlstate = sqlstate::numeric_value_out_of_range,
              .message = fmt::format("the stock of product {} of \"{}\" would be out of range for column {}", product,
                                     pg::table_name(tables.products), tables.stock),
              .hint = "Correct the stock or the quantity, or give the column a larger type."};
}

// Whether m.quantity is neither infinite nor NaN, which sorts after infinity.
constexpr const char *finite = "m.quantity OPERATOR(pg_catalog.<) 'Infinity'::pg_catalog.numeric"
                               " AND m.quantity OPERATOR(pg_catalog.>) '-Infinity'::pg_catalog.numeric";

void check_products(const stock_tables &tables, std::span<const pg::parameter> parameters, const char *hint) {
  const std::string rest = fmt::format("(p.{}::pg_catalog.numeric OPERATOR(pg_catalog.-) m.quantity)", tables.stock);
  const pg::rows found = execute_latest(
      fmt::format("SELECT (m.product::pg_catalog.jsonb OPERATOR(pg_catalog.->) -1)::pg_catalog.text,"
                  " m.quantity::pg_catalog.text, p.{0}::pg_catalog.text, m.quantity OPERATOR(pg_catalog.>) 0 AND {7}, "
                  "m.is_ordered"
                  " FROM {1} JOIN {2} p ON {3} WHERE (m.quantity OPERATOR(pg_catalog.>) 0"
                  " AND {4} OPERATOR(pg_catalog.<) 0) OR NOT ({7}){5} ORDER BY {6}",
                  tables.stock, needs(tables), tables.products_rows, tables.product.equals("p", "m.product"), rest,
                  tables.stock_beyond.empty() ? "" : fmt::format(" OR {} {}", rest, tables.stock_beyond),
                  tables.product.order("p"), finite),
      parameters);
  std::vector<std::string> items;
  bool is_ordered = false;
  for (std::uint64_t row = 0; row < found.count(); ++row) {
    const std::string product = found.text(row, 1).value();
    if (found.text(row, 4) == "f")
      stock_overflows(tables, product);
    is_ordered |= found.text(row, 5) == "t";
    items.push_back(fmt::format(R"({{"product":{},"requested":{},"available":{}}})", product,
                                found.text(row, 2).value(), found.text(row, 3).value()));
  }
  if (!items.empty())
    out_of_stock(tables, items, is_ordered ? hint : keep_return);
}

void change_products(const stock_tables &tables, std::span<const pg::parameter> parameters) {
  const pg::marked_statement marked(pg::own_statement::derived);
  execute_latest(
      fmt::format("UPDATE {0} p SET {1} = p.{1}::pg_catalog.numeric OPERATOR(pg_catalog.-) m.quantity FROM {2}"
                  " WHERE {3} AND m.quantity OPERATOR(pg_catalog.<>) 0 AND p.{1} IS NOT NULL",
                  tables.products_rows, tables.stock, needs(tables), tables.product.equals("p", "m.product")),
      parameters);
}

// In the column of the lines themselves; the change counts for none of our triggers.
void write_taken(const stock_tables &tables, const pg::parameter &lines, const stock_lines &wanted) {
  const pg::parameter parameters[] = {lines, wanted.lines, wanted.quantities};
  const pg::marked_statement marked(pg::own_statement::quiet);
  execute_latest(fmt::format("UPDATE {0} i SET {1} = coalesce(w.quantity, 0) FROM pg_catalog.unnest($1) AS k(line)"
                             " LEFT JOIN ROWS FROM (pg_catalog.unnest($2), pg_catalog.unnest($3)) w(line, quantity)"
                             " ON w.line OPERATOR(pg_catalog.=) k.line WHERE {2} AND (i.{1} IS NULL"
                             " OR i.{1}::pg_catalog.numeric OPERATOR(pg_catalog.<>) coalesce(w.quantity, 0))",
                             tables.lines_rows, *tables.taken, tables.line.equals("i", "k.line")),
                 parameters);
}

// In the extension's table.
void write_memory(const stock_tables &tables, const pg::parameter &lines, const stock_lines &wanted) {
  const pg::parameter parameters[] = {
      {REGCLASSOID, ObjectIdGetDatum(tables.lines)},   lines, wanted.lines, wanted.products, wanted.quantities,
      {REGCLASSOID, ObjectIdGetDatum(tables.products)}};
  const bool with_products = memory_knows_products();
  with_memory([&] {
    execute_latest(
        fmt::format("WITH gone AS (DELETE FROM upkeep.stock_taken t WHERE t.order_items OPERATOR(pg_catalog.=) $1"
                    " AND t.line OPERATOR(pg_catalog.=) ANY ($2)"
                    " AND NOT coalesce(t.line OPERATOR(pg_catalog.=) ANY ($3), false))"
                    " INSERT INTO upkeep.stock_taken AS t (order_items, line, product, quantity{})"
                    " SELECT $1, w.line, w.product, w.quantity{} FROM ROWS FROM (pg_catalog.unnest($3),"
                    " pg_catalog.unnest($4), pg_catalog.unnest($5)) w(line, product, quantity)"
                    " ON CONFLICT (order_items, line) DO UPDATE"
                    " SET product = excluded.product, quantity = excluded.quantity{}"
                    " WHERE t.product OPERATOR(pg_catalog.<>) excluded.product"
                    " OR t.quantity OPERATOR(pg_catalog.<>) excluded.quantity{}",
                    with_products ? ", products" : "", with_products ? ", $6" : "",
                    with_products ? ", products = excluded.products" : "",
                    with_products ? " OR t.products IS DISTINCT FROM $6" : ""),
        parameters);
  });
}

pg::parameter no_array(Oid element) {
  return {call([=] { return get_array_type(element); }), 0, true};
}

} // namespace

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

void several_with_one_key(Oid table, const char *what) {
  throw fault{.sqlstate = sqlstate::cardinality_violation,
              .message = fmt::format("table \"{}\" has more than one {} with one key", pg::table_name(table), what),
              .hint = fmt::format("Make the {}s' key unique; upkeep.check() says how.", what)};
}

pg::rows execute_latest(const std::string &sql, std::span<const pg::parameter> parameters) {
  if (!IsolationUsesXactSnapshot())
    return pg::execute(sql, parameters);
  std::vector<Oid> types;
  std::vector<Datum> values;
  std::string nulls;
  for (const pg::parameter &each : parameters) {
    types.push_back(each.type);
    values.push_back(each.value);
    nulls.push_back(each.is_null ? 'n' : ' ');
  }
  SPIPlanPtr plan = call([&] { return SPI_prepare(sql.c_str(), static_cast<int>(types.size()), types.data()); });
  const int code = plan ? call([&] {
    return SPI_execute_snapshot(plan, values.data(), nulls.c_str(), GetLatestSnapshot(), InvalidSnapshot, false, true,
                                0);
  })
                        : SPI_result;
  if (code < 0)
    throw fault{.sqlstate = sqlstate::internal_error,
                .message = fmt::format("SPI refused a statement: {}", SPI_result_code_string(code)),
                .detail = sql};
  return pg::rows(SPI_tuptable);
}

pg::parameter array_in(const pg::rows &found, int column, Oid element) {
  pg::parameter array{call([=] { return get_array_type(element); }), 0};
  array.value = found.value(0, column, array.is_null);
  if (!array.is_null)
    array.value = call([&] { return datumCopy(array.value, false, -1); });
  return array;
}

stock_lines remembered_stock(const stock_tables &tables, const std::optional<pg::parameter> &lines) {
  const pg::parameter parameters[] = {{REGCLASSOID, ObjectIdGetDatum(tables.lines)},
                                      {REGCLASSOID, ObjectIdGetDatum(tables.products)},
                                      lines.value_or(no_array(TEXTOID))};
  // What was taken of another table's products is none of these. A row of an earlier version does not say.
  const char *of_products = memory_knows_products() ? " AND coalesce(t.products OPERATOR(pg_catalog.=) $2, true)" : "";
  stock_lines remembered;
  with_memory([&] {
    const pg::rows found = execute_latest(
        fmt::format(
            "SELECT pg_catalog.array_agg(t.line), pg_catalog.array_agg(t.product), pg_catalog.array_agg(t.quantity)"
            " FROM upkeep.stock_taken t WHERE t.order_items OPERATOR(pg_catalog.=) $1{}{}",
            of_products, lines ? " AND t.line OPERATOR(pg_catalog.=) ANY ($3)" : ""),
        parameters);
    remembered = {array_in(found, 1, TEXTOID), array_in(found, 2, TEXTOID), array_in(found, 3, NUMERICOID)};
  });
  return remembered;
}

pg::parameter lines_to_settle(const stock_tables &tables, const pg::parameter &lines) {
  std::string orders, not_released;
  if (tables.orders) {
    orders = fmt::format(" LEFT JOIN {} o ON {}", tables.orders_rows, tables.order_of_line);
    not_released = " AND NOT " + tables.is_released("o");
  }
  const pg::rows kept =
      execute_latest(fmt::format("SELECT pg_catalog.array_agg(k.line) FROM {}{} WHERE {}{}", current_lines(tables),
                                 orders, tables.has_no_product("i"), not_released),
                     {&lines, 1});
  const pg::parameter both[] = {lines, array_in(kept, 1, TEXTOID)};
  if (both[1].is_null)
    return lines;
  return array_in(execute_latest("SELECT pg_catalog.array_agg(k.line) FROM pg_catalog.unnest($1) AS k(line)"
                                 " WHERE k.line OPERATOR(pg_catalog.<>) ALL ($2)",
                                 both),
                  1, TEXTOID);
}

void settle_stock(const stock_tables &tables, const pg::parameter &lines, const stock_lines &before, bool gone) {
  const pg::parameter locked = lock_products(tables, gone ? no_array(TEXTOID) : lines, before);
  const stock_lines wanted = gone ? stock_lines{no_array(TEXTOID), no_array(TEXTOID), no_array(NUMERICOID)}
                                  : wanted_stock(tables, lines, locked);
  const pg::parameter needed[] = {wanted.products, wanted.quantities, before.products, before.quantities, locked};
  check_products(tables, needed, order_less);
  change_products(tables, needed);
  if (!tables.taken)
    write_memory(tables, lines, wanted);
  else if (!gone)
    write_taken(tables, lines, wanted);
}

void take_stock(const stock_tables &tables, const stock_lines &wanted, const char *hint) {
  const pg::parameter locked = lock_products(tables, no_array(TEXTOID), wanted);
  const pg::parameter needed[] = {wanted.products, wanted.quantities, no_array(TEXTOID), no_array(NUMERICOID), locked};
  check_products(tables, needed, hint);
  change_products(tables, needed);
}

} // namespace upkeep::orders
