// The calendar of a shop, by its settings.
#pragma once

#include "core/calendar.hpp"
#include "postgres/sql/text.hpp"

namespace upkeep::diagnostics {

// A day that a week can be told of. Throws 22008 unless it is in the years 1 to 9999.
day_number require_day(DateADT day);

// A member of settings as text: a string's, or that of a number; nullopt where there is none, or it is null. Throws
// 22023 if the settings are not an object.
std::optional<std::string> setting_text(Jsonb *settings, std::string_view key);

} // namespace upkeep::diagnostics
