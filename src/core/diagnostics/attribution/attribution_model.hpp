// The model of attribution: what of a shop's figures multiplies to its revenue and profit, before and after.
#pragma once

#include "core/diagnostics/attribution/attribution_side.hpp"
#include "core/diagnostics/attribution/shapley.hpp"

namespace upkeep::diagnostics {

// revenue = leads * cvr * aov, profit = revenue * margin - leads * cpl. In whole numbers: counts in some unit, and
// money in units of 10^-money_scale.
struct attribution_model {
  factor leads, cvr, aov, margin, cpl;
  factor profit; // what it truly was, over the denominator of leads
  int money_scale;
};

// Without profit there are no costs: the margin is 1, and profit is revenue. Throws 22023 for figures that cannot be.
attribution_model model_of(const attribution_side &before, const attribution_side &after, bool with_profit);

} // namespace upkeep::diagnostics
