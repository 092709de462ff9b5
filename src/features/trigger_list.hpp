// The triggers of a database, as the checks ask for them.
#pragma once

#include "features/registry.hpp"

#include <span>
#include <unordered_map>

namespace upkeep {

// Every trigger of ours in the database, and those of each table.
class trigger_list {
public:
  // By table, as managed_triggers returns them.
  explicit trigger_list(std::vector<managed_trigger> triggers);

  auto begin() const { return all.begin(); }
  auto end() const { return all.end(); }
  std::span<const managed_trigger> of(Oid table) const;
  bool has(Oid table, const feature_rule &feature) const;
  bool has(Oid table, const feature_rule &feature, const std::string &name) const;

private:
  std::vector<managed_trigger> all;
  std::unordered_map<Oid, std::span<const managed_trigger>> by_table;
};

} // namespace upkeep
