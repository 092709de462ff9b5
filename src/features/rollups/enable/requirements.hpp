// What enabling a rollup refuses.
#pragma once

#include "features/rollups/enable/rollup_request.hpp"
#include "features/rollups/rollup.hpp"

namespace upkeep::rollups {

// Arguments that cannot go together, whatever the tables: 22023.
void require_arguments(const rollup_request &wanted);

// Tables that cannot have a rollup: partitions, a source that inherits, and a temporary one beside one that stays.
// 42809.
void require_tables(Oid target, Oid source);

// 0A000, 22023, 23502, 42501, 42701, 42710, 42P10. Other rollups between the tables that it replaces are gone already.
// Needs an SPI connection and pinned settings.
void require_sound(const rollup &of, Relation target, Relation source);

// Throws 22023 where an expression names a time zone that does not exist: without a row, nobody would have seen it.
void require_zones(const rollup &of);

// A NOTICE with the statement to run where no index of the source begins with the keys. Needs an SPI connection and
// pinned settings.
void notice_unless_indexed(const rollup &of);

} // namespace upkeep::rollups
