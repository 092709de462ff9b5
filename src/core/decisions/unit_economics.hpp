// What one unit sold leaves over, and where advertising it breaks even.
#pragma once

#include "core/decisions/numeric_input.hpp"

namespace upkeep::decisions {

// Decimal texts; nullopt for NULL. Amounts have the decimals of the amounts that came in, ratios 20.
struct unit_economics {
  std::optional<std::string> unit_margin;     // sell_price x margin ratio
  std::optional<std::string> margin_ratio;    // 1 - cogs / sell_price - variable_cost_share
  std::optional<std::string> break_even_roas; // 1 / margin ratio, where that is above 0
  std::optional<std::string> break_even_cpo;  // what an order may cost: the unit margin
};

// Exact. What is NULL leaves all NULL, a price of 0 the ratios. 22023 for a negative amount, a share outside 0 to 1,
// and what is not a number.
unit_economics unit_economics_of(const optional_number &sell_price, const optional_number &cogs,
                                 const optional_number &variable_cost_share);

} // namespace upkeep::decisions
