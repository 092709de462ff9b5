// Triggers that event triggers of ours make, and dropping those of tables that may be distributed.
#pragma once

#include "postgres/sql/text.hpp"

namespace upkeep::pg {

// Runs a CREATE TRIGGER … EXECUTE FUNCTION upkeep.… on a table of the current user's, who needs no right to schema
// upkeep nor to the function: whose DDL is followed need not know of them. Needs an SPI connection.
void create_trigger(const std::string &sql);

// Drops a trigger of the table, for its owner. Needs an SPI connection.
void drop_trigger(Oid table, const std::string &name);

} // namespace upkeep::pg
