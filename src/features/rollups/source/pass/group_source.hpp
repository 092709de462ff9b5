// What the source says of one group, asked when its row is locked, or missing.
#pragma once

#include "features/rollups/source/pass/target_writer.hpp"

namespace upkeep::rollups {

// Whether it has a row of the group that counts.
bool has_rows(const target_writer &writer, const rollup &of, const key_value &key);

// The figures, as one_group returns them, in the current memory context.
std::vector<NullableDatum> figures_in_source(const target_writer &writer, const rollup &of, const key_value &key);

} // namespace upkeep::rollups
