// order_totals: the total of an order is the sum of its lines.
#pragma once

#include "features/orders/order_link.hpp"
#include "features/orders/totals/column_formula.hpp"
#include "features/orders/totals/total_column.hpp"
#include "postgres/executor/marked_statement.hpp"
#include "postgres/sql/fragment.hpp"

namespace upkeep::orders {

// The options of the triggers resolved against both tables. An order's sum is that of the amounts of its lines l; its
// total is the sum, or what total_formula makes of it and of columns of the order o.
struct order_totals {
  order_link link;
  total_column total;
  std::optional<total_column> lines_total;    // where the sum itself is kept
  std::optional<column_formula> line_formula; // else price times quantity
  std::optional<column_formula> total_formula;
  std::optional<std::string> currency; // of both tables

  // What is NULL is an error in a trigger, and said by a check.
  enum class on_null { raises, stays };

  // The amount of a line l, a numeric.
  pg::fragment line_amount(on_null mode) const { return mode == on_null::raises ? strict_line : lenient_line; }
  // Of lines l; 0 where there are none.
  pg::fragment sum(on_null mode) const { return mode == on_null::raises ? strict_sum : lenient_sum; }
  // Of the order o with that sum.
  pg::fragment total_of(const pg::fragment &sum, on_null mode) const;

  // Whether the order o has another total than the numeric `total`, or another sum.
  pg::fragment differs(const pg::fragment &total, const pg::fragment &sum) const;
  // The UPDATE with a query of keys and their upkeep_sum, and the condition that joins it, s, to the orders o.
  pg::fragment write_sums(const pg::fragment &sums, const pg::fragment &condition) const;
  // FROM and WHERE: the orders o that have another total than t.upkeep_total, or another sum than n.upkeep_sum; both
  // are NULL where they cannot be computed.
  pg::fragment wrong_orders(Relation orders, Relation lines) const;
  // An UPDATE of the orders whose keys are the arrays $1, ..., or of the one whose key is $1, ..., of the types of
  // these columns. It returns key, amount and column of an order whose total or sum cannot be held.
  pg::fragment write(Relation orders, Relation lines, Relation from, const std::vector<std::string> &columns) const;
  pg::fragment write_one(Relation orders, Relation lines, Relation from, const std::vector<std::string> &columns) const;

  pg::fragment strict_line, lenient_line, strict_sum, lenient_sum;
};

inline constexpr const char *enable_order_totals_name = "enable_order_totals";

// Throws 42703, 42804, 428C9, and what resolve_formula throws.
order_totals resolve_totals(const option_list &options, Relation orders, Relation lines);

// 42P17 where a formula reads the column that refunds are added up in, which are limited by what it gives.
void require_not_refunded(const column_formula &formula, const std::string &column, Relation table);

// 22003 for an amount, as text, that one of the columns cannot hold.
[[noreturn]] void total_out_of_range(const order_totals &totals, const std::string &key, const std::string &amount,
                                     const total_column &column);

// Locks the orders with a wrong total, except those for which `but` holds, and corrects them. Returns how many there
// were; those that cannot be computed stay as they are. Needs an SPI connection, and the rights of the owner. `kind`:
// what its UPDATE is to the triggers that it fires.
std::uint64_t put_totals_right(const order_totals &totals, Relation orders, Relation lines,
                               const pg::fragment &but = pg::fragment("false"),
                               pg::own_statement kind = pg::own_statement::total);

} // namespace upkeep::orders
