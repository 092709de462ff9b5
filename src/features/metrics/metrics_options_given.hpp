// What a trigger of metrics says.
#pragma once

#include "core/options/option_list.hpp"
#include "postgres/compat.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace upkeep::metrics {

enum class settings_change : std::uint8_t { keep, recalculate };
enum class overflow_rule : std::uint8_t { null, error };

// The options as they stand in a trigger's arguments, names not yet looked up.
struct metrics_options_given {
  std::vector<std::string> formulas; // none: the commerce set, for those columns the table has
  std::optional<std::string> settings;
  std::string settings_key;
  std::optional<std::string> settings_from;
  std::string date_column;
  settings_change on_settings_change = settings_change::keep;
  overflow_rule on_overflow = overflow_rule::null;
  bool touches_updated_at = true;
};

metrics_options_given read_metrics(const option_list &options);

// The formulas that the options mean for a table: those given, or of the commerce set those that the table has all
// columns for. Throws 42703 where that leaves none.
std::vector<std::string> formulas_for(const metrics_options_given &options, Relation table);

} // namespace upkeep::metrics
