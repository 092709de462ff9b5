// The calendar of a shop, read from its settings and its events.
#pragma once

#include "core/decisions/shop_calendar.hpp"
#include "features/diagnostics/run/run_table.hpp"

#include <string>

namespace upkeep::decisions {

// Reads, as the caller, the tables shop_settings and shop_events beside the records; one that is not there, that the
// caller may not read, or whose shops have other keys is not used. Throws 21000 for two rows of settings, 22023 for
// what is no weekday.
shop_calendar read_shop_calendar(const diagnostics::run_table &records, const std::string &shop);

} // namespace upkeep::decisions
