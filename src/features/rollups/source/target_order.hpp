// In which order the targets of one source are written: every session has the same, so that no two wait for each other.
#pragma once

#include "postgres/compat.hpp"

#include <vector>

namespace upkeep::rollups {

struct target_order {
  std::vector<Oid> targets;   // each once
  std::vector<Oid> looked_at; // tables whose triggers say what they feed

  std::size_t place(Oid target) const;
};

// One that feeds another, also through others, comes first; else they go by oid. `function` is that of the triggers.
target_order order_targets(std::vector<Oid> targets, Oid function);

} // namespace upkeep::rollups
