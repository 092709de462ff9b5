// upkeep.order_counters: numbers that a rollback, also one to a savepoint, gives back. Whoever takes one holds its row
// until the transaction ends, and counts in memory; the row is written when the transaction commits.
#pragma once

#include "features/orders/number/greatest_number.hpp"

#include <functional>
#include <span>

namespace upkeep::orders {

struct order_counter {
  Oid orders;         // the table; of partitions their root
  std::string tenant; // as tenant_of_order has it
};

// How far the numbers are that are there, for a counter that is new.
using numbers_there = std::function<std::int64_t()>;

// The next number. Waits for whoever else is counting there. Throws 55000 where this version of the extension has no
// counters.
std::int64_t next_number(const order_counter &counter, const numbers_there &there);

// From now on the counter gives no number up to `taken`. Waits only where it would come to that.
void move_beyond(const order_counter &counter, std::int64_t taken, const numbers_there &there);
// The same for a counter that has begun: one that begins later begins behind what is there then.
void move_beyond_if_begun(const order_counter &counter, std::int64_t taken);

// Moves all counters of a table that nobody else is writing. Needs an SPI connection.
void move_counters(Oid orders, const counted_tenants &greatest);
// The numbers of these tables, which are emptied, begin anew. Needs an SPI connection.
void restart_counters(std::span<const Oid> tables);

// The counters of a table that are behind its numbers. Needs an SPI connection.
struct late_counter {
  std::string tenant, number;
};
std::optional<late_counter> find_late_counter(Oid orders, const counted_tenants &greatest);

} // namespace upkeep::orders
