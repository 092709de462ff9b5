// What lines should have taken, against what they have: products are locked, checked, changed, and it is remembered.
#include "features/orders/stock/settle.hpp"

#include "core/text/joined.hpp"
#include "features/orders/stock/stock_memory.hpp"
#include "postgres/executor/marked_statement.hpp"
#include "postgres/sql/query.hpp"
#include "postgres/values/array_elements.hpp"

#include <optional>
#include <unordered_map>
#include <unordered_set>

namespace upkeep::orders {

using pg::call;
using pg::fragment;
using pg::sql;

namespace {

// What a product must give: the sum of what is wanted, less what has been taken.
struct need {
  std::string product; // its key
  Datum stock;
  Datum quantity;
  bool is_ordered = false; // somebody wants some
};

class product_needs {
public:
  // Locks those of the products that have a stock. In the order of their keys, so that two statements wait for each
  // other in one direction only; for one that is unlimited nobody waits, and it stays so for the rest of the statement.
  product_needs(const stock_tables &tables, const stock_lines &wanted, const stock_lines &before);

  // Whether it is one of them, by the key that a line or the memory has of it, which may be older than its type.
  bool has(const std::string &product) const { return places.contains(product); }

  // The quantities that are wanted are of these alone.
  void add(const stock_lines &lines, bool is_wanted);

  // Throws UK002 for all products that are short, 22003 for a stock that gets too large. `hint`: of the UK002.
  void require_stock(const char *hint) const;
  void change_stock() const;

private:
  const stock_tables &tables;
  std::vector<need> needs;
  std::unordered_map<std::string, std::size_t> places;
};

std::string text_of(Datum text) {
  const varlena *packed = call([=] { return PG_DETOAST_DATUM_PACKED(text); });
  return {VARDATA_ANY(packed), static_cast<std::size_t>(VARSIZE_ANY_EXHDR(packed))};
}

Datum number_of(const std::string &text) {
  return call([&] {
    return DirectFunctionCall3(numeric_in, CStringGetDatum(text.c_str()), ObjectIdGetDatum(InvalidOid),
                               Int32GetDatum(-1));
  });
}

std::string number_text(Datum number) {
  return pg::string_from([=] { return DatumGetCString(DirectFunctionCall1(numeric_out, number)); });
}

int compare(Datum a, Datum b) {
  return call([=] { return DatumGetInt32(DirectFunctionCall2(numeric_cmp, a, b)); });
}

bool is_finite(Datum number) {
  const auto value = DatumGetNumeric(number);
  return call([=] { return !numeric_is_nan(value) && !numeric_is_inf(value); });
}

// The elements of an array, none where it is NULL.
pg::array_elements elements(const pg::parameter &array, Oid type) {
  return array.is_null || !array.value ? pg::array_elements{} : pg::elements_of(array.value, type);
}

pg::parameter array_of(const std::vector<Datum> &values, Oid type) {
  if (values.empty())
    return no_array(type);
  return call([&] {
    ArrayBuildState *array = initArrayResult(type, CurrentMemoryContext, false);
    for (const Datum value : values)
      accumArrayResult(array, value, false, type, CurrentMemoryContext);
    return pg::parameter{get_array_type(type), makeArrayResult(array, CurrentMemoryContext)};
  });
}

product_needs::product_needs(const stock_tables &tables, const stock_lines &wanted, const stock_lines &before)
    : tables(tables) {
  std::unordered_set<std::string> seen;
  std::vector<Datum> distinct;
  for (const stock_lines *lines : {&wanted, &before}) {
    const pg::array_elements products = elements(lines->products, TEXTOID);
    for (int i = 0; i < products.count; ++i)
      if (seen.insert(text_of(products.values[i])).second)
        distinct.push_back(products.values[i]);
  }
  if (distinct.empty())
    return;
  const pg::parameter keys[] = {array_of(distinct, TEXTOID)};
  const pg::rows locked = execute_latest(tables, "lock products", keys, [&] {
    return sql(R"sql(
    SELECT k.product, p.product, p.stock
    FROM (SELECT u.product FROM pg_catalog.unnest($1) AS u(product) ORDER BY {values}) k
    CROSS JOIN LATERAL (
      SELECT {product} AS product, p.{stock}::pg_catalog.numeric AS stock
      FROM {products} p
      WHERE {has_key} AND p.{stock} IS NOT NULL
      FOR NO KEY UPDATE OF p) p
  )sql",
               "values"_is = tables.product.values("u.product"), "product"_is = tables.product.of("p"),
               "stock"_is = tables.stock, "products"_is = tables.products_rows,
               "has_key"_is = tables.product.equals("p", "k.product"));
  });
  const Datum zero = number_of("0");
  std::unordered_map<std::string, std::size_t> known;
  for (std::uint64_t row = 0; row < locked.count(); ++row) {
    bool is_null = false;
    const std::string given = text_of(locked.value(row, 1, is_null)), now = text_of(locked.value(row, 2, is_null));
    // Two texts may have become one key, but one text is the key of one row.
    if (places.contains(given))
      several_with_one_key(tables.products, "product");
    const auto [place, is_new] = known.try_emplace(now, needs.size());
    if (is_new)
      needs.push_back({now, locked.value(row, 3, is_null), zero});
    places.emplace(given, place->second);
  }
}

void product_needs::add(const stock_lines &lines, bool is_wanted) {
  const pg::array_elements products = elements(lines.products, TEXTOID),
                           quantities = elements(lines.quantities, NUMERICOID);
  const Datum zero = number_of("0");
  for (int i = 0; i < products.count; ++i) {
    const auto found = places.find(text_of(products.values[i]));
    // The sum of lines that say nothing of what they have taken is NULL.
    if (found == places.end() || quantities.nulls[i])
      continue;
    need &each = needs[found->second];
    const Datum quantity = quantities.values[i];
    each.is_ordered |= is_wanted && compare(quantity, zero) > 0;
    each.quantity =
        call([&] { return DirectFunctionCall2(is_wanted ? numeric_add : numeric_sub, each.quantity, quantity); });
  }
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

// The least number that is too large for the column, if there is one.
std::optional<Datum> beyond(const number_type &column) {
  if (column.type == number_type::numeric)
    return column.is_bounded ? std::optional(number_of(fmt::format("1e{}", column.precision - column.scale)))
                             : std::nullopt;
  return number_of(fmt::format("{}", static_cast<std::uint64_t>(column.greatest_integer()) + 1));
}

// The last part of a key, as it is in the text.
std::string product_in(const std::string &key) {
  const pg::parameter parameters[] = {pg::parameter::text(key)};
  return execute_latest(sql("SELECT ($1::pg_catalog.jsonb [->] -1)::pg_catalog.text"), parameters).text(0, 1).value();
}

void product_needs::require_stock(const char *hint) const {
  const Datum zero = number_of("0");
  const std::optional<Datum> limit = beyond(tables.stock_type);
  std::vector<std::string> items;
  bool is_ordered = false;
  for (const need &each : needs) {
    const bool takes = compare(each.quantity, zero) > 0 && is_finite(each.quantity);
    const Datum rest = call([&] { return DirectFunctionCall2(numeric_sub, each.stock, each.quantity); });
    if (takes ? compare(rest, zero) >= 0 : is_finite(each.quantity) && !(limit && compare(rest, *limit) >= 0))
      continue;
    const std::string product = product_in(each.product);
    if (!takes)
      stock_overflows(tables, product);
    is_ordered |= each.is_ordered;
    items.push_back(fmt::format(R"({{"product":{},"requested":{},"available":{}}})", product,
                                number_text(each.quantity), number_text(each.stock)));
  }
  if (!items.empty())
    out_of_stock(tables, items, is_ordered ? hint : keep_return);
}

void product_needs::change_stock() const {
  const Datum zero = number_of("0");
  std::vector<Datum> products, quantities;
  for (const need &each : needs)
    if (compare(each.quantity, zero) != 0) {
      products.push_back(pg::parameter::text(each.product).value);
      quantities.push_back(each.quantity);
    }
  if (products.empty())
    return;
  const pg::parameter parameters[] = {array_of(products, TEXTOID), array_of(quantities, NUMERICOID)};
  const pg::marked_statement marked(pg::own_statement::derived);
  execute_latest(tables, "change stock", parameters, [&] {
    return sql(R"sql(
    UPDATE {products} p
    SET {stock} = p.{stock}::pg_catalog.numeric [-] m.quantity
    FROM ROWS FROM (pg_catalog.unnest($1), pg_catalog.unnest($2)) m(product, quantity)
    WHERE {has_key} AND p.{stock} IS NOT NULL
  )sql",
               "products"_is = tables.products_rows, "stock"_is = tables.stock,
               "has_key"_is = tables.product.equals("p", "m.product"));
  });
}

// A line that was found twice has two orders, or products, with its key.
void require_each_once(const stock_tables &tables, const pg::parameter &lines) {
  std::unordered_set<std::string> seen;
  const pg::array_elements found = elements(lines, TEXTOID);
  for (int i = 0; i < found.count; ++i)
    if (!seen.insert(text_of(found.values[i])).second)
      several_with_one_key(tables.orders.value_or(tables.products), tables.orders ? "order" : "product");
}

// Those of the lines whose products have been locked.
stock_lines limited(const stock_lines &wanted, const product_needs &needs) {
  const pg::array_elements lines = elements(wanted.lines, TEXTOID), products = elements(wanted.products, TEXTOID),
                           quantities = elements(wanted.quantities, NUMERICOID);
  std::vector<Datum> of[3];
  for (int i = 0; i < products.count; ++i)
    if (needs.has(text_of(products.values[i]))) {
      of[0].push_back(lines.values[i]);
      of[1].push_back(products.values[i]);
      of[2].push_back(quantities.values[i]);
    }
  return {array_of(of[0], TEXTOID), array_of(of[1], TEXTOID), array_of(of[2], NUMERICOID)};
}

// In the column of the lines themselves; the change counts for none of our triggers.
void write_taken(const stock_tables &tables, const pg::parameter &lines, const stock_lines &wanted) {
  const pg::array_elements all = elements(lines, TEXTOID), some = elements(wanted.lines, TEXTOID),
                           quantities = elements(wanted.quantities, NUMERICOID);
  std::unordered_map<std::string, Datum> taken;
  for (int i = 0; i < some.count; ++i)
    taken.emplace(text_of(some.values[i]), quantities.values[i]);
  const Datum nothing = number_of("0");
  std::vector<Datum> of_all;
  for (int i = 0; i < all.count; ++i) {
    const auto found = taken.find(text_of(all.values[i]));
    of_all.push_back(found == taken.end() ? nothing : found->second);
  }
  const pg::parameter parameters[] = {lines, array_of(of_all, NUMERICOID)};
  const pg::marked_statement marked(pg::own_statement::quiet);
  execute_latest(tables, "write taken", parameters, [&] {
    return sql(R"sql(
      UPDATE {lines} i
      SET {taken} = k.quantity
      FROM ROWS FROM (pg_catalog.unnest($1), pg_catalog.unnest($2)) k(line, quantity)
      WHERE {has_key} AND (i.{taken} IS NULL OR i.{taken}::pg_catalog.numeric [<>] k.quantity)
    )sql",
               "lines"_is = tables.lines_rows, "taken"_is = *tables.taken,
               "has_key"_is = tables.line.equals("i", "k.line"));
  });
}

// The lines that are not among others.
pg::parameter without(const pg::parameter &lines, const pg::parameter &others) {
  std::unordered_set<std::string> excluded;
  const pg::array_elements all = elements(lines, TEXTOID), out = elements(others, TEXTOID);
  for (int i = 0; i < out.count; ++i)
    excluded.insert(text_of(out.values[i]));
  std::vector<Datum> left;
  for (int i = 0; i < all.count; ++i)
    if (!excluded.contains(text_of(all.values[i])))
      left.push_back(all.values[i]);
  return array_of(left, TEXTOID);
}

// In the extension's table.
void write_memory(const stock_tables &tables, const pg::parameter &lines, const stock_lines &wanted) {
  const pg::parameter of_lines{REGCLASSOID, ObjectIdGetDatum(tables.lines)};
  const bool with_products = memory_knows_products();
  const auto if_known = [&](const char *part) { return fragment(with_products ? part : ""); };
  with_memory([&] {
    const pg::parameter gone[] = {of_lines, without(lines, wanted.lines)};
    if (!gone[1].is_null)
      execute_latest(tables, "forget", gone, [] {
        return sql(R"sql(
          DELETE FROM upkeep.stock_taken t
          WHERE t.ctid [=] ANY (ARRAY(
            SELECT r.place FROM pg_catalog.unnest($2) AS k(line) CROSS JOIN LATERAL ({row}) r))
        )sql",
                   "row"_is = remembered_row("k.line"));
      });
    if (wanted.lines.is_null)
      return;
    const pg::parameter parameters[] = {
        of_lines, wanted.lines, wanted.products, wanted.quantities, {REGCLASSOID, ObjectIdGetDatum(tables.products)}};
    execute_latest(tables, with_products ? "remember" : "remember, 0.6", parameters, [&] {
      return sql(R"sql(
      INSERT INTO upkeep.stock_taken AS t (order_items, line, product, quantity {and_products})
      SELECT $1, w.line, w.product, w.quantity {and_given}
      FROM ROWS FROM (pg_catalog.unnest($2), pg_catalog.unnest($3), pg_catalog.unnest($4)) w(line, product, quantity)
      ON CONFLICT (order_items, line) DO UPDATE
        SET product = excluded.product, quantity = excluded.quantity {and_set}
        WHERE t.product [<>] excluded.product OR t.quantity [<>] excluded.quantity {or_differs}
    )sql",
                 "and_products"_is = if_known(", products"), "and_given"_is = if_known(", $5"),
                 "and_set"_is = if_known(", products = excluded.products"),
                 "or_differs"_is = with_products ? sql("OR coalesce(t.products [<>] $5, true)") : fragment());
    });
  });
}

} // namespace

void several_with_one_key(Oid table, const char *what) {
  throw fault{.sqlstate = sqlstate::cardinality_violation,
              .message = fmt::format("table \"{}\" has more than one {} with one key", pg::table_name(table), what),
              .hint = fmt::format("Make the {}s' key unique; upkeep.check() says how.", what)};
}

settled_lines lines_to_settle(const stock_tables &tables, const std::string &name,
                              const std::function<fragment()> &rows, const std::string &key, bool keeps) {
  const pg::rows found = execute_latest(tables, name, {}, [&] {
    const fragment kept =
        sql("{has_no_product} AND NOT {is_released}", "has_no_product"_is = tables.has_no_product("i"),
            "is_released"_is = tables.orders ? tables.is_released("o") : sql("false"));
    const fragment and_its_order = tables.orders
                                       ? sql("LEFT JOIN LATERAL ({order}) o ON true",
                                             "order"_is = looked_up(tables.orders_rows, "o", tables.order_of_line))
                                       : fragment();
    return sql(R"sql(
      SELECT pg_catalog.array_agg(s.line), pg_catalog.array_agg(s.line) FILTER (WHERE s.product IS NOT NULL),
        pg_catalog.array_agg(s.product) FILTER (WHERE s.product IS NOT NULL),
        pg_catalog.array_agg(s.quantity) FILTER (WHERE s.product IS NOT NULL)
      FROM (SELECT {line} AS line, i.{quantity}::pg_catalog.numeric AS quantity,
              CASE WHEN p.{stock} IS NOT NULL AND i.{quantity}::pg_catalog.numeric [<>] 0 {and_not_released}
                   THEN {product} END AS product
            FROM {rows}
            LEFT JOIN LATERAL ({product_of_line}) p ON true
            {and_its_order}
            WHERE {keeps_none} OR ({kept}) IS NOT TRUE OR i.{id} IS NULL
            OFFSET 0) s
    )sql",
               "line"_is = tables.line.of(key), "quantity"_is = tables.quantity, "stock"_is = tables.stock,
               "and_not_released"_is = tables.and_not_released(), "product"_is = tables.product.of("p"),
               "rows"_is = rows(), "product_of_line"_is = looked_up(tables.products_rows, "p", tables.product_of_line),
               "and_its_order"_is = and_its_order, "kept"_is = kept,
               "keeps_none"_is = fragment(keeps ? "false" : "true"),
               "id"_is = pg::identifier{tables.line_columns.front()});
  });
  return {array_in(found, 1, TEXTOID),
          {array_in(found, 2, TEXTOID), array_in(found, 3, TEXTOID), array_in(found, 4, NUMERICOID)}};
}

void settle_stock(const stock_tables &tables, const settled_lines &lines, const stock_lines &before, bool gone) {
  product_needs needs(tables, lines.wanted, before);
  require_each_once(tables, lines.wanted.lines);
  const stock_lines wanted = limited(lines.wanted, needs);
  needs.add(wanted, true);
  needs.add(before, false);
  needs.require_stock(order_less);
  needs.change_stock();
  if (!tables.taken)
    write_memory(tables, lines.lines, wanted);
  else if (!gone)
    write_taken(tables, lines.lines, wanted);
}

void take_stock(const stock_tables &tables, const stock_lines &wanted, const char *hint) {
  product_needs needs(tables, wanted, {{}, no_array(TEXTOID), no_array(NUMERICOID)});
  needs.add(wanted, true);
  needs.require_stock(hint);
  needs.change_stock();
}

} // namespace upkeep::orders
