// What day it is, where.
#pragma once

#include "postgres/boundary.hpp"

#include <optional>
#include <string>

namespace upkeep::pg {

// The date at which the transaction began, in a time zone, "" for the session's; nullopt where there is no such zone.
std::optional<DateADT> date_in_zone(const std::string &zone);

} // namespace upkeep::pg
