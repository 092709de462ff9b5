// Jobs of pg_cron.
#pragma once

#include "postgres/compat.hpp"

#include <string>

namespace upkeep {

// 0A000 where pg_cron is not installed in this database: another scheduler may call `function`. Both need an SPI
// connection.
void require_cron(const char *function);

// Has pg_cron run a command, in the place of the job of that name; returns the job's number.
Datum schedule_job(const char *name, const std::string &schedule, const std::string &command);

} // namespace upkeep
