// How far the numbers are that a table has. Each of these sees what is committed now, needs an SPI connection and the
// rights of the table's owner; no code of the owner runs.
#pragma once

#include "features/orders/number/order_number_column.hpp"
#include "features/orders/number/tenant_of_order.hpp"
#include "postgres/sql/query.hpp"

namespace upkeep::orders {

// The greatest number of the table, at most `most`.
std::optional<std::int64_t> greatest_number(Oid orders, const order_number_column &column,
                                            const order_number_settings &settings, std::int64_t most);

// The greatest that can be counted on from, of one tenant's orders, or of all; 0 for none.
std::int64_t greatest_counted(Oid orders, const order_number_column &column, const order_number_settings &settings,
                              const tenant_of_order &tenant, Datum value, bool is_null);

// The same for each tenant that has one: arrays of counters' tenants and of numbers, NULL for none.
struct counted_tenants {
  pg::parameter tenants, numbers;
};
counted_tenants all_greatest_counted(Oid orders, const order_number_column &column,
                                     const order_number_settings &settings, const tenant_of_order &tenant);

} // namespace upkeep::orders
