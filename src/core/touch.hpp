// Which tables a touch reaches: the graph of child → parent, and the cycle that must not be.
#pragma once

#include "core/interrupt.hpp"

#include <cstdint>
#include <vector>

namespace upkeep {

// A table by its number; what the number means is the caller's.
using table_id = std::uint32_t;

struct touch_edge {
  table_id child;
  table_id parent;
};

// The shortest way from `from` to `to` along the edges, both ends included; empty where there is none. A touch child →
// parent closes a cycle exactly when there is a way from parent to child.
std::vector<table_id> touch_path(const std::vector<touch_edge> &edges, table_id from, table_id to,
                                 const interrupt &stop);

} // namespace upkeep
