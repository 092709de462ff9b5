#include "features/rollups/trigger_table.hpp"

namespace upkeep::rollups {

std::optional<std::string> named_table(const Trigger &trigger, std::string_view option) {
  for (int i = 0; i < trigger.tgnargs; ++i)
    if (const std::string_view argument = trigger.tgargs[i]; argument.starts_with(option))
      return std::string(argument.substr(option.size()));
  return std::nullopt;
}

std::optional<Oid> table_named(const Trigger &trigger, std::string_view option, Oid beside) {
  const std::optional<std::string> name = named_table(trigger, option);
  return name ? pg::find_sibling(*name, beside) : std::nullopt;
}

} // namespace upkeep::rollups
