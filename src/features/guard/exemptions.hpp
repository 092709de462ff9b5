// upkeep.guard_exemptions: what may be dropped and emptied again and again.
#pragma once

#include "postgres/compat.hpp"

#include <optional>
#include <string>
#include <vector>

namespace upkeep::guard {

// A table whose partitions, or which itself, a role may drop and empty.
struct exemption {
  Oid table;
  std::optional<std::string> role; // or anyone
  std::optional<std::string> ends; // as JSON has it
  bool is_over;
};

// All of them, or those of one table. Needs an SPI connection.
std::vector<exemption> exemptions(std::optional<Oid> table = {});

// upkeep.guard_exempt(...) as a statement.
std::string exempt_again(const exemption &given);

// Whether the rows of a table may go, for the current user: it is exempt itself and not partitioned, or a table above
// it is, or was when this transaction began. Needs an SPI connection.
bool is_exempt(Oid table);

// A table is no longer a partition or child of another; in this transaction it may go as one. Needs an SPI connection.
void note_detached(Oid table, Oid parent);

// Forgets those of what was dropped. Needs an SPI connection, within an event trigger on sql_drop.
void forget_exemptions();

// For upkeep.disable_all. Needs an SPI connection.
bool are_there_exemptions();

} // namespace upkeep::guard
