// What a session remembers of a trigger of stock.
#pragma once

#include "features/orders/stock/stock_tables.hpp"
#include "postgres/trigger.hpp"

namespace upkeep::orders {

// Which statuses release an order.
struct order_release {
  AttrNumber status;
  Oid output;     // the function that makes it a text
  bool is_padded; // with blanks, which a text has not
  std::vector<std::string> released;

  bool operator()(TupleTableSlot *order) const;
};

struct stock_plan {
  bool is_on_orders;
  std::optional<stock_tables> tables; // nullopt: new orders, none of which can have lines yet
  std::vector<char> counted;          // a layout: the columns of which a change counts, but for the status
  order_release release = {};         // on orders

  // Whether an UPDATE has changed anything on which stock depends.
  bool has_changed(const TriggerData &trigger) const;
};

// The columns of a line on which depends what it takes, without the quantity and what is taken.
std::vector<std::string> keys_of_line(const stock_tables &tables);

// Throws what the arguments and the tables of the trigger have wrong: 39P01, 22023, 42501, 42703, 42804, 42P01, 55000.
pg::resolved_plan<stock_plan> make_stock_plan(const TriggerData &fired);

} // namespace upkeep::orders
