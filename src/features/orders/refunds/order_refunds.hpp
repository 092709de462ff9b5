// order_refunds: what was given back of a closed order, never more than it was worth.
#pragma once

#include "features/orders/lock/order_lock_rules.hpp"
#include "features/orders/refunds/refunded_pieces.hpp"
#include "features/orders/totals/order_totals.hpp"

namespace upkeep::orders {

inline constexpr const char *enable_order_refunds_name = "enable_order_refunds";

// The three tables of a trigger, or of a call of the enable function.
struct refund_tables {
  Oid refunds, orders, lines;
};

// The tables that a trigger on one of the three means, locked: whole ones, where it stands on a partition. Throws
// 22023, 42501 and 42P01.
refund_tables tables_of_refunds(const option_list &options, Relation own, LOCKMODE lock);

// The options of the triggers resolved against the three tables. A refund is r, its order o, its line l.
struct order_refunds {
  // Throws 42703, 42804 and 428C9 for columns that do not serve, and 55000 unless the orders and lines have a lock, and
  // totals, and, with a restock_column, a stock.
  order_refunds(const option_list &options, Relation refunds, Relation orders, Relation lines);

  Oid refunds, owner;
  pg::fragment refunds_name;
  order_link link;
  std::vector<std::string> order_columns; // of a refund, the tenant's before it
  std::vector<std::string> line_columns;  // the same
  std::vector<std::string> line_keys;     // of a line
  std::string quantity;
  total_column amount;
  std::optional<std::string> restock;
  std::optional<total_column> refunded;          // of an order
  std::optional<total_column> refunded_quantity; // of a line
  order_totals totals;
  order_lock_rules lock;
  refunded_pieces pieces; // of a line l

  // The decimals of what is filled in.
  std::optional<int> scale() const { return amount.scale() ? amount.scale() : totals.total.scale(); }

  // Numerics: what was sold of a line l; what of that is gone, where so many pieces were refunded and others returned;
  // the sum of what was refunded of an order o.
  pg::fragment sold;
  pg::fragment gone(const pg::fragment &refunded) const;
  pg::fragment amount_of_order;
  std::optional<pg::fragment> returned; // of a line l
  // The conditions that r is a refund of an order o, and of a line l.
  pg::fragment is_of_order, is_of_line;
  std::vector<std::string> line_inputs; // columns of a line that say what may be refunded of it
  // Keys as JSON, without the tenant.
  pg::fragment order_as_json() const;
  pg::fragment line_as_json() const;

  // Runs `body` as the owner of the orders. 42501 unless the owner of each table has the rights of the others'.
  template <class F> void as_owner(F &&body) const {
    pg::require_role_of(owner, link.orders, link.owner);
    pg::require_role_of(link.owner, refunds, owner);
    link.as_owner(0, body);
  }
};

// Runs `body`, and lets it be where totals, lock or stock are not enabled any more: refunds say so themselves, and
// changes of orders and lines go on.
template <class F> void if_refundable(F &&body) {
  try {
    body();
  } catch (const fault &said) {
    if (said.sqlstate != std::string_view(sqlstate::object_not_in_prerequisite_state))
      throw;
  }
}

// What enabling and check() ask beyond that: 42P10 for a key of orders or lines that is not unique. Needs an SPI
// connection.
void require_sound_refunds(const order_refunds &of, Relation orders, Relation lines);

// What a UK009 tells: keys as JSON, "null" for no line, and numbers.
struct refused_refund {
  std::string order, line, sold, refunded, requested;
};
[[noreturn]] void refund_not_possible(const std::string &message, const refused_refund &numbers,
                                      const std::string &hint);

} // namespace upkeep::orders
