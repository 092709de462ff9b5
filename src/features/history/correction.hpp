// What corrections of closed orders leave in the history of the orders.
#pragma once

#include "postgres/sql/fragment.hpp"
#include "postgres/sql/parameter.hpp"

#include <string>

namespace upkeep::history {

// An entry `correct` of the one row of the table that has the key, where the table has history: as the owner of the
// rows' table, who is the current user. `has_key`: a condition on `o` and $1. Needs an SPI connection.
void record_correction(Relation table, const pg::fragment &has_key, const pg::parameter &key, const std::string &role,
                       const std::string &reason);

} // namespace upkeep::history
