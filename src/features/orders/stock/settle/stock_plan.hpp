// What a session remembers of a trigger of stock.
#pragma once

#include "features/orders/stock/settle/order_release.hpp"
#include "features/orders/stock/stock_tables.hpp"
#include "postgres/rows/collect_keys.hpp"
#include "postgres/rows/row_comparer.hpp"
#include "postgres/trigger.hpp"

namespace upkeep::orders {

struct stock_plan {
  bool is_on_orders;
  std::optional<stock_tables> tables; // nullopt: new orders, none of which can have lines yet
  std::vector<char> counted;          // a layout: the columns of which a change counts, but for the status
  order_release release = {};         // on orders

  // Adds the rows that the statement wrote or took away, by keys.add(row); of an UPDATE those of which something has
  // changed on which stock depends.
  template <class Keys> void collect_changed(const TriggerData &trigger, Keys &keys) const {
    pg::collect_keys(trigger, keys, [&] {
      const auto &columns = *reinterpret_cast<const pg::layout *>(counted.data());
      return [this, comparer = pg::row_comparer(columns, trigger.tg_relation)](const pg::transition &before,
                                                                               const pg::transition &after) {
        return comparer.changed(before, after) || (is_on_orders && release(before.row()) != release(after.row()));
      };
    });
  }
  // Whether there are such rows.
  bool has_changed(const TriggerData &trigger) const;
};

// The columns of a line on which depends what it takes, without the quantity and what is taken.
std::vector<std::string> keys_of_line(const stock_tables &tables);

// Throws what the arguments and the tables of the trigger have wrong: 39P01, 22023, 42501, 42703, 42804, 42P01, 55000.
pg::resolved_plan<stock_plan> make_stock_plan(const TriggerData &fired);

} // namespace upkeep::orders
