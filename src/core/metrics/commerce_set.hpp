// The metrics of a shop that are known without being written down.
#pragma once

#include "core/numeric/decimal.hpp"

#include <span>
#include <string_view>

namespace upkeep::metrics {

// The commerce set: a metric and its formula, in the order they are listed to users.
struct commerce_metric {
  std::string_view name;
  std::string_view formula;
};
std::span<const commerce_metric> commerce_set();

// Settings of this name are fractions: a value outside 0 to 1 is a mistake, NULL is not.
inline constexpr std::string_view fraction_setting = "cogs_ratio";
bool is_between_0_and_1(const decimal &value);

} // namespace upkeep::metrics
