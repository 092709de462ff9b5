// What the sources say of the figures of one row.
#pragma once

#include "features/rollups/target/target_plan.hpp"

namespace upkeep::rollups {

// What reading them needs to remember from row to row. Lives as long as a statement.
struct figure_reader {
  // `plan` has its sources.
  figure_reader(std::shared_ptr<const target_plan> plan, MemoryContext memory);

  std::shared_ptr<const target_plan> plan;
  std::vector<group_keys> keys; // one for each part
};

// The key of a row for a part, in the current memory context; `values` and `nulls` by column.
key_value key_of_row(const target_part &part, const Datum *values, const bool *nulls);

struct read_terms {
  const EState *own = nullptr; // the executor of the statement whose trigger asks, where it is known
  // Nothing but the row's own statement is under way, and that only inserts rows: where rows cannot precede it, a new
  // row has none, and nothing needs to be read.
  bool starts_empty = false;
};

// One value for each fed column of the plan, as the column holds it, in the current memory context; NULL for those that
// are not wanted. Reads the latest snapshot as the sources' owners. Notes the groups that a statement under way changes
// (note_computed). Throws 22003, and what expressions raise.
std::vector<NullableDatum> figures_of_row(figure_reader &reader, const Datum *values, const bool *nulls,
                                          const std::vector<bool> &wanted, const read_terms &terms);

} // namespace upkeep::rollups
