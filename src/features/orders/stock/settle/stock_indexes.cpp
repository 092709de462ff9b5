#include "features/orders/stock/settle/stock_indexes.hpp"

#include "features/trigger_options.hpp"
#include "postgres/relation.hpp"

#include <algorithm>

namespace upkeep::orders {

using pg::call;

namespace {

Oid base_type(Relation table, AttrNumber column) {
  return call([=] { return getBaseType(TupleDescAttr(RelationGetDescr(table), column - 1)->atttypid); });
}

table_key columns_in(Relation table, const std::vector<std::string> &names) {
  table_key key;
  for (const std::string &name : names) {
    key.columns.push_back(pg::require_column(table, name, "enable_stock"));
    key.types.push_back(base_type(table, key.columns.back()));
  }
  return key;
}

bool has_text(const table_key &key) {
  return key.types.size() <= pg::unique_key::max_parts &&
         std::all_of(key.types.begin(), key.types.end(), [](Oid type) { return has_key_text(type); });
}

// Rows with the key `own` of a table, found by values of the types of `given`.
pg::unique_key key_of(Relation table, const table_key &own, const table_key &given) {
  pg::key_part parts[pg::unique_key::max_parts];
  for (std::size_t i = 0; i < own.columns.size(); ++i)
    // Operators take a varchar for a text.
    parts[i] = {own.columns[i], given.types[i] == VARCHAROID ? TEXTOID : given.types[i]};
  return call([&] { return pg::find_unique_key(table, parts, static_cast<int>(own.columns.size())); });
}

} // namespace

std::shared_ptr<const stock_indexes> find_stock_indexes(const stock_tables &tables, const option_list &options) {
  stock_indexes found{};
  bool serve = false;
  pg::with_relation(tables.lines, [&](Relation lines) {
    found.line = columns_in(lines, tables.line_columns);
    found.product = columns_in(lines, tables.product_columns);
    found.order = columns_in(lines, tables.order_columns);
    found.quantity = pg::require_column(lines, text_option(options, "quantity_column"), "enable_stock");
    found.quantity_type = base_type(lines, found.quantity);
    serve = has_text(found.line) && has_text(found.product) && has_text(found.order);
    if (serve)
      found.by_line = key_of(lines, found.line, found.line);
  });
  if (!serve || !OidIsValid(found.by_line.index))
    return nullptr;
  pg::with_relation(tables.products, [&](Relation products) {
    found.own_product = columns_in(products, tables.product_key);
    found.stock = pg::require_column(products, text_option(options, "stock_column"), "enable_stock");
    found.stock_type = base_type(products, found.stock);
    serve = has_text(found.own_product);
    if (serve) {
      found.by_product = key_of(products, found.own_product, found.product);
      found.by_own_product = key_of(products, found.own_product, found.own_product);
    }
  });
  if (!serve || !OidIsValid(found.by_product.index) || !OidIsValid(found.by_own_product.index))
    return nullptr;
  if (tables.orders) {
    pg::with_relation(*tables.orders, [&](Relation orders) {
      const table_key own = columns_in(orders, tables.order_key);
      serve = has_text(own);
      if (serve)
        found.by_order = key_of(orders, own, found.order);
      found.release = release_of(orders, options);
    });
    if (!serve || !OidIsValid(found.by_order.index))
      return nullptr;
  }
  found.line_text = key_text(found.line.types);
  found.product_text = key_text(found.own_product.types);
  return std::make_shared<const stock_indexes>(std::move(found));
}

} // namespace upkeep::orders
