// Groups without a row.
#pragma once

#include "features/rollups/source/pass/group_source.hpp"

namespace upkeep::rollups {

enum class missing_row {
  made,     // with all that the sources say
  appeared, // somebody else has made it: it is to be sought again
  left_out
};

// Makes the row of a group where it is to be there and the source has rows of the group now.
missing_row settle_missing(const target_writer &writer, const rollup &of, const key_value &key);

} // namespace upkeep::rollups
