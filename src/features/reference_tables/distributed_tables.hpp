// Tables of which Citus keeps the rows of one shop together: keys and foreign keys begin with the shop.
#pragma once

#include "features/reference_tables/tables.hpp"

namespace upkeep::reference_tables {

constexpr const char *shop_column = "shop_id";

// Whether the rows of a table go to the shards of their shop.
inline bool is_by_shop(const reference_schema &what, const reference_table &table) {
  return what.is_distributed && table.place == placement::by_shop;
}

// Throws 0A000 without Citus, and where a table that is there is not distributed as the schema is to be.
void require_placements(const reference_schema &what, Oid schema);

// Distributes what is not distributed, with its foreign keys. Citus knows no ON DELETE SET NULL beside the shop, and no
// foreign key to a local table: what is referred to cannot be deleted, and whoever uses a shop is a number.
void distribute_tables(const reference_schema &what, Oid schema);

} // namespace upkeep::reference_tables
