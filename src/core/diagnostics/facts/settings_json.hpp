// A shop's settings, out of the JSON of its row.
#pragma once

#include "core/diagnostics/facts/shop_settings.hpp"

namespace upkeep::diagnostics {

// All that a diagnosis needs; what is wrong with them is in `wrong`. `settings`: without a key twice, its members in
// jsonb's order: of two that set one threshold, the last holds.
shop_settings settings_from(const json &settings);

// The costs of goods in force in each of the nine weeks: cogs_ratio, except for weeks that cogs_ratios names.
void ratios_from(const json &settings, day_number week_start, std::int64_t (&into)[weeks_kept]);

} // namespace upkeep::diagnostics
