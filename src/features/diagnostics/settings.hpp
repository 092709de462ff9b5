// A shop's settings, out of jsonb.
#pragma once

#include "core/diagnostics/facts/shop_settings.hpp"
#include "postgres/sql/text.hpp"

namespace upkeep::diagnostics {

// All that a diagnosis needs; what is wrong with them is in `wrong`.
shop_settings read_settings(Jsonb *settings);

// The costs of goods in force in each of the nine weeks: cogs_ratio, except for weeks that cogs_ratios names. May
// raise.
void read_ratios(Jsonb *settings, day_number week_start, std::int64_t (&into)[weeks_kept]);

} // namespace upkeep::diagnostics
