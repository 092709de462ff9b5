// A row of the target as it is stored, for code that is not its row trigger.
#pragma once

#include "features/rollups/target/row_figures.hpp"

namespace upkeep::rollups {

// Values by column, of keys and figures only.
struct stored_row {
  std::vector<Datum> values;
  std::unique_ptr<bool[]> nulls;
};

// The row with that key of a part, in the table or a child, by the latest snapshot, read as the table's owner; nullopt
// where there is none. The values lie in the memory of the SPI connection that is open.
std::optional<stored_row> read_stored(const target_plan &plan, Relation table, std::size_t part, const key_value &key);

// Whether the transaction itself has written the row with all those keys (target_plan::row), which nobody else can
// write then.
bool is_written_here(const target_plan &plan, Relation table, const key_value &key);

// Writes figures into that row, by a statement that the triggers of the table know to be ours. `columns` are numbers of
// fed columns, with a value each in `figures`.
void write_figures(const target_plan &plan, Relation table, const key_value &key,
                   const std::vector<std::size_t> &columns, const std::vector<NullableDatum> &figures);

} // namespace upkeep::rollups
