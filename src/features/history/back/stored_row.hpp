// Rows as entries have them, by the columns that the table has now.
#pragma once

#include "features/history/past/past_table.hpp"

#include <optional>

namespace upkeep::history {

struct stored_field {
  AttrNumber column;
  JsonbValue value;
};

struct stored_row {
  std::vector<stored_field> fields;

  // nullptr where the entry does not have the column.
  const JsonbValue *find(AttrNumber column) const;
  // The values of these as a text to compare rows by; nullopt where one is NULL or not known.
  std::optional<std::string> tuple(const std::vector<AttrNumber> &columns) const;
};

// One side of an entry, copied into `memory`. Columns that are gone are left out.
stored_row stored_row_of(Jsonb *side, const past_names &names, MemoryContext memory);

} // namespace upkeep::history
