// upkeep.unit_economics: what one sale leaves over.
#include "core/decisions/unit_economics.hpp"

#include "features/decisions/figures.hpp"

using namespace upkeep;
using namespace upkeep::decisions;

// upkeep.unit_economics(sell_price, cogs, variable_cost_share) RETURNS TABLE (unit_margin, margin_ratio,
// break_even_roas, break_even_cpo), one row. Errors: 22023.
UPKEEP_FUNCTION(upkeep_unit_economics) {
  return pg::entry([=] {
    const unit_economics result =
        unit_economics_of(number_argument(fcinfo, 0), number_argument(fcinfo, 1), number_argument(fcinfo, 2));
    pg::result_set(fcinfo).add(numeric_result(result.unit_margin), numeric_result(result.margin_ratio),
                               numeric_result(result.break_even_roas), numeric_result(result.break_even_cpo));
    return Datum(0);
  });
}
