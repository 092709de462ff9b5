// order_number: what the options of a trigger say.
#pragma once

#include "core/options/option_list.hpp"

#include <optional>
#include <string>

namespace upkeep::orders {

// The options of a trigger, the sequence not yet looked up.
struct order_number_settings {
  std::string column;
  std::string prefix;
  int digits;
  std::string sequence; // "" where no option names it
  std::optional<std::string> tenant;
  bool per_tenant, gapless;

  // In a row of upkeep.order_counters, not by a sequence.
  bool is_counted() const { return per_tenant || gapless; }
};

// Throws 22023 unless the digits are a number in range, and where numbers are to be counted for a tenant without one.
order_number_settings read_order_number(const option_list &options);

} // namespace upkeep::orders
