// Which columns a feature of decisions reads and writes.
#pragma once

#include "core/options/feature_rule.hpp"

#include <cstddef>
#include <span>

namespace upkeep::decisions {

// A column by its name. One that is not needed is left out where the table has none.
struct input_rule {
  template <class Input>
  constexpr input_rule(Input key, const char *name, bool is_needed = false, bool is_setting = false, bool is_own = true)
      : key(static_cast<std::size_t>(key)), name(name), is_needed(is_needed), is_setting(is_setting), is_own(is_own) {}

  std::size_t key; // the feature's own enumerator
  const char *name;
  bool is_needed;
  bool is_setting; // where the row has none, or NULL, the settings are asked
  bool is_own;     // the row is read; else the settings alone
};
enum class output_kind { text, number, json };
struct output_rule {
  template <class Output>
  constexpr output_rule(Output key, const char *name, output_kind kind = output_kind::number, bool is_needed = false)
      : key(static_cast<std::size_t>(key)), name(name), kind(kind), is_needed(is_needed) {}

  std::size_t key; // likewise
  const char *name;
  output_kind kind;
  bool is_needed;
};

// What a feature reads and writes.
struct decision_rule {
  const feature_rule &feature;
  const char *trigger; // its name
  const char *verb;    // "enable ad_decisions", for messages
  const char *enable;  // the function
  std::span<const input_rule> inputs;
  std::span<const output_rule> outputs;
};
extern const decision_rule ad_decision_rule, growth_simulation_rule;

} // namespace upkeep::decisions
