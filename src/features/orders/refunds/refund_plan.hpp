// What a session remembers of a trigger on the refunds.
#pragma once

#include "core/orders/refund_share.hpp"
#include "features/orders/refunds/locked_rows.hpp"
#include "features/orders/stock/stock_tables.hpp"
#include "postgres/trigger.hpp"

namespace upkeep::orders {

struct refund_plan {
  // `orders`, `lines`: the whole tables.
  refund_plan(order_refunds of, Relation refunds, Relation orders, Relation lines);

  order_refunds of;
  std::vector<AttrNumber> order_key, line_key; // columns of a refund
  AttrNumber quantity;
  Oid quantity_type;             // under any domains
  AttrNumber restock;            // or InvalidAttrNumber
  std::vector<AttrNumber> fixed; // columns that never change

  refund_share share;
  order_locker order_lock;
  line_locker line_lock;
  std::string lock_orders, lock_lines; // those with the keys in arrays
  pg::fragment has_orders;             // that an order o is among them

  // Of the order with the key $1, ...: whether it is locked, its total, the sum of what was refunded of it. Of the line
  // with the key that comes after: whether it is one of the order, its amount, what was sold, what is gone, the sum of
  // what was refunded.
  pg::saved_query state;
  // The same of an order alone, and of a line with the key $1, ... and the order after it; where something is kept of
  // what was refunded, it is written.
  pg::saved_query order_state, keep_order, line_state, keep_line;

  // Of partitions: whether a refund with the primary key $1, ... is there.
  std::vector<AttrNumber> primary_key;
  std::unique_ptr<const pg::saved_query> is_there;

  std::optional<stock_tables> stock; // where a restock_column gives back to it
};

// Those of the queries; the columns of a line come after those of the order.
enum order_column { is_locked_order = 1, total_of_order, refunded_of_order, order_columns_end };
enum line_column { is_line_of_order = 1, amount_of_line, sold_of_line, gone_of_line, refunded_of_line };

pg::resolved_plan<refund_plan> make_refund_plan(const Trigger &trigger, Relation table);
std::shared_ptr<const refund_plan> refund_plan_of(const TriggerData &trigger);

} // namespace upkeep::orders
