// The options of a feature.
#pragma once

#include "core/options/option_rule.hpp"

#include <span>
#include <string_view>

namespace upkeep {

// One feature: its name for users, the trigger function that carries it, the options the function understands.
struct feature_rule {
  std::string_view name;
  std::string_view function;
  std::span<const option_rule> options;
  std::string_view enabled_by = {}; // the feature whose upkeep.enable_… makes the trigger, where it is another
  std::string_view target = {};     // the first argument of that: the trigger's own table, unless it is an option
  std::span<const sql_argument> other_arguments = {}; // which are not options: they matter only while enabling

  constexpr std::string_view enable_name() const { return enabled_by.empty() ? name : enabled_by; }
  constexpr const option_rule *find(std::string_view option) const {
    for (const option_rule &rule : options)
      if (rule.name == option)
        return &rule;
    return nullptr;
  }
  // No pointer is compared with nullptr: under UndefinedBehaviorSanitizer GCC takes that for no constant.
  constexpr bool names_table(std::string_view option) const {
    for (const option_rule &rule : options)
      if (rule.name == option)
        return rule.kind == option_kind::table;
    return false;
  }
};

// Whether the rules of a feature can be followed: every option that names columns says whose they are, that table is
// named by an option of the feature, a name and an argument stand for one option, a choice has choices.
constexpr bool is_sound(const feature_rule &feature) {
  for (const option_rule &rule : feature.options) {
    if (feature.find(rule.name) != &rule || rule.is_choice() == rule.choices.empty())
      return false;
    if (rule.names_columns() != (rule.owners != 0) && !rule.computes())
      return false;
    for (const column_of::owner owner : column_of::all)
      if (owner != column_of::own && (rule.owners & owner) && !feature.names_table(option_naming(owner)))
        return false;
    for (const option_rule &other : feature.options)
      if (&other != &rule && other.argument.position >= 0 && other.argument.position == rule.argument.position)
        return false;
  }
  return true;
}

// Throws 22023 unless `value` is one of the rule's choices.
void require_choice(const feature_rule &feature, const option_rule &rule, std::string_view value);

// The rule of that name. Throws XX000 if the feature has none: the caller's mistake, not the user's.
const option_rule &rule_of(const feature_rule &feature, std::string_view name);

} // namespace upkeep
