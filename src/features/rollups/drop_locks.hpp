// The locks of a DROP TABLE that takes rollups with it.
#pragma once

#include "postgres/compat.hpp"

namespace upkeep::rollups {

// Before the command: locks the tables that it names, and those that lose triggers with them, against writers, sources
// before targets. Else it would hold one of two tables while it waits for the other, as their writers do. Needs an SPI
// connection.
void lock_before_drop(const DropStmt &statement);

} // namespace upkeep::rollups
