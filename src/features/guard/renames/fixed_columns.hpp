// Columns that no option names: the tables of diagnostics and decisions have these names.
#pragma once

#include "core/options/feature_rule.hpp"

#include <string_view>
#include <vector>

namespace upkeep::guard {

struct fixed_column {
  column_of::owner of;
  std::string_view name;
  std::string_view option = {}; // without which the column is not used
};

std::vector<fixed_column> fixed_columns_of(const feature_rule &feature);

} // namespace upkeep::guard
