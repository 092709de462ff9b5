// Entries that wait. A statement that a trigger AFTER ROW runs on the trigger's own table ends before the statement
// around it does; its entries are written after those of that one, so that ids have the order of a row's changes.
#pragma once

#include "features/history/entries.hpp"

#include <cstdint>

namespace upkeep::history {

// Where a statement stands among the commands of its transaction.
struct statement_place {
  CommandId began = 0; // what it wrote is of that command
  bool waits = false;  // a statement around it writes into the same table
};

// Keeps an entry until it can be written. `began`: of the statement that changed the row.
void keep_pending(std::int32_t table_number, CommandId began, action what, const text *key, const Jsonb *before,
                  const Jsonb *after);

// Whether entries of the table wait that came before a statement, or, with `after`, that it has set off.
bool has_pending(std::int32_t table_number, CommandId began, bool after);
// Writes them.
void write_pending(std::int32_t table_number, CommandId began, bool after, entry_writer &writer);

} // namespace upkeep::history
