// upkeep.schedule_weekly_diagnostics: has pg_cron call upkeep.run_weekly_diagnostics.
#include "features/cron_job.hpp"
#include "features/diagnostics/run/run_tables.hpp"
#include "postgres/sql/arguments.hpp"
#include "postgres/sql/query.hpp"

namespace upkeep::diagnostics {

namespace {

// A job has a search_path of its own: the tables are those of now.
std::string command() {
  run_request tables{};
  find_tables(tables);
  const auto name = [](Oid table) { return pg::literal{pg::qualified(table)}; };
  return pg::sql("CALL upkeep.run_weekly_diagnostics(daily_records => {records}, shop_settings => {settings},"
                 " weekly_diagnostics => {diagnostics}, action_items => {items})",
                 "records"_is = name(tables.records), "settings"_is = name(tables.settings),
                 "diagnostics"_is = name(tables.diagnostics), "items"_is = name(tables.items));
}

} // namespace

} // namespace upkeep::diagnostics

using namespace upkeep;
using namespace upkeep::diagnostics;

// upkeep.schedule_weekly_diagnostics(cron) RETURNS bigint: the number of the job. Errors: 0A000, 22004, 42P01, and what
// pg_cron says of the schedule.
UPKEEP_FUNCTION(upkeep_schedule_weekly_diagnostics) {
  return pg::entry([=] {
    const std::string schedule = pg::arguments(fcinfo).string(0, "cron");
    Datum number = 0;
    pg::with_spi([&] {
      require_cron("upkeep.run_weekly_diagnostics");
      number = schedule_job("upkeep_weekly_diagnostics", schedule, command());
    });
    return number;
  });
}
