// What the session knows of a table that has history.
#pragma once

#include "features/history/kept_columns.hpp"
#include "postgres/compat.hpp"

#include <cstdint>
#include <memory>
#include <vector>

namespace upkeep::history {

struct history_plan {
  std::int32_t number; // of the table, or of the root whose partition it is
  kept_columns columns;
  std::vector<char> counted; // a layout: these make a change
};

// Throws 0A000 for a table that Citus has distributed, and for a shard of one: entries would lie on each node.
void require_no_shards(Oid table);

// Of a trigger's table.
std::shared_ptr<const history_plan> plan_of(const TriggerData &trigger);

// The same for a partition, which may have its columns in another order. The table is locked.
history_plan plan_of_partition(const Trigger &trigger, const history_plan &of, Relation partition);

} // namespace upkeep::history
