// Triggers that event triggers of ours make.
#pragma once

#include "postgres/text.hpp"

namespace upkeep::pg {

// Runs a CREATE TRIGGER … EXECUTE FUNCTION upkeep.… as the current user, who needs no right to use schema upkeep: whose
// DDL is followed need not know of it. Needs an SPI connection.
void create_trigger(const std::string &sql);

} // namespace upkeep::pg
