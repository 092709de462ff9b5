// Which options of which trigger name columns, and of which tables; and what they say after a rename.
#pragma once

#include "core/options/option_list.hpp"
#include "features/guard/renames/column_rename.hpp"
#include "features/registry.hpp"

namespace upkeep::guard {

// An option that would have to follow, and cannot.
struct stuck_option {
  std::string option;
  Oid renamed; // the table that has the new name
  std::string detail, hint;
};

struct followed_options {
  std::vector<std::string> arguments;
  std::vector<stuck_option> stuck;
};

// The arguments of a trigger after a rename. Arguments that are not options stay as they are.
followed_options follow_options(const managed_trigger &trigger, const column_rename &change);

// The formulas of a metrics trigger on the table: those it was given, or of the commerce set those that the table, and
// its settings, had all columns for. 22023 and what parsing formulas throws.
std::vector<std::string> formulas_before(const option_list &options, Oid table, const column_rename &change);

} // namespace upkeep::guard
