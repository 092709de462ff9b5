// The orders of a store as the days of its shops.
#pragma once

#include "postgres/compat.hpp"

namespace upkeep::reference_tables {

// Enables the rollup from `orders` into `records` that upkeep.create_analytics makes, unless there is one that feeds
// the same figures; a NOTICE says so where it is another. `columns`: what the caller's tables have other than usual, a
// jsonb, or nullptr. Needs an SPI connection. Throws 22023, 42703, 42804, and what enabling a rollup throws.
void feed_daily_records(Oid records, Oid orders, Jsonb *columns);

} // namespace upkeep::reference_tables
