// The other table that a trigger of ours names.
#pragma once

#include "postgres/relation.hpp"

#include <optional>
#include <string>

namespace upkeep::rollups {

// The name in its arguments; `option` is "source=" or "target=".
std::optional<std::string> named_table(const Trigger &trigger, std::string_view option);
// The table of that name, where there is one. `beside` is the trigger's own.
std::optional<Oid> table_named(const Trigger &trigger, std::string_view option, Oid beside);

} // namespace upkeep::rollups
