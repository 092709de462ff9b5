// What drove a change between two sides that are told as JSON.
#pragma once

#include "core/diagnostics/attribution/attribution.hpp"
#include "core/text/json.hpp"

namespace upkeep::diagnostics {

// Each side an object with leads, orders and revenue, and with ad_spend and cogs_ratio for profit: numbers, or strings
// that hold one. The amounts have as many decimals as the money. Throws 22004 where a figure is missing or null, 22023
// where it is no number, or what profit needs is on one side only; and what explain_profit throws.
attribution explain_change(const json &before, const json &after);

} // namespace upkeep::diagnostics
