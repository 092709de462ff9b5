// How far back the history of a table reaches.
#pragma once

#include "features/history/past/past_table.hpp"

namespace upkeep::history {

// Throws 55000 where it began after that, or was purged since. Needs an SPI connection.
void require_history_since(const past_table &table, TimestampTz at);

} // namespace upkeep::history
