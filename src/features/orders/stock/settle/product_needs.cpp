#include "features/orders/stock/settle/product_needs.hpp"

#include "core/text/joined.hpp"
#include "features/orders/stock/settle/stock_indexes.hpp"
#include "postgres/executor/marked_statement.hpp"
#include "postgres/rows/keyed_rows.hpp"
#include "postgres/values/number.hpp"

#include <algorithm>
#include <optional>
#include <unordered_set>

namespace upkeep::orders {

using pg::call;
using pg::sql;

namespace {

Datum number_of(const std::string &text) {
  return call([&] { return pg::numeric_from(text.c_str()); });
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

[[noreturn]] void out_of_stock(const stock_tables &tables, const std::vector<std::string> &items, const char *hint) {
  const std::string detail = fmt::format("[{}]", joined(items, ","));
  const std::string products = pg::table_name(tables.products);
  // A fault keeps only part of a long detail.
  call([&] {
    ereport(ERROR, (errcode(MAKE_SQLSTATE('U', 'K', '0', '0', '2')),
                    errmsg("out of stock: \"%s\" does not have enough of %zu product%s", products.c_str(), items.size(),
                           items.size() == 1 ? "" : "s"),
                    errdetail_internal("%s", detail.c_str()), errhint("%s", hint)));
  });
  pg_unreachable();
}

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

struct keyed_product {
  const std::string *given;
  key_values key;
};

// What a locked row says of its product. Trivial.
struct locked_product {
  key_values key;
  Datum stock; // a numeric
  bool has_stock;
};

// The stock of the row that was found; not locked where it is unlimited. May raise.
pg::lookup_result lock_product(pg::keyed_rows &rows, const stock_indexes &by, const Datum *key, locked_product &into) {
  bool is_null = false;
  if (!pg::find_by_key(rows, key))
    return pg::lookup_result::absent;
  slot_getattr(rows.row, by.stock, &is_null);
  if (is_null)
    return pg::lookup_result::absent;
  if (const auto result = pg::lock_found_row(rows, key, LockTupleNoKeyExclusive); result != pg::lookup_result::found)
    return result;
  const Datum stock = slot_getattr(rows.row, by.stock, &is_null);
  if (is_null)
    return pg::lookup_result::absent;
  into.stock = datumCopy(pg::to_numeric(stock, by.stock_type), false, -1);
  for (std::size_t i = 0; i < by.own_product.columns.size(); ++i)
    into.key.values[i] = slot_getattr(rows.row, by.own_product.columns[i], &is_null);
  return pg::lookup_result::found;
}

} // namespace

product_needs::product_needs(const stock_tables &tables, const std::vector<stock_amount> &wanted,
                             const std::vector<stock_amount> &before)
    : tables(tables), nothing(number_of("0")) {
  std::unordered_set<std::string_view> seen;
  std::vector<std::string> distinct;
  for (const std::vector<stock_amount> *amounts : {&wanted, &before})
    for (const stock_amount &each : *amounts)
      if (seen.insert(each.product).second)
        distinct.push_back(each.product);
  if (!distinct.empty() && !lock_by_index(distinct))
    lock_by_query(distinct);
}

void product_needs::add_product(const std::string &given, const std::string &key, Datum stock) {
  // Two texts may have become one key, but one text is the key of one row.
  if (places.contains(given))
    several_with_one_key(tables.products, "product");
  const auto [place, is_new] = by_key.try_emplace(key, needs.size());
  if (is_new)
    needs.push_back({key, stock, nothing});
  places.emplace(given, place->second);
}

// False where the index does not serve, or a row cannot be told to be the one.
bool product_needs::lock_by_index(const std::vector<std::string> &products) {
  const stock_indexes *by = tables.indexes.get();
  pg::keyed_rows rows;
  if (!by || !call([&] { return pg::open_keyed(by->by_own_product, true, rows); }))
    return false;
  std::vector<keyed_product> ordered;
  for (const std::string &each : products)
    ordered.push_back({&each, by->product_text.read(each)});
  std::sort(ordered.begin(), ordered.end(), [by](const keyed_product &a, const keyed_product &b) {
    return by->product_text.compare(a.key, b.key) < 0;
  });
  bool is_clear = true;
  for (const keyed_product &each : ordered) {
    locked_product locked{};
    const auto result = call([&] { return lock_product(rows, *by, each.key.values, locked); });
    is_clear &= result != pg::lookup_result::unclear;
    if (result == pg::lookup_result::found)
      add_product(*each.given, by->product_text.of(locked.key), locked.stock);
  }
  call([&] { pg::close_keyed(rows); });
  if (!is_clear) {
    needs.clear();
    places.clear();
    by_key.clear();
  }
  return is_clear;
}

void product_needs::lock_by_query(const std::vector<std::string> &products) {
  const pg::parameter keys[] = {texts_array(products)};
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
  for (std::uint64_t row = 0; row < locked.count(); ++row) {
    bool is_null = false;
    add_product(text_in(locked.value(row, 1, is_null)), text_in(locked.value(row, 2, is_null)),
                locked.value(row, 3, is_null));
  }
}

void product_needs::add(const std::vector<stock_amount> &amounts, bool is_wanted) {
  for (const stock_amount &amount : amounts) {
    const auto found = places.find(amount.product);
    if (found == places.end())
      continue;
    need &each = needs[found->second];
    each.is_ordered |= is_wanted && compare(amount.quantity, nothing) > 0;
    each.quantity = call(
        [&] { return DirectFunctionCall2(is_wanted ? numeric_add : numeric_sub, each.quantity, amount.quantity); });
  }
}

void product_needs::require_stock(const char *hint) const {
  const std::optional<Datum> limit = beyond(tables.stock_type);
  std::vector<std::string> items;
  bool is_ordered = false;
  for (const need &each : needs) {
    const bool takes = compare(each.quantity, nothing) > 0 && is_finite(each.quantity);
    const Datum rest = call([&] { return DirectFunctionCall2(numeric_sub, each.stock, each.quantity); });
    if (takes ? compare(rest, nothing) >= 0 : is_finite(each.quantity) && !(limit && compare(rest, *limit) >= 0))
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
  std::vector<std::string> products;
  std::vector<Datum> quantities;
  for (const need &each : needs)
    if (compare(each.quantity, nothing) != 0) {
      products.push_back(each.product);
      quantities.push_back(each.quantity);
    }
  if (products.empty())
    return;
  const pg::parameter parameters[] = {texts_array(products), array_of(quantities, NUMERICOID)};
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

} // namespace upkeep::orders
