// upkeep.explain_change: what drove the change from one week, or any other period, to another.
#include "core/diagnostics/attribution/explained_change.hpp"
#include "postgres/sql/arguments.hpp"
#include "postgres/sql/result_set.hpp"
#include "postgres/values/number.hpp"

using namespace upkeep;
using namespace upkeep::diagnostics;

// upkeep.explain_change(before jsonb, after jsonb) RETURNS TABLE (driver text, amount numeric): each an object with
// leads, orders and revenue, and with ad_spend and cogs_ratio for profit: JSON numbers, or strings that hold one. The
// amounts have as many decimals as the money, and sum up to its change. Errors: 22004 a figure is missing or null;
// 22023 it is not a number, has too many digits, is a negative count or no ratio, or what profit needs is on one side
// only.
UPKEEP_FUNCTION(upkeep_explain_change) {
  return pg::entry([=] {
    const pg::arguments arguments(fcinfo);
    const attribution found = explain_change(parse_json(arguments.json(0, "before"), on_too_deep::cut),
                                             parse_json(arguments.json(1, "after"), on_too_deep::cut));
    pg::result_set rows(fcinfo);
    for (const driver_amount &each : found.drivers)
      rows.add(std::string(each.driver),
               pg::result_set::ready{pg::call([&] { return pg::numeric_from(each.amount.c_str()); })});
    return Datum(0);
  });
}
