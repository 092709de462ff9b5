// currency_column: the lines of an order have its currency.
#pragma once

#include "features/orders/totals/order_totals.hpp"
#include "postgres/sql/saved_query.hpp"

namespace upkeep::orders {

// Throws 42804 unless both tables' columns have one type.
void require_one_currency_type(const order_totals &totals, Relation orders, Relation lines);

// The side of the lines, once a statement has locked the orders: a line without a currency gets that of its order.
class line_currencies {
public:
  // The keys are those of `lines` in a key_set.
  line_currencies(const order_totals &totals, Relation orders, Relation lines);

  // Throws UK008 for a line of another currency, 22004 for an order that has lines and no currency. Needs an SPI
  // connection and the rights of the orders' owner.
  void settle(const std::vector<pg::parameter> &keys) const;

private:
  pg::saved_query offending, fill;
  std::string orders_name;
};

// Whether the row trigger stands on the lines; the one on the orders names their lines.
bool is_on_lines(const Trigger &trigger);

// BEFORE INSERT on the lines: a line without a currency gets that of its order, if that is there already.
HeapTuple with_currency(const TriggerData &trigger);

// The side of the orders: what their lines say when the currency changes.
class order_currency {
public:
  order_currency(const order_totals &totals, Relation orders, Relation lines);

  AttrNumber column() const { return number; }
  // `currency`: nullptr for NULL. Throws UK008 and 22004. Needs an SPI connection and the rights of the orders' owner.
  void require(std::span<const Datum> key, const char *currency) const;

private:
  AttrNumber number;
  pg::saved_query others; // of a line with the key $1, ... and another currency than the last parameter
  std::string orders_name;
};

} // namespace upkeep::orders
