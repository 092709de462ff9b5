// What keeps entries as they were written.
#pragma once

#include "postgres/sql/fragment.hpp"

namespace upkeep::history {

// What a month has beyond its columns and the index by key, when it is new: the trigger against TRUNCATE, which is not
// inherited, and an index by which seals find what is new. Needs an SPI connection.
void protect_month(const pg::fragment &month);

} // namespace upkeep::history
