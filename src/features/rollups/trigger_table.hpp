// The other table that a trigger of ours names.
#pragma once

#include "features/registry.hpp"
#include "postgres/relation.hpp"

#include <optional>
#include <string>

namespace upkeep::rollups {

// The name in its arguments; `option` is "source=" or "target=".
std::optional<std::string> named_table(const Trigger &trigger, std::string_view option);
// The table of that name, where there is one. `beside` is the trigger's own.
std::optional<Oid> table_named(const Trigger &trigger, std::string_view option, Oid beside);

// The same of a trigger that stands in the catalogue.
struct other_table {
  bool is_source; // the trigger stands on a target
  std::string schema, name;
  std::optional<Oid> found;
};
// nullopt for the triggers of other features, and for arguments that are wrong: anyone may make such a trigger, and it
// must not stop the others.
std::optional<other_table> other_table_of(const managed_trigger &trigger);

} // namespace upkeep::rollups
