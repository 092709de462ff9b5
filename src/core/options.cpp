#include "core/options.hpp"

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

const option_rule &rule_of(const feature_rule &feature, std::string_view name) {
  return *std::find_if(feature.options.begin(), feature.options.end(),
                       [&](const option_rule &rule) { return rule.name == name; });
}

void require_choice(const feature_rule &feature, const option_rule &rule, std::string_view value) {
  if (std::find(rule.choices.begin(), rule.choices.end(), value) == rule.choices.end())
    throw fault{.sqlstate = sqlstate::invalid_parameter_value,
                .message = fmt::format("invalid value for option \"{}\" of {}: \"{}\"", rule.name, feature.name, value),
                .hint = fmt::format("Use one of: {}.", joined(rule.choices, ", "))};
}

std::vector<option> parse_options(const feature_rule &feature, std::span<const std::string> arguments) {
  std::vector<option> options;
  for (const std::string &argument : arguments) {
    const std::size_t equals = argument.find('=');
    if (equals == std::string::npos)
      throw fault{.sqlstate = sqlstate::invalid_parameter_value,
                  .message = fmt::format("argument \"{}\" of {} has no \"=\"", argument, feature.name),
                  .hint = "Trigger arguments are written 'name=value'."};
    const std::string_view name = std::string_view(argument).substr(0, equals);
    const auto rule = std::find_if(feature.options.begin(), feature.options.end(),
                                   [&](const option_rule &candidate) { return candidate.name == name; });
    if (rule == feature.options.end())
      throw fault{.sqlstate = sqlstate::invalid_parameter_value,
                  .message = fmt::format("unknown option \"{}\" of {}", name, feature.name),
                  .hint = fmt::format("The options are: {}.", joined(names_of(feature), ", "))};
    if (rule->kind != option_kind::lines && find_option(options, name))
      throw fault{.sqlstate = sqlstate::invalid_parameter_value,
                  .message = fmt::format("option \"{}\" of {} is given more than once", name, feature.name),
                  .hint = "Keep one of the arguments."};
    options.push_back({&*rule, argument.substr(equals + 1)});
    if (rule->kind == option_kind::choice)
      require_choice(feature, *rule, options.back().value);
  }
  return options;
}

const std::string *find_option(const std::vector<option> &options, std::string_view name) {
  for (const option &given : options)
    if (given.rule->name == name)
      return &given.value;
  return nullptr;
}

std::vector<std::string> find_options(const std::vector<option> &options, std::string_view name) {
  std::vector<std::string> values;
  for (const option &given : options)
    if (given.rule->name == name)
      values.push_back(given.value);
  return values;
}

} // namespace upkeep
