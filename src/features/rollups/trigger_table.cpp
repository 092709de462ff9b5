#include "features/rollups/trigger_table.hpp"

#include "core/fault.hpp"
#include "features/catalogue.hpp"
#include "features/trigger_options.hpp"

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

std::optional<other_table> other_table_of(const managed_trigger &trigger) {
  if (trigger.feature != &rollup_feature)
    return std::nullopt;
  try {
    const option_list options = parse_options(rollup_feature, trigger.arguments);
    const std::string *source = find_option(options, "source"), *target = find_option(options, "target");
    if (!source == !target)
      return std::nullopt;
    const std::string &text = source ? *source : *target;
    const std::optional<Oid> found = pg::find_sibling(text, trigger.table);
    const std::vector<std::string> parts = pg::split_names(text, "a table's name", '.');
    const std::string schema =
        parts.size() == 2 ? parts[0]
                          : pg::string_from([&] { return get_namespace_name(get_rel_namespace(trigger.table)); });
    return other_table{source != nullptr, schema, parts.back(), found};
  } catch (const fault &) {
    return std::nullopt;
  }
}

} // namespace upkeep::rollups
