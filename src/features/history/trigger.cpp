// The trigger function upkeep.record_history(): an entry of upkeep.history for each row that a statement changed.
#include "postgres/trigger.hpp"
#include "features/catalogue.hpp"
#include "features/history/recording.hpp"
#include "features/history/truncate.hpp"
#include "features/history/update.hpp"
#include "postgres/executor/running_executor.hpp"
#include "postgres/executor/running_statements.hpp"
#include "postgres/rows/transition.hpp"
#include "postgres/settings.hpp"

namespace upkeep::history {

using pg::call;

namespace {

constexpr const char *right_trigger = "AFTER INSERT, UPDATE or DELETE with transition tables, or BEFORE TRUNCATE, FOR "
                                      "EACH STATEMENT";

bool is_right(const TriggerData &trigger) {
  if (!TRIGGER_FIRED_FOR_STATEMENT(trigger.tg_event))
    return false;
  if (TRIGGER_FIRED_BY_TRUNCATE(trigger.tg_event))
    return TRIGGER_FIRED_BEFORE(trigger.tg_event);
  return TRIGGER_FIRED_AFTER(trigger.tg_event) && (TRIGGER_FIRED_BY_INSERT(trigger.tg_event) || trigger.tg_oldtable) &&
         (TRIGGER_FIRED_BY_DELETE(trigger.tg_event) || trigger.tg_newtable);
}

void record_rows(const TriggerData &trigger, const history_plan &plan, const statement_place &place,
                 std::optional<entry_writer> &writer) {
  recording entries(plan, trigger.tg_relation, place, writer);
  if (TRIGGER_FIRED_BY_UPDATE(trigger.tg_event)) {
    record_update(trigger, plan, entries);
  } else {
    const bool is_insert = TRIGGER_FIRED_BY_INSERT(trigger.tg_event);
    pg::transition rows(is_insert ? trigger.tg_newtable : trigger.tg_oldtable, trigger.tg_relation);
    while (rows.next())
      is_insert ? entries.inserted(rows.row()) : entries.deleted(rows.row());
    rows.close();
  }
  entries.close();
}

// Asked in the memory that the trigger was called in.
statement_place place_of(const TriggerData &trigger) {
  const EState *executor = pg::executor_of(MemoryContextGetParent(CurrentMemoryContext));
  const Oid table = RelationGetRelid(trigger.tg_relation);
  return {executor ? executor->es_output_cid : 0, call([=] { return pg::written_around(executor, table); }),
          executor && !pg::is_noted(executor) ? executor : nullptr};
}

void record(const TriggerData &trigger) {
  const bool is_truncation = TRIGGER_FIRED_BY_TRUNCATE(trigger.tg_event);
  const pg::truncation command = is_truncation ? pg::running_truncation() : pg::truncation{};
  const statement_place place = place_of(trigger);
  const std::shared_ptr<const history_plan> plan = plan_of(trigger);
  std::optional<entry_writer> writer;
  is_truncation ? record_truncation(trigger, *plan, command, place, writer)
                : record_rows(trigger, *plan, place, writer);
  if (writer)
    writer->close();
  if (place.copy && !place.waits())
    write_pending(place.copy);
}

} // namespace

} // namespace upkeep::history

using namespace upkeep;
using namespace upkeep::history;

// upkeep.record_history() RETURNS trigger: AFTER INSERT, UPDATE, DELETE with transition tables and BEFORE TRUNCATE, FOR
// EACH STATEMENT. Errors: 39P01 a wrong trigger; 22023, 42703, 42P10, 428C9 its arguments.
UPKEEP_FUNCTION(upkeep_record_history) {
  return pg::entry([=] {
    const TriggerData &trigger = pg::require_trigger(fcinfo, history_feature);
    if (!is_right(trigger))
      pg::misused_trigger(trigger, history_feature, right_trigger);
    if (!pg::is_paused(pg::pausable::history))
      record(trigger);
    return Datum(0);
  });
}
