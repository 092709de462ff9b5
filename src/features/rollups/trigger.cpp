// The trigger function upkeep.rollup().
#include "postgres/trigger.hpp"
#include "core/fault.hpp"
#include "features/catalogue.hpp"
#include "features/rollups/first_trigger.hpp"
#include "features/rollups/source/source_side.hpp"
#include "features/rollups/target/target_side.hpp"
#include "postgres/boundary.hpp"
#include "postgres/settings.hpp"

namespace upkeep::rollups {

namespace {

constexpr const char *right_trigger =
    "AFTER INSERT, UPDATE or DELETE with transition tables, or AFTER TRUNCATE, FOR EACH STATEMENT, on the source; "
    "BEFORE INSERT OR UPDATE, FOR EACH ROW, and AFTER INSERT or UPDATE, FOR EACH STATEMENT, on the target, and "
    "none with WHEN or for some columns only";

HeapTuple row_written_by(const TriggerData &trigger) {
  return TRIGGER_FIRED_BY_UPDATE(trigger.tg_event) ? trigger.tg_newtuple : trigger.tg_trigtuple;
}

void require_source_trigger(const TriggerData &trigger) {
  const bool truncates = TRIGGER_FIRED_BY_TRUNCATE(trigger.tg_event);
  if (!TRIGGER_FIRED_AFTER(trigger.tg_event) || TRIGGER_FIRED_FOR_ROW(trigger.tg_event) ||
      (!truncates && !TRIGGER_FIRED_BY_INSERT(trigger.tg_event) && !trigger.tg_oldtable) ||
      (!truncates && !TRIGGER_FIRED_BY_DELETE(trigger.tg_event) && !trigger.tg_newtable))
    pg::misused_trigger(trigger, rollup_feature, right_trigger);
}

void require_target_trigger(const TriggerData &trigger) {
  const bool is_row = TRIGGER_FIRED_FOR_ROW(trigger.tg_event);
  if (TRIGGER_FIRED_BY_DELETE(trigger.tg_event) || TRIGGER_FIRED_BY_TRUNCATE(trigger.tg_event) ||
      (is_row ? !TRIGGER_FIRED_BEFORE(trigger.tg_event) : !TRIGGER_FIRED_AFTER(trigger.tg_event)))
    pg::misused_trigger(trigger, rollup_feature, right_trigger);
}

Datum fire(FunctionCallInfo fcinfo) {
  const TriggerData &trigger = pg::require_trigger(fcinfo, rollup_feature);
  if (is_partial(*trigger.tg_trigger))
    pg::misused_trigger(trigger, rollup_feature, right_trigger);
  const bool is_paused = pg::is_paused(pg::pausable::rollup);
  if (!is_on_target(*trigger.tg_trigger)) {
    require_source_trigger(trigger);
    if (!is_paused)
      after_source_statement(trigger);
    return Datum(0);
  }
  require_target_trigger(trigger);
  if (TRIGGER_FIRED_FOR_ROW(trigger.tg_event))
    return PointerGetDatum(is_paused ? row_written_by(trigger) : before_target_row(fcinfo, trigger));
  if (!is_paused)
    after_target_statement(trigger);
  return Datum(0);
}

} // namespace

} // namespace upkeep::rollups

// upkeep.rollup() RETURNS trigger: on the sources and the targets. Errors: 39P01 a wrong trigger; 22003 a figure that
// its column cannot hold; 22004 a NULL key under insert; 40001; 27000; 22023, 42501, 42703, 42804, 42P01 and 42P17 its
// arguments.
UPKEEP_FUNCTION(upkeep_rollup) {
  return upkeep::pg::entry([=] { return upkeep::rollups::fire(fcinfo); });
}
