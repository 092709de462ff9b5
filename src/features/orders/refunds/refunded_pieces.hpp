// How many pieces of a line were refunded, as SQL.
#pragma once

#include "core/options/option_list.hpp"
#include "postgres/relation.hpp"
#include "postgres/sql/fragment.hpp"

namespace upkeep::orders {

class refunded_pieces {
public:
  // Of the lines with that alias. `options`: of a trigger of order_refunds. Throws 42703 and 42804.
  refunded_pieces(const option_list &options, Relation refunds, Relation lines, const std::string &line);

  Oid refunds() const { return table; }

  // Sums over the refunds of a line, numerics that are never NULL: of all pieces; of those that went back to stock; of
  // those that never will. Without a restock_column there are none of the latter two.
  pg::fragment all() const { return sum(pg::fragment()); }
  pg::fragment restocked() const;
  pg::fragment kept() const;
  bool tells_of_stock() const { return restock.has_value(); }

  // The same without what some tables hold, the table itself or partitions.
  refunded_pieces without(const std::vector<Oid> &tables) const;

private:
  pg::fragment sum(const pg::fragment &condition) const;

  Oid table;
  pg::fragment quantity;
  std::optional<pg::fragment> restock;
  pg::fragment has_line; // the condition that the refund r is one of the line
  pg::fragment but;      // another, with AND
};

// Those of the lines of a table, where order_refunds is enabled for them. The table of the refunds is locked. Throws
// what the arguments of the trigger have wrong.
std::optional<refunded_pieces> refunded_pieces_of(Relation lines, const std::string &line);

} // namespace upkeep::orders
