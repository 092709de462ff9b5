// The arguments of a trigger as the catalogue has them: read, and replaced in place, so that the trigger stays the one
// it is, with its oid, its state, its comment and what depends on it.
#pragma once

#include "postgres/sql/text.hpp"

namespace upkeep::pg {

// pg_trigger.tgargs taken apart.
std::vector<std::string> unpack_arguments(Datum tgargs);

// What everybody has committed by now, whatever the transaction's snapshot sees; nullopt where the trigger is gone.
std::optional<std::vector<std::string>> read_trigger_arguments(Oid trigger);

// Sessions that have opened the trigger's table learn of it, and the shards of a distributed one; that needs an SPI
// connection. That table must be locked, ShareRowExclusiveLock or more.
void set_trigger_arguments(Oid trigger, const std::vector<std::string> &arguments);

} // namespace upkeep::pg
