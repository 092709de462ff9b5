#include "core/options/feature_rule.hpp"

#include "core/fault.hpp"
#include "core/text/joined.hpp"

#include <algorithm>
#include <fmt/format.h>

namespace upkeep {

const option_rule &rule_of(const feature_rule &feature, std::string_view name) {
  if (const option_rule *rule = feature.find(name))
    return *rule;
  throw fault{.sqlstate = sqlstate::internal_error,
              .message = fmt::format("{} has no option \"{}\"", feature.name, name)};
}

void require_choice(const feature_rule &feature, const option_rule &rule, std::string_view value) {
  if (std::find(rule.choices.begin(), rule.choices.end(), value) == rule.choices.end())
    throw fault{.sqlstate = sqlstate::invalid_parameter_value,
                .message = fmt::format("invalid value for option \"{}\" of {}: \"{}\"", rule.name, feature.name, value),
                .hint = fmt::format("Use one of: {}.", joined(rule.choices, ", "))};
}

} // namespace upkeep
