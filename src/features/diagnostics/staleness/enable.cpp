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

void enable(Oid records, Oid diagnostics, const trigger_arguments &arguments) {
  pg::require_own_table(records, "enable weekly_diagnostics");
  pg::require_own_table(diagnostics, "enable weekly_diagnostics", RowExclusiveLock);
  pg::require_role_of(pg::owner_of(records), diagnostics, pg::owner_of(diagnostics));
  // Finds every mistake before the table is touched.
  pg::with_relation(records, [&](Relation table) { resolve_staleness(arguments.options(), table, diagnostics); });
  warn_of_unfilled_diagnostics(diagnostics);
  create_statement_triggers(records, weekly_diagnostics_trigger, events, weekly_diagnostics_feature, arguments.list());
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
    const Oid records = target_argument(given, weekly_diagnostics_feature);
    const Oid diagnostics = table_argument(given, weekly_diagnostics_feature, "weekly_diagnostics");
    trigger_arguments arguments(weekly_diagnostics_feature, given);
    arguments.set("weekly_diagnostics", diagnostics);
    enabling(fcinfo, weekly_diagnostics_feature, [&] { enable(records, diagnostics, arguments); });
    return Datum(0);
  });
}

// upkeep.disable_weekly_diagnostics(daily_records): a NOTICE where there is none. Errors: 22004, 42501, 42809.
UPKEEP_FUNCTION(upkeep_disable_weekly_diagnostics) {
  return pg::entry([=] {
    const Oid records = target_argument(pg::arguments(fcinfo), weekly_diagnostics_feature);
    pg::with_spi([=] {
      pg::require_own_table(records, "disable weekly_diagnostics");
      if (!drop_triggers_of_tree(records, weekly_diagnostics_feature))
        call([=] { ereport(NOTICE, errmsg("weekly_diagnostics is not enabled on \"%s\"", get_rel_name(records))); });
    });
    return Datum(0);
  });
}
