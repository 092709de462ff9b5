// Entries that know a row by a key of another type.
#pragma once

#include "features/history/past/given_key.hpp"

namespace upkeep::history {

// Throws 55000 where the type of a key's column was changed, and older entries of the row have its key as it was
// written then, or it cannot be told which row's they are. Needs an SPI connection.
void require_no_older_keys(const past_table &table, const given_key &key);

} // namespace upkeep::history
