// order_status: the moves of orders between their statuses, and the moment of payment.
#pragma once

#include "core/options/option_list.hpp"
#include "core/orders/status_moves.hpp"
#include "core/updated_at.hpp"
#include "postgres/sql/text.hpp"

namespace upkeep::orders {

// What each row needs. Trivial: a statement works on a copy.
struct order_status_columns {
  AttrNumber status;
  std::int16_t status_length;
  bool status_by_value;
  bool status_is_padded; // character(n)
  Oid status_output;
  AttrNumber paid; // or InvalidAttrNumber
  Oid paid_domain; // InvalidOid unless the type of paid is a domain
  microseconds paid_tick;
};

// The options of a trigger resolved against its table.
struct order_status_plan {
  order_status_columns columns;
  status_moves moves;
  std::string paid_status;
};

// Throws 22023 for options that cannot be, 42703 and 42804 and 428C9 for columns that cannot serve.
order_status_plan resolve_order_status(const option_list &options, Relation orders);

// What enabling and check() ask beyond that: 22023 for a status that the column cannot have. Needs an SPI connection.
void require_statuses(const option_list &options, const order_status_plan &plan, Relation orders);

} // namespace upkeep::orders
