// stock: what the lines of orders take from the stock of their products, and give back.
#pragma once

#include "core/options.hpp"
#include "features/orders/stock/stock_key.hpp"
#include "postgres/as_user.hpp"
#include "postgres/sql/query.hpp"

namespace upkeep::orders {

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
  pg::fragment stock_beyond;            // the comparison that holds for a stock too large for its column, or ""

  // The condition that an order is released; never NULL.
  pg::fragment is_released(const std::string &alias) const;
  // The condition that a line has no product: its own was deleted, or it never had one.
  pg::fragment has_no_product(const std::string &alias) const;
  // The condition that a line i should have taken something of its product p, and that nothing is remembered of it. $1
  // are the lines of which upkeep.stock_taken remembers something.
  pg::fragment is_open() const;
  // LEFT JOIN of the order o of a line i, where there are orders; and the condition, with AND, that it is not released.
  pg::fragment with_order() const;
  pg::fragment and_not_released() const;
};

// Each table is locked. Throws 42703 and 42804 and 428C9 for columns that cannot serve, 55000 for lines without a
// primary key, 42501 where the owner of the lines has not the rights of the others' owners.
stock_tables resolve_stock(const option_list &options, Oid lines, Oid products, std::optional<Oid> orders);

// What enabling and check() ask beyond that: 42P10 for a key that is not unique, 22023 for a status that the column
// cannot have (any more). Needs an SPI connection.
void require_sound_stock(const stock_tables &tables, const option_list &options);

// Whether an order can be written after its lines. Needs an SPI connection.
bool lines_may_come_first(const stock_tables &tables);

// Arrays, as parameters of a query. They live until the SPI connection is closed.
struct stock_lines {
  pg::parameter lines;      // keys of lines
  pg::parameter products;   // for each the key of a product
  pg::parameter quantities; // and how much of it
};

// Those of `lines` that are to be settled: a line without a product keeps what it has taken until it goes, or its order
// is released. NULL where there are none.
pg::parameter lines_to_settle(const stock_tables &tables, const pg::parameter &lines);

// 21000, for keys that are not unique any more: what is counted twice would be silently wrong. `what`: "product".
[[noreturn]] void several_with_one_key(Oid table, const char *what);

// Gives every one of `lines` what it should have, when `before` is what has been taken so far, and remembers it.
// `gone`: the lines are about to go. Throws UK002 for all products that are short, 22003 for a stock that gets too
// large. Needs an SPI connection.
void settle_stock(const stock_tables &tables, const pg::parameter &lines, const stock_lines &before, bool gone);

// Takes `wanted` of the products, whose lines are remembered by somebody else. `hint`: of the UK002.
void take_stock(const stock_tables &tables, const stock_lines &wanted, const char *hint);

// What the lines in `rows`, some or all of those of the tables, should have taken counts as taken, or is taken now,
// where nothing is remembered of a line. Returns how many lines that were. Needs an SPI connection.
enum class opening_balance { settled, reserve };
std::uint64_t open_stock(const stock_tables &tables, const pg::fragment &rows, opening_balance opening);

// What the lines in `rows` have taken goes along where stock is enabled with another memory, or finds products by
// another key: it stood in the column `before`, a quoted name, or without one in upkeep.stock_taken. Needs an SPI
// connection.
void move_memory(const stock_tables &tables, const pg::fragment &rows, const std::optional<pg::fragment> &before);

// Runs `body` as the owner of upkeep.stock_taken. Only texts and numbers may reach its statements: no code of the
// lines' owner runs in them.
Oid memory_table();
// Since 0.7.0 it says whose products a line has taken.
bool memory_knows_products();
template <class F> void with_memory(F &&body) { pg::as_user(pg::owner_of(memory_table()), SECURITY_NOFORCE_RLS, body); }

// What upkeep.stock_taken says of the lines with these keys, or of all.
stock_lines remembered_stock(const stock_tables &tables, const std::optional<pg::parameter> &lines);

// Runs a statement that sees what is committed now, also where the transaction keeps to an older snapshot.
pg::rows execute_latest(const pg::fragment &sql, std::span<const pg::parameter> parameters = {});

// The arrays in the only row of a query: from `column` on, of texts, texts and numbers.
pg::parameter array_in(const pg::rows &found, int column, Oid element);

} // namespace upkeep::orders
