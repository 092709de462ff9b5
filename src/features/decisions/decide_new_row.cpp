// The triggers of decisions: which rows are new, and which only move.
#include "features/decisions/decide_new_row.hpp"
#include "features/partition_moves.hpp"
#include "postgres/executor/marked_statement.hpp"
#include "postgres/memory.hpp"
#include "postgres/relation.hpp"

namespace upkeep::decisions {

using pg::call;

namespace {

constexpr const char *right_trigger = "BEFORE INSERT OR UPDATE OR DELETE ... FOR EACH ROW";

// Of the one feature and of the other, each made at the first use and never destroyed.
partition_move &moves_of(const decision_rule &rule) {
  static partition_move *const made = new partition_move[2];
  return made[&rule == &growth_simulation_rule];
}

std::shared_ptr<const decision_plan> plan_of(const decision_rule &rule, const TriggerData &trigger) {
  Relation table = trigger.tg_relation;
  auto plan = pg::session_plan<decision_plan>(*trigger.tg_trigger, [&] {
    pg::resolved_plan<decision_plan> made{
        resolve_decisions(rule, pg::trigger_options(*trigger.tg_trigger, rule.feature), table),
        {{RelationGetRelid(table)}}};
    if (made.plan->settings)
      made.tables.push_back({made.plan->settings->table, AccessShareLock});
    if (made.plan->records)
      made.tables.push_back({made.plan->records->table, AccessShareLock});
    return made;
  });
  // A member of a role can cease to be one.
  if (plan->settings)
    pg::require_role_of(table->rd_rel->relowner, plan->settings->table, plan->settings->owner);
  if (plan->records)
    pg::require_role_of(table->rd_rel->relowner, plan->records->table, plan->records->owner);
  return plan;
}

partition_moves &moved_by(FunctionCallInfo fcinfo, const decision_rule &rule, Relation partition) {
  MemoryContext memory = fcinfo->flinfo->fn_mcxt;
  if (!fcinfo->flinfo->fn_extra)
    fcinfo->flinfo->fn_extra =
        &pg::make_in<partition_moves>(memory, moves_of(rule), memory, pg::topmost(RelationGetRelid(partition)));
  return *static_cast<partition_moves *>(fcinfo->flinfo->fn_extra);
}

// Of what was decided.
std::uint64_t fingerprint(const decision_rule &rule, HeapTuple row, Relation table) {
  std::uint64_t all = 0;
  for (const output_rule &each : rule.outputs) {
    const AttrNumber column = pg::find_column(RelationGetDescr(table), each.name);
    all = call([=] { return add_to_fingerprint(all, row, table, column); });
  }
  return all;
}

// Whether the row comes from another partition; notes rows that may be about to leave for one.
bool is_moved(FunctionCallInfo fcinfo, const decision_rule &rule, const TriggerData &trigger) {
  partition_moves &moved = moved_by(fcinfo, rule, trigger.tg_relation);
  if (TRIGGER_FIRED_BY_INSERT(trigger.tg_event))
    return moved.may_arrive() && fingerprint(rule, trigger.tg_trigtuple, trigger.tg_relation) == moved.expected();
  if (TRIGGER_FIRED_BY_UPDATE(trigger.tg_event)) {
    moved.updated(trigger);
    moved.leaving(fingerprint(rule, trigger.tg_newtuple, trigger.tg_relation));
  } else {
    moved.deleted(trigger);
  }
  return false;
}

} // namespace

Datum decide_new_row(FunctionCallInfo fcinfo, const decision_rule &rule, pg::pausable pause, decide_function decide) {
  const TriggerData &trigger = pg::require_trigger(fcinfo, rule.feature);
  if (!TRIGGER_FIRED_BEFORE(trigger.tg_event) || !TRIGGER_FIRED_FOR_ROW(trigger.tg_event))
    pg::misused_trigger(trigger, rule.feature, right_trigger);
  HeapTuple row = TRIGGER_FIRED_BY_UPDATE(trigger.tg_event) ? trigger.tg_newtuple : trigger.tg_trigtuple;
  if (pg::is_paused(pause) || pg::is_restoring())
    return PointerGetDatum(row);
  const bool is_moving = trigger.tg_relation->rd_rel->relispartition && is_moved(fcinfo, rule, trigger);
  // Nothing that is wrong with settings or columns hinders an UPDATE or a DELETE: only new rows need a plan.
  if (is_moving || !TRIGGER_FIRED_BY_INSERT(trigger.tg_event))
    return PointerGetDatum(row);
  return PointerGetDatum(decide(*plan_of(rule, trigger), trigger));
}

} // namespace upkeep::decisions
