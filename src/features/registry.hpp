// The triggers of pg_upkeep that tables of this database have: the trigger is the configuration.
#pragma once

#include "core/options/feature_rule.hpp"
#include "postgres/sql/text.hpp"

namespace upkeep {

struct managed_trigger {
  Oid oid;
  Oid table;
  const feature_rule *feature;
  std::string name;
  char enabled; // as pg_trigger.tgenabled: O, D, R or A
  bool is_clone;
  std::int16_t type; // as pg_trigger.tgtype
  std::vector<std::string> arguments;
};

// Every trigger whose function is one of the library's, or those of one table, by table and name; those of live views
// are the views' matter, and those of Citus' shards their logical tables'. Needs an SPI connection.
std::vector<managed_trigger> managed_triggers(std::optional<Oid> table = std::nullopt);

// The feature whose function the trigger calls, or nullptr.
const feature_rule *feature_of(const Trigger &trigger);

// The trigger of a feature that a table has, the first of them by name, or nullptr.
const Trigger *trigger_of(Relation table, const feature_rule &feature);

// Throws 42710 where the table has a trigger of that name that is not the feature's.
void require_free_name(Relation table, const char *name, const feature_rule &feature);

// Throws 42809 for a partition that has its trigger from the partitioned table.
void require_no_clone(Relation table, const feature_rule &feature);

// Drops them for the owner, except those that a partition has from the partitioned table; false if there are none.
// Needs an SPI connection.
bool drop_triggers(Oid table, const feature_rule &feature);

} // namespace upkeep
