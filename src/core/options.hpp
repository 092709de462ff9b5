// The options of a feature: what may stand in the arguments of its trigger, and what one trigger's arguments say.
#pragma once

#include <algorithm>
#include <array>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace upkeep {

enum class option_kind {
  text,
  list,
  choice,
  lines // a text that may be given more than once
};

struct option_rule {
  std::string_view name;
  option_kind kind;
  std::span<const std::string_view> choices = {};
};

// One feature: its name for users, the trigger function that carries it, the options the function understands.
struct feature_rule {
  std::string_view name;
  std::string_view function;
  std::span<const option_rule> options;
  std::string_view enabled_by = {}; // the feature whose upkeep.enable_… makes the trigger, where it is another

  std::string_view enable_name() const { return enabled_by.empty() ? name : enabled_by; }
};

// One `name=value` argument, taken apart. A list stays one string here: the binding splits it as PostgreSQL splits
// identifiers.
struct option {
  const option_rule *rule;
  std::string value;
};

// Reads trigger arguments. Throws 22023 for an argument without '=', an unknown or repeated name, and a value that is
// none of the choices; the hint lists what is allowed.
std::vector<option> parse_options(const feature_rule &feature, std::span<const std::string> arguments);

// Throws 22023 unless `value` is one of the rule's choices.
void require_choice(const feature_rule &feature, const option_rule &rule, std::string_view value);

// The rule of that name; the name must be one of the feature's.
const option_rule &rule_of(const feature_rule &feature, std::string_view name);

// The first value of option `name`, or nullptr where the arguments do not give it.
const std::string *find_option(const std::vector<option> &options, std::string_view name);
// Every value of it, in order.
std::vector<std::string> find_options(const std::vector<option> &options, std::string_view name);

// The number of a choice among `choices`, as an enumerator; the first where the arguments do not give the option.
template <class Enum, std::size_t n>
Enum find_choice(const std::vector<option> &options, std::string_view name,
                 const std::array<std::string_view, n> &choices) {
  const std::string *value = find_option(options, name);
  return value ? static_cast<Enum>(std::find(choices.begin(), choices.end(), *value) - choices.begin()) : Enum{};
}

} // namespace upkeep
