// What an attribution compares: the figures of a shop before a change, and after it.
#pragma once

#include <cstdint>
#include <string>

namespace upkeep::diagnostics {

// One side of a comparison. Each figure is an exact number in plain notation ("16000000", "120.50"), divided by
// `weeks`: a mean week is its sum with the number of weeks. Money in any one unit.
struct attribution_side {
  std::string leads;
  std::string orders;
  std::string revenue;
  std::string ad_spend = {};   // empty: not a matter of profit
  std::string cogs_ratio = {}; // a fraction; where `cogs` is empty
  std::string cogs = {};       // or the cost of the goods itself, divided by `weeks` too
  std::int64_t weeks = 1;
};

} // namespace upkeep::diagnostics
