// The row itself, where it is still there, that values are erased of.
#pragma once

#include "features/history/past/given_key.hpp"

namespace upkeep::history {

// Locks it against writers until the end of the transaction. Needs an SPI connection.
void lock_live_row(const past_table &table, const given_key &key);

// Writes NULL into those of the columns that are there, if the row is deleted softly: nobody else can write to it. A
// live one stays. Whether there was something to empty.
bool empty_deleted_row(const past_table &table, const given_key &key, const std::vector<std::string> &columns);

} // namespace upkeep::history
