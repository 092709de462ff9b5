// Jobs of pg_cron.
#pragma once

#include "postgres/compat.hpp"

#include <string>

namespace upkeep {

// Has pg_cron run a command, in the place of the job of that name; returns the job's number. 0A000 where pg_cron is not
// installed: another scheduler may run `alternative`. Needs an SPI connection.
Datum schedule_job(const char *name, const std::string &schedule, const std::string &command, const char *alternative);

} // namespace upkeep
