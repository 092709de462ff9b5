// What the arguments of one trigger say.
#pragma once

#include "core/options/feature_rule.hpp"

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace upkeep {

// One `name=value` argument, taken apart. A list stays one string here: the binding splits it as PostgreSQL splits
// identifiers.
struct option {
  const option_rule *rule;
  std::string value;
};

// What the arguments of one trigger say.
struct option_list {
  const feature_rule *feature;
  std::vector<option> given;
};

// Reads trigger arguments. Throws 22023 for an argument without '=', an unknown or repeated name, and a value that is
// none of the choices; the hint lists what is allowed.
option_list parse_options(const feature_rule &feature, std::span<const std::string> arguments);

// The first value of option `name`, or nullptr where the arguments do not give it.
const std::string *find_option(const option_list &options, std::string_view name);
// Every value of it, in order.
std::vector<std::string> find_options(const option_list &options, std::string_view name);

// Whether the option says nothing, because the one that it goes with is not given.
bool is_idle(const option_list &options, const option_rule &rule);

// The value of an option that has a default.
std::string text_option(const option_list &options, std::string_view name);

// Which of orders, lines and refunds, or of target and source, the trigger of a feature on several of them stands on:
// the one that its options do not name.
column_of::owner place_of(const option_list &options);

// The number of a choice among the option's, as an enumerator.
std::size_t choice_option(const option_list &options, std::string_view name);
template <class Enum> Enum choice_option(const option_list &options, std::string_view name) {
  return static_cast<Enum>(choice_option(options, name));
}

} // namespace upkeep
