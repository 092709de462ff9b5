#include "core/options/option_list.hpp"

#include "core/fault.hpp"
#include "core/text/joined.hpp"

#include <algorithm>
#include <fmt/format.h>

namespace upkeep {

namespace {

std::vector<std::string_view> names_of(const feature_rule &feature) {
  std::vector<std::string_view> names;
  for (const option_rule &rule : feature.options)
    names.push_back(rule.name);
  return names;
}

} // namespace

option_list parse_options(const feature_rule &feature, std::span<const std::string> arguments) {
  option_list options{&feature, {}};
  for (const std::string &argument : arguments) {
    const std::size_t equals = argument.find('=');
    if (equals == std::string::npos)
      throw fault{.sqlstate = sqlstate::invalid_parameter_value,
                  .message = fmt::format("argument \"{}\" of {} has no \"=\"", argument, feature.name),
                  .hint = "Trigger arguments are written 'name=value'."};
    const std::string_view name = std::string_view(argument).substr(0, equals);
    const option_rule *rule = feature.find(name);
    if (!rule)
      throw fault{.sqlstate = sqlstate::invalid_parameter_value,
                  .message = fmt::format("unknown option \"{}\" of {}", name, feature.name),
                  .hint = fmt::format("The options are: {}.", joined(names_of(feature), ", "))};
    if (!rule->may_repeat() && find_option(options, name))
      throw fault{.sqlstate = sqlstate::invalid_parameter_value,
                  .message = fmt::format("option \"{}\" of {} is given more than once", name, feature.name),
                  .hint = "Keep one of the arguments."};
    options.given.push_back({rule, argument.substr(equals + 1)});
    if (rule->is_choice())
      require_choice(feature, *rule, options.given.back().value);
  }
  return options;
}

const std::string *find_option(const option_list &options, std::string_view name) {
  for (const option &each : options.given)
    if (each.rule->name == name)
      return &each.value;
  return nullptr;
}

std::vector<std::string> find_options(const option_list &options, std::string_view name) {
  std::vector<std::string> values;
  for (const option &each : options.given)
    if (each.rule->name == name)
      values.push_back(each.value);
  return values;
}

bool is_idle(const option_list &options, const option_rule &rule) {
  return !rule.companion.empty() && !find_option(options, rule.companion);
}

std::string text_option(const option_list &options, std::string_view name) {
  const std::string *given = find_option(options, name);
  return given ? *given : rule_of(*options.feature, name).usual();
}

column_of::owner place_of(const option_list &options) {
  if (options.feature->names_table("source"))
    return find_option(options, "source") ? column_of::target : column_of::source;
  if (options.feature->names_table("refunds") && !find_option(options, "refunds"))
    return column_of::refunds;
  return find_option(options, "order_items") ? column_of::orders : column_of::lines;
}

std::size_t choice_option(const option_list &options, std::string_view name) {
  const std::string value = text_option(options, name);
  const std::span<const std::string_view> choices = rule_of(*options.feature, name).choices;
  return std::find(choices.begin(), choices.end(), value) - choices.begin();
}

} // namespace upkeep
