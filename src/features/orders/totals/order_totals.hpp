// order_totals: the total of an order is the sum of its lines.
#pragma once

#include "features/orders/order_link.hpp"
#include "features/orders/totals/total_column.hpp"
#include "postgres/sql/fragment.hpp"

namespace upkeep::orders {

// The options of the triggers resolved against both tables.
struct order_totals {
  order_link link;
  total_column total;
  pg::fragment sum; // of lines l; 0 where there are none

  // Whether the order o has another total than the numeric `sum`.
  pg::fragment differs(const pg::fragment &sum) const;
  // The UPDATE with a query of keys and their upkeep_total, and the condition that joins it, s, to the orders o.
  pg::fragment write_sums(const pg::fragment &sums, const pg::fragment &condition) const;
  // FROM and WHERE: the orders o that have another total than s.upkeep_total, the sum of their lines.
  pg::fragment wrong_orders(Relation orders, Relation lines) const;
  // An UPDATE of the orders whose keys are the arrays $1, ..., or of the one whose key is $1, ..., of the types of
  // these columns. It returns key and sum of an order whose total cannot be held.
  pg::fragment write(Relation orders, Relation lines, Relation from, const std::vector<std::string> &columns) const;
  pg::fragment write_one(Relation orders, Relation lines, Relation from, const std::vector<std::string> &columns) const;
};

inline constexpr const char *enable_order_totals_name = "enable_order_totals";

// Throws 42703, 42804, 428C9.
order_totals resolve_totals(const option_list &options, Relation orders, Relation lines);

// 22003 for a sum, as text, that the column cannot hold.
[[noreturn]] void total_out_of_range(const order_totals &totals, const std::string &key, const std::string &sum);

// Locks the orders with a wrong total, except those for which `but` holds, and corrects them. Returns how many there
// were. Needs an SPI connection, and the rights of the owner.
std::uint64_t put_totals_right(const order_totals &totals, Relation orders, Relation lines,
                               const pg::fragment &but = pg::fragment("false"));

} // namespace upkeep::orders
