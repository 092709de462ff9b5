// The columns of a table that a feature writes by itself: nobody else may keep them.
#pragma once

#include "core/options/feature_rule.hpp"
#include "postgres/compat.hpp"

#include <string>
#include <vector>

namespace upkeep {

struct column_keeper {
  std::string column;
  const feature_rule *feature;
};

// Those that triggers of ours keep, on the table or on another: stamps and what they protect, metrics, snapshots,
// totals, what was refunded, stock, states, numbers, decisions, and when a row was deleted; figures of rollups. Needs
// an SPI connection.
std::vector<column_keeper> column_keepers(Oid table);

} // namespace upkeep
