// What drove a change: Shapley values of its factors, exact, in whole units that sum up to the change.
#pragma once

#include "core/diagnostics/attribution/attribution_side.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace upkeep::diagnostics {

struct driver_amount {
  std::string_view driver; // leads, cvr, aov, cogs, cpl, other
  std::string amount;      // plain notation, with `decimals` decimals
};

struct attribution {
  std::vector<driver_amount> drivers; // in the order leads, cvr, aov, cogs, cpl, other; other only where it is not 0
  std::string change;                 // what they sum up to: the change, rounded half away from zero
};

// Both throw 22023 for what is not a number, a negative count, a ratio outside 0 to 1, and more digits than 20 before
// the point and 18 after it. `decimals` is 0 to 18.

// The change of revenue by leads, cvr and aov.
attribution explain_revenue(const attribution_side &before, const attribution_side &after, int decimals);
// The change of the profit after goods and ads by leads, cvr, aov, cogs and cpl; both sides have ad_spend and
// cogs_ratio or cogs.
attribution explain_profit(const attribution_side &before, const attribution_side &after, int decimals);

} // namespace upkeep::diagnostics
