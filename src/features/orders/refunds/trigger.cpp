// The trigger function upkeep.order_refund(): on the refunds, on the orders and on their lines.
#include "postgres/trigger.hpp"
#include "features/catalogue.hpp"
#include "features/orders/refunds/corrected.hpp"
#include "features/orders/refunds/fill.hpp"
#include "features/orders/refunds/kept.hpp"
#include "features/orders/refunds/statement.hpp"
#include "features/orders/refunds/truncate.hpp"
#include "postgres/executor/marked_statement.hpp"
#include "postgres/executor/truncation.hpp"
#include "postgres/settings.hpp"

#include <cstring>

namespace upkeep::orders {

namespace {

constexpr const char *right_trigger =
    "BEFORE INSERT OR UPDATE, FOR EACH ROW, or AFTER INSERT or DELETE with transition tables or BEFORE TRUNCATE, FOR "
    "EACH STATEMENT, on the refunds; BEFORE INSERT OR UPDATE, FOR EACH ROW, or AFTER UPDATE with transition tables, "
    "FOR "
    "EACH STATEMENT, on the orders and on the lines, there AFTER DELETE too";

// Once a row: without reading all the arguments.
column_of::owner place_of_trigger(const Trigger &trigger) {
  const auto names = [&](const char *option) {
    for (int i = 0; i < trigger.tgnargs; ++i)
      if (std::strncmp(trigger.tgargs[i], option, std::strlen(option)) == 0)
        return true;
    return false;
  };
  return !names("refunds=") ? column_of::refunds : names("order_items=") ? column_of::orders : column_of::lines;
}

// A MERGE that may move rows to another partition has triggers AFTER UPDATE told of what goes and what comes, too: on
// the orders of both, on the lines, which have one AFTER DELETE, of what comes.
bool is_told_of_moves(const TriggerData &trigger, column_of::owner place) {
  return TRIGGER_FOR_UPDATE(trigger.tg_trigger->tgtype) &&
         (place == column_of::orders ? !TRIGGER_FIRED_BY_UPDATE(trigger.tg_event)
                                     : place == column_of::lines && TRIGGER_FIRED_BY_INSERT(trigger.tg_event));
}

bool is_right(const TriggerData &trigger, column_of::owner place) {
  const TriggerEvent event = trigger.tg_event;
  if (TRIGGER_FIRED_FOR_ROW(event))
    return TRIGGER_FIRED_BEFORE(event) && !TRIGGER_FIRED_BY_DELETE(event);
  if (TRIGGER_FIRED_BY_TRUNCATE(event))
    return place == column_of::refunds && TRIGGER_FIRED_BEFORE(event);
  if (!TRIGGER_FIRED_AFTER(event))
    return false;
  if (is_told_of_moves(trigger, place))
    return trigger.tg_trigger->tgoldtable && trigger.tg_trigger->tgnewtable;
  if (TRIGGER_FIRED_BY_INSERT(event))
    return place == column_of::refunds && trigger.tg_newtable;
  if (TRIGGER_FIRED_BY_DELETE(event))
    return place != column_of::orders && trigger.tg_oldtable;
  return place != column_of::refunds && trigger.tg_oldtable && trigger.tg_newtable;
}

HeapTuple row_written(const TriggerData &trigger) {
  return TRIGGER_FIRED_BY_UPDATE(trigger.tg_event) ? trigger.tg_newtuple : trigger.tg_trigtuple;
}

HeapTuple fire_for_row(FunctionCallInfo fcinfo, const TriggerData &trigger, column_of::owner place) {
  if (place != column_of::refunds)
    return with_refunded(fcinfo, trigger);
  if (TRIGGER_FIRED_BY_INSERT(trigger.tg_event))
    return with_amount(fcinfo, trigger);
  require_unchanged(trigger);
  return trigger.tg_newtuple;
}

// The tables that the command empties, as its trigger is told in the memory that it was called in.
std::vector<Oid> truncated_tables(const TriggerData &trigger) {
  std::vector<Oid> tables = pg::running_truncation().tables;
  return tables.empty() ? std::vector<Oid>{RelationGetRelid(trigger.tg_relation)} : tables;
}

void fire_for_statement(const TriggerData &trigger, column_of::owner place) {
  if (place != column_of::refunds && pg::is_restoring())
    return;
  // An order that was moved has come, a line that was moved has gone: looked at once.
  if (is_told_of_moves(trigger, place) && (place == column_of::lines || TRIGGER_FIRED_BY_DELETE(trigger.tg_event)))
    return;
  if (place == column_of::orders)
    check_changed_orders(trigger);
  else if (place == column_of::lines)
    check_changed_lines(trigger);
  else if (TRIGGER_FIRED_BY_TRUNCATE(trigger.tg_event))
    settle_truncated_refunds(trigger, truncated_tables(trigger));
  else if (TRIGGER_FIRED_BY_INSERT(trigger.tg_event))
    settle_new_refunds(trigger);
  else
    settle_deleted_refunds(trigger);
}

Datum fire(FunctionCallInfo fcinfo) {
  const TriggerData &trigger = pg::require_trigger(fcinfo, order_refunds_feature);
  const column_of::owner place = place_of_trigger(*trigger.tg_trigger);
  if (!is_right(trigger, place))
    pg::misused_trigger(trigger, order_refunds_feature, right_trigger);
  const bool is_idle =
      pg::is_paused(pg::pausable::order_refunds) || pg::is_quiet() || pg::is_fired_by(pg::own_statement::refund);
  // What comes back, or goes, is what it was; only what is kept of it follows.
  if (TRIGGER_FIRED_FOR_ROW(trigger.tg_event))
    return PointerGetDatum(is_idle || pg::is_restoring() ? row_written(trigger) : fire_for_row(fcinfo, trigger, place));
  if (!is_idle)
    fire_for_statement(trigger, place);
  return Datum(0);
}

} // namespace

} // namespace upkeep::orders

// upkeep.order_refund() RETURNS trigger: on the refunds, the orders and the lines. Errors: UK009 a refund that is not
// possible, or a change that leaves less than was refunded; UK003 refunds of a locked order that are deleted or
// truncated; UK005 one that is changed; 22003, 22004, 23502, 23503 and 23514 a refund that is not one; 39P01 a wrong
// trigger; 22023, 42501, 42703, 42804, 42P01 and 55000 its arguments and tables.
UPKEEP_FUNCTION(upkeep_order_refund) {
  return upkeep::pg::entry([=] { return upkeep::orders::fire(fcinfo); });
}
