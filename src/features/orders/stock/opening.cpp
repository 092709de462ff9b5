// The opening balance: what the lines that are there when stock is enabled have taken.
#include "features/orders/stock/opening.hpp"

#include "features/orders/stock/settle/settle.hpp"
#include "features/orders/stock/stock_lines.hpp"
#include "features/orders/stock/stock_memory.hpp"
#include "postgres/as_user.hpp"
#include "postgres/executor/marked_statement.hpp"
#include "postgres/sql/query.hpp"

namespace upkeep::orders {

using pg::call;
using pg::fragment;
using pg::sql;

namespace {

constexpr long lines_at_once = 10000;

std::vector<stock_amount> wanted_of(const stock_tables &tables, const fragment &open,
                                    std::span<const pg::parameter> parameters) {
  const pg::rows found =
      execute_latest(sql(R"sql(
    SELECT pg_catalog.array_agg(s.product), pg_catalog.array_agg(s.quantity)
    FROM (SELECT {product} AS product, pg_catalog.sum({wanted}) AS quantity {open} GROUP BY 1) s
  )sql",
                         "product"_is = tables.product.of("p"), "wanted"_is = tables.wanted(), "open"_is = open),
                     parameters);
  return amounts_in({{}, array_in(found, 1, TEXTOID), array_in(found, 2, NUMERICOID)});
}

// One UPDATE, which counts for none of our triggers.
std::uint64_t write_taken(const stock_tables &tables, const fragment &rows) {
  const pg::marked_statement marked(pg::own_statement::quiet);
  execute_latest(sql("UPDATE {rows} i SET {taken} = {wanted} FROM {products} p WHERE {is_open}", "rows"_is = rows,
                     "taken"_is = *tables.taken, "wanted"_is = tables.wanted(), "products"_is = tables.products_rows,
                     "is_open"_is = tables.is_open()));
  return SPI_processed;
}

// The rows of the last fetch as arrays.
stock_lines fetched_lines() {
  static constexpr Oid types[] = {TEXTOID, TEXTOID, NUMERICOID};
  ArrayBuildState *arrays[3];
  return call([&] {
    for (int column = 0; column < 3; ++column)
      arrays[column] = initArrayResult(types[column], CurrentMemoryContext, true);
    for (std::uint64_t row = 0; row < SPI_processed; ++row)
      for (int column = 0; column < 3; ++column) {
        bool is_null = false;
        const Datum value = SPI_getbinval(SPI_tuptable->vals[row], SPI_tuptable->tupdesc, column + 1, &is_null);
        arrays[column] = accumArrayResult(arrays[column], value, is_null, types[column], CurrentMemoryContext);
      }
    return stock_lines{{TEXTARRAYOID, makeArrayResult(arrays[0], CurrentMemoryContext)},
                       {TEXTARRAYOID, makeArrayResult(arrays[1], CurrentMemoryContext)},
                       {get_array_type(NUMERICOID), makeArrayResult(arrays[2], CurrentMemoryContext)}};
  });
}

void remember(const stock_tables &tables, const stock_lines &lines, std::uint64_t count) {
  const pg::parameter parameters[] = {{REGCLASSOID, ObjectIdGetDatum(tables.lines)},
                                      lines.lines,
                                      lines.products,
                                      lines.quantities,
                                      {REGCLASSOID, ObjectIdGetDatum(tables.products)}};
  const bool with_products = memory_knows_products();
  with_memory([&] {
    execute_latest(sql(R"sql(
      INSERT INTO upkeep.stock_taken AS t (order_items, line, product, quantity {and_products})
      SELECT $1, w.line, w.product, w.quantity {and_given}
      FROM ROWS FROM (pg_catalog.unnest($2), pg_catalog.unnest($3), pg_catalog.unnest($4)) w(line, product, quantity)
      ON CONFLICT (order_items, line) DO NOTHING
    )sql",
                       "and_products"_is = fragment(with_products ? ", products" : ""),
                       "and_given"_is = fragment(with_products ? ", $5" : "")),
                   parameters);
  });
  if (SPI_processed != count)
    several_with_one_key(tables.products, "product");
}

// By portions: a shop has more lines than fit into an array.
std::uint64_t write_memory(const stock_tables &tables, const fragment &open, const pg::parameter &remembered) {
  const std::string query = sql("SELECT {line}, {product}, {wanted} {open}", "line"_is = tables.line.of("i"),
                                "product"_is = tables.product.of("p"), "wanted"_is = tables.wanted(), "open"_is = open);
  Portal portal = call([&] {
    Oid type = remembered.type;
    Datum value = remembered.value;
    const char nulls[] = {remembered.is_null ? 'n' : ' ', '\0'};
    CommandCounterIncrement();
    PushActiveSnapshot(GetLatestSnapshot());
    Portal opened = SPI_cursor_open_with_args(nullptr, query.c_str(), 1, &type, &value, nulls, true, 0);
    PopActiveSnapshot();
    return opened;
  });
  std::uint64_t all = 0;
  for (;;) {
    call([=] { SPI_cursor_fetch(portal, true, lines_at_once); });
    const std::uint64_t count = SPI_processed;
    if (count == 0)
      break;
    SPITupleTable *table = SPI_tuptable;
    const stock_lines lines = fetched_lines();
    call([=] { SPI_freetuptable(table); });
    remember(tables, lines, count);
    call([&] {
      for (const pg::parameter &array : {lines.lines, lines.products, lines.quantities})
        pfree(DatumGetPointer(array.value));
    });
    all += count;
  }
  call([=] { SPI_cursor_close(portal); });
  return all;
}

// Rows of nothing, or of the products of another table, are as good as none.
pg::parameter remembered_lines(const stock_tables &tables) {
  const pg::parameter parameters[] = {{REGCLASSOID, ObjectIdGetDatum(tables.lines)},
                                      {REGCLASSOID, ObjectIdGetDatum(tables.products)}};
  const fragment of_others = memory_knows_products() ? sql("OR t.products [<>] $2") : fragment();
  with_memory([&] {
    execute_latest(sql(R"sql(
      DELETE FROM upkeep.stock_taken t WHERE t.order_items [=] $1 AND (t.quantity [=] 0 {of_others})
    )sql",
                       "of_others"_is = of_others),
                   parameters);
  });
  return remembered_stock(tables).lines;
}

void forget(const stock_tables &tables, const pg::parameter &lines) {
  const pg::parameter parameters[] = {{REGCLASSOID, ObjectIdGetDatum(tables.lines)}, lines};
  with_memory([&] {
    execute_latest(sql("DELETE FROM upkeep.stock_taken t WHERE t.order_items [=] $1 AND t.line [=] ANY ($2)"),
                   parameters);
  });
}

stock_lines taken_in(const fragment &column, const stock_tables &tables, const fragment &rows) {
  const pg::rows found = execute_latest(sql(R"sql(
    SELECT pg_catalog.array_agg({line}), pg_catalog.array_agg(i.{column}::pg_catalog.numeric)
    FROM {rows} i
    WHERE i.{column}::pg_catalog.numeric [<>] 0
  )sql",
                                            "line"_is = tables.line.of("i"), "column"_is = column, "rows"_is = rows));
  return {array_in(found, 1, TEXTOID), {}, array_in(found, 2, NUMERICOID)};
}

void move_to_column(const stock_tables &tables, const fragment &rows, const stock_lines &known,
                    const fragment &condition = {}) {
  const pg::parameter parameters[] = {known.lines, known.quantities};
  const pg::marked_statement marked(pg::own_statement::quiet);
  execute_latest(sql(R"sql(
    UPDATE {rows} i
    SET {taken} = k.quantity
    FROM ROWS FROM (pg_catalog.unnest($1), pg_catalog.unnest($2)) k(line, quantity)
    WHERE {has_key} {condition}
  )sql",
                     "rows"_is = rows, "taken"_is = *tables.taken, "has_key"_is = tables.line.equals("i", "k.line"),
                     "condition"_is = condition),
                 parameters);
}

// A line whose product is gone keeps what it says.
void move_to_table(const stock_tables &tables, const fragment &rows, const stock_lines &known, bool is_there) {
  const pg::parameter parameters[] = {known.lines, known.quantities};
  const pg::rows found = execute_latest(
      sql(R"sql(
    SELECT pg_catalog.array_agg(k.line), pg_catalog.array_agg({product}), pg_catalog.array_agg(k.quantity),
      pg_catalog.count(*)
    FROM ROWS FROM (pg_catalog.unnest($1), pg_catalog.unnest($2)) k(line, quantity)
    JOIN {rows} i ON {has_key}
    JOIN {products} p ON {product_of_line}
  )sql",
          "product"_is = tables.product.of("p"), "rows"_is = rows, "has_key"_is = tables.line.equals("i", "k.line"),
          "products"_is = tables.products_rows, "product_of_line"_is = tables.product_of_line),
      parameters);
  const stock_lines lines{array_in(found, 1, TEXTOID), array_in(found, 2, TEXTOID), array_in(found, 3, NUMERICOID)};
  bool is_null = false;
  const auto count = static_cast<std::uint64_t>(DatumGetInt64(found.value(0, 4, is_null)));
  if (count == 0)
    return;
  if (!is_there)
    return remember(tables, lines, count);
  const pg::parameter products[] = {{REGCLASSOID, ObjectIdGetDatum(tables.lines)}, lines.lines, lines.products};
  with_memory([&] {
    execute_latest(sql(R"sql(
      UPDATE upkeep.stock_taken t
      SET product = k.product
      FROM ROWS FROM (pg_catalog.unnest($2), pg_catalog.unnest($3)) k(line, product)
      WHERE t.order_items [=] $1 AND t.line [=] k.line
    )sql"),
                   products);
  });
}

// What lines took before stock was disabled, where the column says nothing.
void take_over(const stock_tables &tables, const fragment &rows) {
  const stock_lines known = remembered_stock(tables);
  move_to_column(tables, rows, known,
                 sql("AND coalesce(i.{taken}::pg_catalog.numeric, 0) [=] 0", "taken"_is = *tables.taken));
  forget(tables, known.lines);
}

} // namespace

void move_memory(const stock_tables &tables, const fragment &rows, const std::optional<fragment> &before) {
  pg::as_user(tables.owner, SECURITY_NOFORCE_RLS, [&] {
    const stock_lines known = before ? taken_in(*before, tables, rows) : remembered_stock(tables);
    // What the table says beside a column is of an earlier time.
    if (before || tables.taken)
      forget(tables, known.lines);
    if (tables.taken)
      move_to_column(tables, rows, known);
    else
      move_to_table(tables, rows, known, !before);
  });
}

std::uint64_t open_stock(const stock_tables &tables, const fragment &rows, opening_balance opening) {
  std::uint64_t count = 0;
  pg::as_user(tables.owner, SECURITY_NOFORCE_RLS, [&] {
    const fragment open = sql("FROM {rows} i, {products} p WHERE {is_open}", "rows"_is = rows,
                              "products"_is = tables.products_rows, "is_open"_is = tables.is_open());
    const pg::parameter remembered = remembered_lines(tables);
    if (tables.taken)
      take_over(tables, rows);
    const std::span<const pg::parameter> parameters(&remembered, tables.taken ? 0 : 1);
    if (opening == opening_balance::reserve)
      take_stock(tables, wanted_of(tables, open, parameters),
                 "Raise the stock first, or pass opening => 'settled' where it says already what is left.");
    count = tables.taken ? write_taken(tables, rows) : write_memory(tables, open, remembered);
  });
  return count;
}

} // namespace upkeep::orders
