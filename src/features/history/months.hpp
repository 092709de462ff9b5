// The tables of upkeep.history_entries, one for each month.
#pragma once

#include "core/history/month.hpp"
#include "postgres/boundary.hpp"

namespace upkeep::history {

// The table of the month that a moment is in. Where it is missing it is made, as the extension's owner; only those who
// need the same one wait.
Oid month_table(TimestampTz at);

// Makes those of this month and the next twelve that are missing.
void make_months_ahead();

// The oldest there is. Needs an SPI connection.
month oldest_month();

} // namespace upkeep::history
