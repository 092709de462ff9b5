// Figures of days, added up.
#pragma once

#include "core/diagnostics/facts/facts.hpp"
#include "core/numeric/decimal.hpp"

#include <cstdint>

namespace upkeep::diagnostics {

// Sums over the same days of one or more weeks.
struct week_sums {
  int128 orders = 0, revenue = 0, ad_spend = 0, leads = 0;
  int128 cogs = 0;               // in units of 10^-9 of the amounts
  std::int64_t ratio = no_ratio; // the cost of goods of the last day
  bool has_one_ratio = true;     // whether it is that of every day
  int days = 0;

  void add(const week_sums &other);
};

} // namespace upkeep::diagnostics
