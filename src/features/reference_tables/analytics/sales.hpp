// The orders of a store as the days of its shops.
#pragma once

#include "features/rollups/enable/enable.hpp"

namespace upkeep::reference_tables {

// What upkeep.create_analytics enables for orders, without its target. `columns`: what the caller's table has other
// than usual, a jsonb, or nullptr. Throws 22023, 42703 and 42804.
rollups::rollup_request sales_of(Oid orders, Jsonb *columns);

// Enables it for the days, unless there is a rollup of these orders that feeds the same figures; a NOTICE says so where
// that is another. Needs an SPI connection. Throws what enabling a rollup throws.
void feed_daily_records(rollups::rollup_request sales, Oid records);

} // namespace upkeep::reference_tables
