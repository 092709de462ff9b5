// The way from the profit, or the revenue, of a usual week to this one's.
#pragma once

#include "core/report/facts.hpp"

#include <optional>
#include <string>
#include <vector>

namespace upkeep::report {

struct bridge_step {
  std::string driver; // empty for the two ends
  std::string amount; // of an end the amount itself, of a driver the change by it
  double from, to;    // where its bar begins and ends
};

struct bridge {
  bool is_profit;                 // else revenue
  std::vector<bridge_step> steps; // before, the drivers, after
};

// nullopt where there is nothing to compare with, or the figures cannot be explained.
std::optional<bridge> bridge_of(const report_facts &facts);

} // namespace upkeep::report
