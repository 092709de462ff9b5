// The tables whose metrics stand on a table of settings.
#pragma once

#include "features/metrics/metrics_plan.hpp"
#include "features/registry.hpp"

namespace upkeep::metrics {

struct dependent {
  Oid table;
  std::shared_ptr<const metrics_plan> plan;
};

// The table whose settings a trigger of metrics reads; nullopt for another, for that of a partition, and for arguments
// that are not options, which check() reports.
std::optional<Oid> settings_named_by(const managed_trigger &trigger);

// The metrics triggers, except those of partitions, that name `settings` or the partitioned table it belongs to, on
// tables whose owners may read it. Needs an SPI connection.
std::vector<managed_trigger> triggers_reading(Oid settings);

// The tables of those that are not off. A trigger that no longer fits its table is a WARNING.
std::vector<dependent> dependents_of(Oid settings);

} // namespace upkeep::metrics
