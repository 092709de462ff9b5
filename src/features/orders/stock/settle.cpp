// What lines should have taken, against what they have: products are locked, checked, changed, and it is remembered.
#include "features/orders/stock/settle.hpp"

#include "core/text/joined.hpp"
#include "features/orders/stock/stock_memory.hpp"
#include "postgres/executor/marked_statement.hpp"
#include "postgres/sql/query.hpp"

namespace upkeep::orders {

using pg::call;
using pg::fragment;
using pg::sql;

namespace {

// The current lines among those whose keys are $1.
fragment current_lines(const stock_tables &tables) {
  return sql("pg_catalog.unnest($1) AS k(line) JOIN {lines} i ON {has_key}", "lines"_is = tables.lines_rows,
             "has_key"_is = tables.line.equals("i", "k.line"));
}

// The products of the lines, and of what was taken before.
pg::parameter products_of(const stock_tables &tables, const pg::parameter &lines, const stock_lines &before) {
  const pg::parameter parameters[] = {lines, before.products};
  const pg::rows found =
      execute_latest(sql(R"sql(
    SELECT pg_catalog.array_agg(DISTINCT d.product)
    FROM (SELECT {product} AS product
          FROM {current_lines}
          JOIN {products} p ON {product_of_line}
          UNION ALL
          SELECT b.product FROM pg_catalog.unnest($2) AS b(product)) d
  )sql",
                         "product"_is = tables.product.of("p"), "current_lines"_is = current_lines(tables),
                         "products"_is = tables.products_rows, "product_of_line"_is = tables.product_of_line),
                     parameters);
  return array_in(found, 1, TEXTOID);
}

// Those products that have a stock. In the order of their keys, so that two statements wait for each other in one
// direction only; for one that is unlimited nobody waits, and it stays so for the rest of the statement.
pg::parameter lock_products(const stock_tables &tables, const pg::parameter &lines, const stock_lines &before) {
  const pg::parameter keys[] = {products_of(tables, lines, before)};
  if (keys[0].is_null)
    return keys[0];
  const pg::rows locked =
      execute_latest(sql(R"sql(
    SELECT pg_catalog.array_agg(x.product), pg_catalog.count(*) [>] pg_catalog.count(DISTINCT x.product)
    FROM (SELECT {product} AS product
          FROM {products} p
          WHERE EXISTS (SELECT FROM pg_catalog.unnest($1) AS k(product) WHERE {has_key}) AND p.{stock} IS NOT NULL
          ORDER BY {key}
          FOR NO KEY UPDATE OF p) x
  )sql",
                         "product"_is = tables.product.of("p"), "products"_is = tables.products_rows,
                         "has_key"_is = tables.product.equals("p", "k.product"), "stock"_is = tables.stock,
                         "key"_is = tables.product.order("p")),
                     keys);
  if (locked.text(0, 2) == "t")
    several_with_one_key(tables.products, "product");
  return array_in(locked, 1, TEXTOID);
}

// What each of the lines should have taken of these products, where that is anything.
stock_lines wanted_stock(const stock_tables &tables, const pg::parameter &lines, const pg::parameter &limited) {
  const pg::parameter parameters[] = {lines, limited};
  const pg::rows found =
      execute_latest(sql(R"sql(
    SELECT pg_catalog.array_agg(w.line), pg_catalog.array_agg(w.product), pg_catalog.array_agg(w.quantity),
      pg_catalog.count(*) [>] pg_catalog.count(DISTINCT w.line)
    FROM (SELECT k.line, {product} AS product, i.{quantity}::pg_catalog.numeric AS quantity
          FROM {current_lines}
          JOIN {products} p ON {product_of_line}
          {with_order}
          WHERE p.{stock} IS NOT NULL AND {product} [=] ANY ($2) AND i.{quantity}::pg_catalog.numeric [<>] 0
            {and_not_released}) w
  )sql",
                         "product"_is = tables.product.of("p"), "quantity"_is = tables.quantity,
                         "current_lines"_is = current_lines(tables), "products"_is = tables.products_rows,
                         "product_of_line"_is = tables.product_of_line, "with_order"_is = tables.with_order(),
                         "stock"_is = tables.stock, "and_not_released"_is = tables.and_not_released()),
                     parameters);
  if (found.text(0, 4) == "t")
    several_with_one_key(tables.orders.value_or(tables.products), tables.orders ? "order" : "product");
  return {array_in(found, 1, TEXTOID), array_in(found, 2, TEXTOID), array_in(found, 3, NUMERICOID)};
}

// What each product must give: $1 and $2 are what is wanted, $3 and $4 what has been taken, $5 the products that are
// locked. Each is there once, by the key that it has now: what is remembered may be older than the type of the key.
fragment needs(const stock_tables &tables) {
  return sql(R"sql(
    (SELECT {product} AS product, pg_catalog.sum(n.quantity) AS quantity,
       pg_catalog.bool_or(n.is_wanted AND n.quantity [>] 0) AS is_ordered
     FROM (SELECT w.product, w.quantity, true AS is_wanted
           FROM ROWS FROM (pg_catalog.unnest($1), pg_catalog.unnest($2)) w(product, quantity)
           UNION ALL
           SELECT b.product, [-] b.quantity, false
           FROM ROWS FROM (pg_catalog.unnest($3), pg_catalog.unnest($4)) b(product, quantity)) n
     JOIN {products} q ON {has_key}
     WHERE {product} [=] ANY ($5)
     GROUP BY 1) m
  )sql",
             "product"_is = tables.product.of("q"), "products"_is = tables.products_rows,
             "has_key"_is = tables.product.equals("q", "n.product"));
}

[[noreturn]] void out_of_stock(const stock_tables &tables, const std::vector<std::string> &items, const char *hint) {
  const std::string detail = fmt::format("[{}]", joined(items, ","));
  // A fault keeps only part of a long detail.
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

void check_products(const stock_tables &tables, std::span<const pg::parameter> parameters, const char *hint) {
  const fragment rest = sql("(p.{stock}::pg_catalog.numeric [-] m.quantity)", "stock"_is = tables.stock);
  // NaN sorts after infinity.
  const fragment finite = sql(R"sql(
    m.quantity [<] 'Infinity'::pg_catalog.numeric AND m.quantity [>] '-Infinity'::pg_catalog.numeric
  )sql");
  const fragment overflows = tables.stock_beyond.empty()
                                 ? fragment()
                                 : sql("OR {rest} {beyond}", "rest"_is = rest, "beyond"_is = tables.stock_beyond);
  const pg::rows found =
      execute_latest(sql(R"sql(
    SELECT (m.product::pg_catalog.jsonb [->] -1)::pg_catalog.text, m.quantity::pg_catalog.text,
      p.{stock}::pg_catalog.text, m.quantity [>] 0 AND {finite}, m.is_ordered
    FROM {needs}
    JOIN {products} p ON {has_key}
    WHERE (m.quantity [>] 0 AND {rest} [<] 0) OR NOT ({finite}) {overflows}
    ORDER BY {key}
  )sql",
                         "stock"_is = tables.stock, "finite"_is = finite, "needs"_is = needs(tables),
                         "products"_is = tables.products_rows, "has_key"_is = tables.product.equals("p", "m.product"),
                         "rest"_is = rest, "overflows"_is = overflows, "key"_is = tables.product.order("p")),
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
  execute_latest(sql(R"sql(
    UPDATE {products} p
    SET {stock} = p.{stock}::pg_catalog.numeric [-] m.quantity
    FROM {needs}
    WHERE {has_key} AND m.quantity [<>] 0 AND p.{stock} IS NOT NULL
  )sql",
                     "products"_is = tables.products_rows, "stock"_is = tables.stock, "needs"_is = needs(tables),
                     "has_key"_is = tables.product.equals("p", "m.product")),
                 parameters);
}

// In the column of the lines themselves; the change counts for none of our triggers.
void write_taken(const stock_tables &tables, const pg::parameter &lines, const stock_lines &wanted) {
  const pg::parameter parameters[] = {lines, wanted.lines, wanted.quantities};
  const pg::marked_statement marked(pg::own_statement::quiet);
  execute_latest(sql(R"sql(
    UPDATE {lines} i
    SET {taken} = coalesce(w.quantity, 0)
    FROM pg_catalog.unnest($1) AS k(line)
    LEFT JOIN ROWS FROM (pg_catalog.unnest($2), pg_catalog.unnest($3)) w(line, quantity) ON w.line [=] k.line
    WHERE {has_key}
      AND (i.{taken} IS NULL OR i.{taken}::pg_catalog.numeric [<>] coalesce(w.quantity, 0))
  )sql",
                     "lines"_is = tables.lines_rows, "taken"_is = *tables.taken,
                     "has_key"_is = tables.line.equals("i", "k.line")),
                 parameters);
}

// In the extension's table.
void write_memory(const stock_tables &tables, const pg::parameter &lines, const stock_lines &wanted) {
  const pg::parameter parameters[] = {
      {REGCLASSOID, ObjectIdGetDatum(tables.lines)},   lines, wanted.lines, wanted.products, wanted.quantities,
      {REGCLASSOID, ObjectIdGetDatum(tables.products)}};
  const bool with_products = memory_knows_products();
  const auto if_known = [&](const char *part) { return fragment(with_products ? part : ""); };
  with_memory([&] {
    execute_latest(sql(R"sql(
      WITH gone AS (
        DELETE FROM upkeep.stock_taken t
        WHERE t.order_items [=] $1 AND t.line [=] ANY ($2) AND NOT coalesce(t.line [=] ANY ($3), false)
      )
      INSERT INTO upkeep.stock_taken AS t (order_items, line, product, quantity {and_products})
      SELECT $1, w.line, w.product, w.quantity {and_given}
      FROM ROWS FROM (pg_catalog.unnest($3), pg_catalog.unnest($4), pg_catalog.unnest($5)) w(line, product, quantity)
      ON CONFLICT (order_items, line) DO UPDATE
        SET product = excluded.product, quantity = excluded.quantity {and_set}
        WHERE t.product [<>] excluded.product OR t.quantity [<>] excluded.quantity {or_differs}
    )sql",
                       "and_products"_is = if_known(", products"), "and_given"_is = if_known(", $6"),
                       "and_set"_is = if_known(", products = excluded.products"),
                       "or_differs"_is = if_known("OR t.products IS DISTINCT FROM $6")),
                   parameters);
  });
}

} // namespace

void several_with_one_key(Oid table, const char *what) {
  throw fault{.sqlstate = sqlstate::cardinality_violation,
              .message = fmt::format("table \"{}\" has more than one {} with one key", pg::table_name(table), what),
              .hint = fmt::format("Make the {}s' key unique; upkeep.check() says how.", what)};
}

pg::parameter lines_to_settle(const stock_tables &tables, const pg::parameter &lines) {
  const pg::rows kept = execute_latest(
      sql(R"sql(
    SELECT pg_catalog.array_agg(k.line)
    FROM {current_lines}
    {with_order}
    WHERE {has_no_product} {and_not_released}
  )sql",
          "current_lines"_is = current_lines(tables), "with_order"_is = tables.with_order(),
          "has_no_product"_is = tables.has_no_product("i"), "and_not_released"_is = tables.and_not_released()),
      {&lines, 1});
  const pg::parameter both[] = {lines, array_in(kept, 1, TEXTOID)};
  if (both[1].is_null)
    return lines;
  return array_in(execute_latest(sql(R"sql(
    SELECT pg_catalog.array_agg(k.line) FROM pg_catalog.unnest($1) AS k(line) WHERE k.line [<>] ALL ($2)
  )sql"),
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
