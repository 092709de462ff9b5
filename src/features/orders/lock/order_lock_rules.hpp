// order_lock: a paid order is closed.
#pragma once

#include "features/orders/order_link.hpp"
#include "postgres/sql/fragment.hpp"

namespace upkeep::orders {

// The options of the triggers resolved against both tables.
struct order_lock_rules {
  order_link link;
  std::optional<std::string> paid_column, status_column; // at least one of them
  std::vector<std::string> statuses;
  std::vector<std::string> frozen; // columns that the orders have
  std::vector<std::string> open;   // columns of the lines that may change
  std::optional<std::string> correct_role;

  // Whether the order o is locked, as SQL.
  pg::fragment is_locked() const;
  // The column as text, or NULL.
  static pg::fragment text_of(const std::optional<std::string> &column);
  // Key, paid_column, status and key_argument() of the first, by key, of the locked ones among the orders o that fulfil
  // the condition, except those with the keys in `open`. It takes the row locks of all up to that one.
  pg::fragment find_locked(const pg::fragment &condition, const std::vector<std::string> &open = {}) const;
  // The same of these rows of orders, without a row lock and without exceptions.
  pg::fragment first_locked(const pg::fragment &rows, const pg::fragment &condition) const;
};

inline constexpr const char *enable_order_lock_name = "enable_order_lock";

// Throws 42703 for a column that the caller names, or if no column says that an order is paid.
order_lock_rules resolve_lock(const option_list &options, Relation orders, Relation lines);

// What check() asks beyond that: 42P10 for a key that is not unique, 22023 for a status that the column cannot have
// (any more) and an open column that something else needs, 42704 for a role that is gone. Needs an SPI connection.
void require_sound_lock(const order_lock_rules &rules, const option_list &options, Relation orders, Relation lines);

// 42704 for a correct_role that does not exist (any more).
void require_correct_role(const order_lock_rules &rules);

// A locked order: its key for messages, what makes it locked, its key_argument().
struct locked_order {
  std::string key;
  std::optional<std::string> paid, status;
  std::string key_argument;
};

// UK003. `refused` says what it cannot have any more.
[[noreturn]] void order_is_locked(const order_lock_rules &rules, const locked_order &order, const std::string &refused,
                                  const std::string &hint);

// What the hint says: how to open the order, or that even a correction does not allow this.
std::string how_to_correct(const order_lock_rules &rules, const locked_order &order);
extern const char *const not_even_corrected;

// The side of the orders: a row that is updated, a statement that deletes or truncates.
HeapTuple guard_order(FunctionCallInfo fcinfo, const TriggerData &trigger);
void guard_orders(const TriggerData &trigger);

} // namespace upkeep::orders
