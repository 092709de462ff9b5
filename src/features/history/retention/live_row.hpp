// The row itself, where it is still there, that values are erased of.
#pragma once

#include "features/history/past/given_key.hpp"

namespace upkeep::history {

// Locks it against writers until the end of the transaction. Needs an SPI connection.
void lock_live_row(const past_table &table, const given_key &key);

} // namespace upkeep::history
