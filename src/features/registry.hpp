// The triggers of pg_upkeep that tables of this database have: the trigger is the configuration.
#pragma once

#include "core/options.hpp"
#include "postgres/text.hpp"

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

// Every trigger whose function is one of the library's, or those of one table, by table and name. Needs an SPI
// connection.
std::vector<managed_trigger> managed_triggers(std::optional<Oid> table = std::nullopt);

} // namespace upkeep
