// How a trigger of stock finds lines, products and orders by their indexes, without SQL.
#pragma once

#include "features/orders/stock/settle/key_text.hpp"
#include "features/orders/stock/settle/order_release.hpp"
#include "features/orders/stock/stock_tables.hpp"
#include "postgres/rows/unique_key.hpp"

#include <memory>

namespace upkeep::orders {

// Columns of a key in a table.
struct table_key {
  std::vector<AttrNumber> columns;
  std::vector<Oid> types; // under any domains
};

struct stock_indexes {
  table_key line;                   // of a line
  table_key product, order;         // of a line, that refer to others
  table_key own_product;            // of a product
  pg::unique_key by_line;           // a line by its key
  pg::unique_key by_product;        // a product by what a line says
  pg::unique_key by_own_product;    // a product by its own key
  pg::unique_key by_order;          // an order by what a line says; no index where there are no orders
  key_text line_text, product_text; // of a line's own key and of a product's
  AttrNumber quantity, stock;
  Oid quantity_type, stock_type; // under any domains
  order_release release;         // where there are orders
};

// nullptr where some table is partitioned, or a key has a type or an index that does not serve: SQL finds the rows. The
// tables are locked.
std::shared_ptr<const stock_indexes> find_stock_indexes(const stock_tables &tables, const option_list &options);

} // namespace upkeep::orders
