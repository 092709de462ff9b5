// Groups of which the source may have rows before the target has a row, and the locks by which those who write these
// rows and those who make that row do not miss each other.
#pragma once

#include "features/rollups/rollup.hpp"

namespace upkeep::rollups {

// Whether rows of the source can be there while their group's row is missing. They cannot where a foreign key with just
// these columns, valid and checked at the end of each statement, refers to the keys. Asks the catalogue.
bool can_precede(const rollup &of);

// Until the end of the transaction. `hash`: of the key, by group_keys. Whoever makes a group's row, before reading the
// sources: then everyone who left something out because there was no row has ended. They do not keep each other out.
void lock_made_group(Oid target, std::uint32_t hash);

// Whoever finds no row for groups and would leave something out, before looking again: whoever was making such a row
// has ended. All at once, when every row that is there has been locked: nobody waits for one of these locks while
// holding another, so that statements cannot deadlock over them.
void lock_missing_groups(Oid target, std::vector<std::uint32_t> hashes);

} // namespace upkeep::rollups
