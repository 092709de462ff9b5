// Entries that wait. A statement that a trigger AFTER ROW runs on the trigger's own table ends before the statement
// around it does, or the COPY; its entries are written after those of that one, when that ends, so that ids have the
// order of a row's changes.
#pragma once

#include "features/history/entries.hpp"

#include <cstdint>

namespace upkeep::history {

// Where a statement stands among the commands of its transaction.
struct statement_place {
  CommandId began = 0;            // what it wrote is of that command
  const EState *around = nullptr; // the outermost statement around it that writes into the same table
  const EState *copy = nullptr;   // its own executor, where it is a COPY, or began before the library was loaded

  bool waits() const { return around; }
};

// Keeps an entry until the statement around has ended, or, where that has no end, the transaction.
void keep_pending(std::int32_t table_number, const statement_place &place, action what, const text *key,
                  const Jsonb *before, const Jsonb *after);

// Writes what has waited for a COPY, which has no end that one is told of, when it has written its own.
void write_pending(const EState *copy);

} // namespace upkeep::history
