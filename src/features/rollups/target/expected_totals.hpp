// The figures of a row as all sources together say them, for those who write them from the side of one source: a count
// or a sum that several rollups feed holds their total.
#pragma once

#include "features/rollups/target/row_figures.hpp"

namespace upkeep::rollups {

class expected_totals {
public:
  // `table`: the whole target, which is open as long as this lives. `of` has its keys in the order of that table.
  // Throws what the target's own trigger throws for its arguments.
  expected_totals(Relation table, const rollup &of, MemoryContext memory);

  // Whether some figure of the rollup is fed by others too. Else its own source says all, and nothing is read here.
  bool is_shared() const { return shares; }

  // One value for each figure of the rollup, as its column holds it, in the current memory context. Reads the latest
  // snapshot, the sources as their owners; notes the groups for statements under way (note_computed). NULLs where the
  // row is gone that other keys would be read from. Throws 22003.
  std::vector<NullableDatum> read(const key_value &key);

private:
  Relation table;
  const rollup &of;
  std::shared_ptr<const target_plan> plan; // nullptr where the target's trigger is not active
  std::optional<figure_reader> reader;
  std::vector<bool> wanted;
  std::size_t own_part = 0; // one with the keys of the rollup
  bool shares = false, needs_row = false;
};

} // namespace upkeep::rollups
