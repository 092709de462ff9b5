// upkeep.enable_weekly_diagnostics and disable_weekly_diagnostics: statement triggers on the daily records.
#include "features/catalogue.hpp"
#include "features/diagnostics/run/run_tables.hpp"
#include "features/diagnostics/staleness/staleness.hpp"
#include "features/enabling.hpp"
#include "features/trigger_ddl.hpp"
#include "features/trigger_options.hpp"
#include "postgres/sql/arguments.hpp"
#include "postgres/sql/query.hpp"

namespace upkeep::diagnostics {

using pg::call;

namespace {

constexpr const statement_event *events[] = {&on_insert, &on_update, &on_delete, &after_truncate};

void enable(Oid records, Oid diagnostics, const std::vector<std::string> &arguments) {
  pg::require_own_table(records, "enable weekly_diagnostics");
  pg::require_own_table(diagnostics, "enable weekly_diagnostics", RowExclusiveLock);
  pg::require_role_of(pg::owner_of(records), diagnostics, pg::owner_of(diagnostics));
  // Finds every mistake before the table is touched.
  pg::with_relation(records, [&](Relation table) {
    resolve_staleness(parse_options(weekly_diagnostics_feature, arguments), table, diagnostics);
  });
  warn_of_unfilled_diagnostics(diagnostics);
  create_statement_triggers(records, weekly_diagnostics_trigger, events, weekly_diagnostics_feature, arguments);
}

} // namespace

} // namespace upkeep::diagnostics

using namespace upkeep;
using namespace upkeep::diagnostics;

// upkeep.enable_weekly_diagnostics(daily_records, weekly_diagnostics, shop_column, date_column): replaces what was
// enabled before. Errors: 22004, 42501, 42703, 42710, 42804, 42809.
UPKEEP_FUNCTION(upkeep_enable_weekly_diagnostics) {
  return pg::entry([=] {
    const pg::arguments given(fcinfo);
    const Oid records = given.table(0, "daily_records"), diagnostics = given.table(1, "weekly_diagnostics");
    trigger_arguments options;
    options.add("weekly_diagnostics", pg::qualified(diagnostics))
        .add("shop_column", given.name(2, "shop_column"), "shop_id")
        .add("date_column", given.name(3, "date_column"), "record_date");
    enabling(fcinfo, [&] { enable(records, diagnostics, options.list()); });
    return Datum(0);
  });
}

// upkeep.disable_weekly_diagnostics(daily_records): a NOTICE where there is none. Errors: 22004, 42501, 42809.
UPKEEP_FUNCTION(upkeep_disable_weekly_diagnostics) {
  return pg::entry([=] {
    const Oid records = pg::arguments(fcinfo).table(0, "daily_records");
    pg::with_spi([=] {
      pg::require_own_table(records, "disable weekly_diagnostics");
      if (!drop_triggers_of_tree(records, weekly_diagnostics_feature))
        call([=] { ereport(NOTICE, errmsg("weekly_diagnostics is not enabled on \"%s\"", get_rel_name(records))); });
    });
    return Datum(0);
  });
}
