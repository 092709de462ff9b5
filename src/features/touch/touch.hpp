// touch: a change of a child row stamps its parent.
#pragma once

#include "core/options/option_list.hpp"
#include "postgres/sql/text.hpp"

namespace upkeep::touch {

// The arguments of a touch trigger.
struct touch_settings {
  std::string parent; // a table's name, best qualified
  std::vector<std::string> columns;
  std::vector<std::string> keys; // of the parent, one for each column
};

// Throws 22023 where an option is missing or the two lists differ in length.
touch_settings read_touch(const option_list &options);

} // namespace upkeep::touch
