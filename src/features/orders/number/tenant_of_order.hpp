// Whose counter an order's number comes from.
#pragma once

#include "features/orders/number/order_number_settings.hpp"
#include "postgres/relation.hpp"

namespace upkeep::orders {

struct tenant_of_order {
  AttrNumber column = InvalidAttrNumber; // none: all orders of the table have one counter
  Oid type = InvalidOid;                 // under any domains

  // As upkeep.order_counters has it: a JSON array, byte for byte as pg_catalog.jsonb_build_array(...)::text has it.
  std::string text_of(Datum tenant, bool is_null) const;
};

// None unless numbers are counted per tenant. Throws 42703, 42804 for a column of which equal values can differ in
// their texts.
tenant_of_order require_tenant(Relation orders, const order_number_settings &settings);

// Throws 0A000 where the orders lie in shards and a counter would have to count in several of them. Needs an SPI
// connection.
void require_counters_in_shards(Oid orders, const order_number_settings &settings);

// The table whose counters a table uses: its own, or those of the one that it inherits from. `orders` is no partition.
Oid counter_table(Oid orders);

} // namespace upkeep::orders
