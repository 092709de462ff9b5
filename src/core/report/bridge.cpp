#include "core/report/bridge.hpp"

#include "core/diagnostics/attribution/attribution.hpp"
#include "core/fault.hpp"
#include "core/numeric/decimal.hpp"
#include "core/report/figures.hpp"

namespace upkeep::report {

namespace {

// Enough for the cost of goods, which is the revenue times a ratio of nine decimals.
constexpr int exact_decimals = 15;

diagnostics::attribution_side side_of(const compared_side &sums, bool is_profit, int weeks) {
  diagnostics::attribution_side side{sums.leads, sums.orders, sums.revenue};
  if (is_profit) {
    side.ad_spend = sums.ad_spend;
    side.cogs = sums.cogs;
  }
  side.weeks = weeks;
  return side;
}

// Profit or revenue of this week, in whole units of 10^-decimals.
std::optional<int128> result_of(const compared_side &sums, bool is_profit, int decimals) {
  std::optional<int128> result = units_of(sums.revenue, exact_decimals);
  if (is_profit)
    for (const std::string *cost : {&sums.cogs, &sums.ad_spend}) {
      const std::optional<int128> units = units_of(*cost, exact_decimals);
      if (!result || !units || __builtin_sub_overflow(*result, *units, &*result))
        return std::nullopt;
    }
  return result ? round_to_scale(fraction{*result, power_of_ten(exact_decimals)}, decimals) : std::nullopt;
}

bridge lay_out(bool is_profit, int128 before, int128 after, const diagnostics::attribution &change, int decimals) {
  bridge result{is_profit, {}};
  const std::string first = to_text(before, decimals), last = to_text(after, decimals);
  double at = number_of(first);
  result.steps.push_back({"", first, 0, at});
  for (const diagnostics::driver_amount &each : change.drivers) {
    const double to = at + number_of(each.amount);
    result.steps.push_back({std::string(each.driver), each.amount, at, to});
    at = to;
  }
  result.steps.push_back({"", last, 0, number_of(last)});
  return result;
}

} // namespace

std::optional<bridge> bridge_of(const report_facts &facts) {
  if (!facts.compared)
    return std::nullopt;
  const auto &[is_mean, weeks, before, after, weekdays] = *facts.compared;
  const bool is_profit = !before.cogs.empty() && !after.cogs.empty();
  try {
    const diagnostics::attribution_side from = side_of(before, is_profit, weeks), to = side_of(after, is_profit, 1);
    const diagnostics::attribution change = is_profit ? diagnostics::explain_profit(from, to, facts.scale)
                                                      : diagnostics::explain_revenue(from, to, facts.scale);
    const std::optional<int128> end = result_of(after, is_profit, facts.scale),
                                moved = units_of(change.change, facts.scale);
    // The mean week's own rounding must not show: it is where the parts begin.
    int128 start;
    if (!end || !moved || __builtin_sub_overflow(*end, *moved, &start))
      return std::nullopt;
    return lay_out(is_profit, start, *end, change, facts.scale);
  } catch (const fault &) {
    return std::nullopt; // figures that no shop has
  }
}

} // namespace upkeep::report
