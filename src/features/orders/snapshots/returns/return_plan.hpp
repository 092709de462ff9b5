// What the session remembers of the statement triggers on lines that name those that they return.
#pragma once

#include "features/orders/refunds/refunded_pieces.hpp"
#include "features/orders/snapshots/returns/return_columns.hpp"
#include "postgres/rows/key_set.hpp"
#include "postgres/rows/row.hpp"
#include "postgres/sql/saved_query.hpp"
#include "postgres/trigger.hpp"

namespace upkeep::orders {

inline constexpr const char *enable_order_snapshots_name = "enable_order_snapshots";

// A query by the keys of a key_set: of many, planned each time, and of one, as a shop writes them.
struct lookup_query {
  lookup_query(const pg::fragment &many, const pg::fragment &one, std::vector<Oid> types)
      : many(many), one(one, std::move(types), pg::access::by_index) {}

  std::string many;
  pg::saved_query one;
};

// A line of which more is returned than it has, as JSON; null for what it does not have.
struct short_line {
  std::string key, tenant, order, sold, gone;
};

struct return_plan {
  return_plan(return_columns columns, const std::optional<refunded_pieces> &refunds, Relation whole, Relation lines);

  return_columns columns;
  Oid owner;
  std::string table; // of all lines, for messages
  AttrNumber returns, quantity;
  bool has_reference;                // a foreign key keeps lines that were returned, and none of them moves
  std::vector<char> counted, keys;   // layouts: of all columns of which a change counts, and of the keys
  bool (*is_less)(Datum a, Datum b); // of quantities; may raise

  // By the keys of lines that are returned: locks them in the order of their keys.
  lookup_query lock;
  // By the same keys, and by those of lines that lost pieces: the first short_line.
  lookup_query short_of_returned, short_of_reduced;
  // Of the rows that a statement adds: the first that returns a line of another currency. nullptr where lines have
  // none.
  std::unique_ptr<pg::saved_query> other_currency;

  const pg::layout &layout_of(const std::vector<char> &of) const {
    return *reinterpret_cast<const pg::layout *>(of.data());
  }
  // How many pieces the rows of a transition table return of the line whose key and tenant, as JSON, are $1 and $2.
  pg::fragment pieces_in(const pg::fragment &rows) const;
};

pg::resolved_plan<return_plan> make_return_plan(const TriggerData &fired);

} // namespace upkeep::orders
