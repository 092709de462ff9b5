// Whether rows stand as a transaction left them.
#pragma once

#include "features/history/back/half_purged.hpp"
#include "features/history/past/past_rows.hpp"

#include <set>

namespace upkeep::history {

// The rows of one table that a transaction wrote.
struct written_table {
  written_table(const past_table &table, MemoryContext memory);

  bool is_ours(AttrNumber column) const { return std::ranges::count(ours, column) > 0; }

  const past_table &table;
  past_rows rows;
  bool is_renamed = false;        // columns have had other names since
  std::optional<past_rows> since; // what others wrote afterwards, where it is needed
  std::vector<AttrNumber> ours;
};

// Those of `rows` that do not, given the rows of the table now.
std::set<const past_row *> changed_rows(written_table &of, const std::set<const past_row *> &rows,
                                        const known_transaction &transaction, MemoryContext memory);

} // namespace upkeep::history
