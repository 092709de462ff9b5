// stock: what the lines of orders take from the stock of their products, and give back.
#pragma once

#include "core/numeric/number_type.hpp"
#include "core/options/option_list.hpp"
#include "features/orders/refunds/refunded_pieces.hpp"
#include "features/orders/stock/stock_key.hpp"
#include "features/orders/stock/stock_statements.hpp"
#include "postgres/sql/fragment.hpp"

#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace upkeep::orders {

struct stock_indexes;

// The options of a trigger resolved against the three tables. Text is SQL in which every name and operator is
// qualified; i is a line, p its product, o its order.
struct stock_tables {
  Oid lines; // the topmost table, whatever partition a statement names
  Oid products;
  std::optional<Oid> orders;
  Oid owner; // of the lines, as whom all but the extension's own table is read and written

  pg::fragment lines_rows, products_rows, orders_rows; // ONLY shop.order_items
  stock_key line, product, order;
  pg::fragment product_of_line;             // the condition that p is the product of i
  pg::fragment order_of_line;               // the condition that o is the order of i
  std::vector<std::string> line_columns;    // the primary key of a line
  std::vector<std::string> product_columns; // of a line, the tenant before it
  std::vector<std::string> product_key;     // the tenant before it
  std::vector<std::string> order_columns;   // of a line, the tenant before it
  std::vector<std::string> order_key;

  pg::fragment stock, quantity, status; // names
  std::optional<pg::fragment> taken;    // a name; without one, upkeep.stock_taken remembers
  pg::fragment released;                // an array of texts
  number_type stock_type;
  std::optional<refunded_pieces> refunds; // of a line i, where they tell what goes back to stock
  std::optional<pg::fragment> returned;   // of a line i: the pieces that lines of open orders have given back of it

  // What the session has prepared for them; without it each statement is planned by itself.
  std::shared_ptr<stock_statements> statements;
  // How the trigger on the lines finds rows without SQL; nullptr where it does not.
  std::shared_ptr<const stock_indexes> indexes;

  // The condition that an order is released; never NULL.
  pg::fragment is_released(const std::string &alias) const;
  // The condition that a line has no product: its own was deleted, or it never had one.
  pg::fragment has_no_product(const std::string &alias) const;
  // What a line i should have taken, a numeric: its pieces, but for those that refunds have given back; and where its
  // order is released, the pieces that refunds keep and those that other lines have given back, if it has taken them.
  pg::fragment wanted() const;
  pg::fragment wanted_if_released() const;
  // The condition that a line i should have taken something of its product p, and that nothing is remembered of it. $1
  // are the lines of which upkeep.stock_taken remembers something.
  pg::fragment is_open() const;
  // LEFT JOIN of the order o of a line i, where there are orders; and the condition, with AND, that it is not released.
  pg::fragment with_order() const;
  pg::fragment and_not_released() const;
};

// A subquery for LATERAL, one key at a time: OFFSET 0 keeps the planner from reading the whole table instead, which it
// does while the table is small, in a plan that outlives that.
pg::fragment looked_up(const pg::fragment &rows, const char *alias, const pg::fragment &has_key);

// Each table is locked. Throws 42703 and 42804 and 428C9 for columns that cannot serve, 55000 for lines without a
// primary key, 42501 if the owner of the lines does not have the rights of the others' owners.
stock_tables resolve_stock(const option_list &options, Oid lines, Oid products, std::optional<Oid> orders);

// What enabling and check() ask beyond that: 42P10 for a key that is not unique, 22023 for a status that the column
// cannot have (any more). Needs an SPI connection.
void require_sound_stock(const stock_tables &tables, const option_list &options);

// Whether an order can be written after its lines. Needs an SPI connection.
bool lines_may_come_first(const stock_tables &tables);

} // namespace upkeep::orders
