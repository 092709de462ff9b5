// upkeep.schedule_seal_history: has pg_cron call upkeep.seal_history.
#include "features/cron_job.hpp"
#include "postgres/sql/arguments.hpp"
#include "postgres/sql/query.hpp"

using namespace upkeep;

// upkeep.schedule_seal_history(cron) RETURNS bigint: the number of the job. Errors: 0A000, 22004, and what pg_cron says
// of the schedule.
UPKEEP_FUNCTION(upkeep_schedule_seal_history) {
  return pg::entry([=] {
    const std::string schedule = pg::arguments(fcinfo).string(0, "cron");
    Datum number = 0;
    pg::with_spi([&] {
      require_cron("upkeep.seal_history");
      number = schedule_job("upkeep_seal_history", schedule, "SELECT upkeep.seal_history()");
    });
    return number;
  });
}
