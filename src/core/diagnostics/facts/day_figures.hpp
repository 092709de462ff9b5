// The figures of a row as the facts of a shop hold them.
#pragma once

#include "core/diagnostics/facts/facts.hpp"
#include "core/numeric/decimal.hpp"

namespace upkeep::diagnostics {

inline void know(day_row &row, measure which, std::int64_t value) {
  row.value[static_cast<std::size_t>(which)] = value;
  row.known |= static_cast<std::uint8_t>(1u << static_cast<unsigned>(which));
}

// An amount as it came; NaN and infinity are not finite, and their number says nothing.
struct given_amount {
  decimal number;
  bool is_finite;
};

// Gives the row both amounts with one number of decimals; marks `days` where one of them cannot be held. What is NULL
// is not known.
void take_amounts(const given_amount &revenue, const given_amount &ad_spend, shop_days &days, day_row &row);

} // namespace upkeep::diagnostics
