// The trigger function upkeep.soft_delete().
#include "features/catalogue.hpp"
#include "features/partition_moves.hpp"
#include "features/soft_delete/live_view.hpp"
#include "features/soft_delete/put_back_rows.hpp"
#include "features/soft_delete/refusals.hpp"
#include "features/soft_delete/statement_notes.hpp"
#include "postgres/executor/marked_statement.hpp"
#include "postgres/executor/running_executor.hpp"
#include "postgres/executor/statement.hpp"
#include "postgres/memory.hpp"
#include "postgres/rows/row_lock.hpp"
#include "postgres/settings.hpp"
#include "postgres/sql/query.hpp"

#include <cstring>

namespace upkeep::soft_delete {

using pg::call;

namespace {

constexpr const char *right_trigger = "BEFORE UPDATE, or UPDATE OR DELETE, FOR EACH ROW, AFTER INSERT FOR EACH ROW, or "
                                      "BEFORE TRUNCATE FOR EACH STATEMENT; on a live view INSTEAD OF DELETE";

// Made at the first use and never destroyed.
partition_move &moves() {
  static partition_move *const made = new partition_move;
  return *made;
}

// What one statement needs on one table. It lives in the memory of the executor.
struct statement_work {
  statement_work(std::shared_ptr<const soft_delete_plan> of, MemoryContext executor)
      : plan(std::move(of)), moved(moves(), executor, plan->root), number(plan->number) {}

  std::shared_ptr<const soft_delete_plan> plan;
  partition_moves moved;
  AttrNumber number;
  std::uint64_t plans_dropped_before = pg::dropped_plans;
};

statement_work &make_work(FunctionCallInfo fcinfo, const TriggerData &trigger) {
  MemoryContext memory = fcinfo->flinfo->fn_mcxt;
  auto &work = pg::make_in<statement_work>(memory, plan_of(*trigger.tg_trigger, trigger.tg_relation), memory);
  fcinfo->flinfo->fn_extra = &work;
  return work;
}

statement_work &work_of(FunctionCallInfo fcinfo, const TriggerData &trigger) {
  auto *known = static_cast<statement_work *>(fcinfo->flinfo->fn_extra);
  return known && known->plans_dropped_before == pg::dropped_plans ? *known : make_work(fcinfo, trigger);
}

// All rows that a DELETE in a live view deletes are of one statement.
statement_notes &notes_of(const TriggerData &trigger) {
  const view_deletion *deletion = running_view_deletion();
  return statement_notes::of(deletion ? deletion->executor : trigger.tg_trigslot->tts_mcxt);
}

TupleDesc descriptor_of(const TriggerData &trigger) { return RelationGetDescr(trigger.tg_relation); }

Datum stamp_of(const statement_work &work, HeapTuple row, const TriggerData &trigger) {
  bool is_null = false;
  return call([&] { return heap_getattr(row, work.number, descriptor_of(trigger), &is_null); });
}

HeapTuple with_stamp(const statement_work &work, const TriggerData &trigger, Datum stamp) {
  int column = work.number;
  bool is_null = false;
  return call([&] {
    if (OidIsValid(work.plan->domain))
      domain_check(stamp, false, work.plan->domain, nullptr, CurrentMemoryContext);
    return heap_modify_tuple_by_cols(trigger.tg_newtuple, descriptor_of(trigger), 1, &column, &stamp, &is_null);
  });
}

// Whether the row may refer to other parents now. May raise.
bool is_moved(const soft_delete_plan &plan, const TriggerData &trigger) {
  TupleDesc descriptor = descriptor_of(trigger);
  for (const AttrNumber column : plan.references) {
    const FormData_pg_attribute &attribute = *TupleDescAttr(descriptor, column - 1);
    bool was_null = false, is_null = false;
    const Datum before = heap_getattr(trigger.tg_trigtuple, column, descriptor, &was_null);
    const Datum after = heap_getattr(trigger.tg_newtuple, column, descriptor, &is_null);
    if (was_null != is_null || (!is_null && !datumIsEqual(before, after, attribute.attbyval, attribute.attlen)))
      return true;
  }
  return false;
}

// The executor of the statement where that is an action of a foreign key, the only ones whose triggers are not fired
// with them; else nullptr.
const EState *foreign_key_action(const TriggerData &trigger) {
  const EState *executor = pg::executor_of(trigger.tg_trigslot->tts_mcxt);
  return executor && executor->es_top_eflags & EXEC_FLAG_SKIP_TRIGGERS ? executor : nullptr;
}

// Whether the row only follows its parent, whose key has changed: ON UPDATE CASCADE. What becomes of the parent, its
// own statement sees to.
bool follows_parent(const TriggerData &trigger) {
  const EState *action = foreign_key_action(trigger);
  return action && action->es_sourceText && !std::strstr(action->es_sourceText, " = DEFAULT");
}

// What foreign keys do, and what follows from other rows, reaches deleted rows too.
bool is_derived(const TriggerData &trigger) {
  return foreign_key_action(trigger) || pg::is_quiet() || pg::is_fired_by(pg::own_statement::derived) ||
         pg::is_fired_by(pg::own_statement::total) || pg::is_fired_by(pg::own_statement::refund) ||
         pg::is_fired_by(pg::own_statement::rollup) || pg::is_fired_by(pg::own_statement::erasure) ||
         pg::kind_of_statement(trigger.tg_newslot) == pg::statement_kind::touch;
}

// A child locks its parent and then looks whether that lives; so this locks the row first, against that lock too, and
// looks for children then. The first deletion with a stamp keeps it.
HeapTuple delete_row(const statement_work &work, const TriggerData &trigger) {
  const auto plan = plan_with_links(*trigger.tg_trigger, trigger.tg_relation);
  call([&] { pg::lock_row(trigger.tg_relation, trigger.tg_trigtuple->t_self, LockTupleExclusive); });
  const auto given = DatumGetTimestampTz(stamp_of(work, trigger.tg_newtuple, trigger));
  microseconds stamp = given;
  if (!pg::is_fired_by(pg::own_statement::cascade) && !TIMESTAMP_NOT_FINITE(given))
    pg::with_spi([&] {
      const row_values row = values_of(trigger.tg_trigtuple, descriptor_of(trigger), *plan);
      const view_deletion *deletion = running_view_deletion();
      call([=] { PushActiveSnapshot(deletion ? deletion->snapshot : GetActiveSnapshot()); });
      while (is_taken(*plan, row, TimestampTzGetDatum(stamp)))
        stamp += plan->tick;
      call([] { PopActiveSnapshot(); });
    });
  HeapTuple result = stamp == given ? trigger.tg_newtuple : with_stamp(work, trigger, TimestampTzGetDatum(stamp));
  if (!plan->children.empty())
    notes_of(trigger).add(plan, row_event::deleted, result, descriptor_of(trigger),
                          stamp == given ? std::nullopt : std::optional(TimestampTzGetDatum(given)));
  return result;
}

HeapTuple restore_row(const statement_work &work, const TriggerData &trigger) {
  const auto plan = plan_with_links(*trigger.tg_trigger, trigger.tg_relation);
  if (!plan->children.empty() || !plan->parents.empty())
    notes_of(trigger).add(plan, row_event::restored, trigger.tg_newtuple, descriptor_of(trigger),
                          stamp_of(work, trigger.tg_trigtuple, trigger));
  return trigger.tg_newtuple;
}

// The stamp of the row above has moved on, with which the statement has deleted this one too.
HeapTuple move_stamp(const statement_work &work, const TriggerData &trigger) {
  const auto plan = plan_with_links(*trigger.tg_trigger, trigger.tg_relation);
  if (!plan->children.empty())
    notes_of(trigger).add(plan, row_event::deleted, trigger.tg_newtuple, descriptor_of(trigger),
                          stamp_of(work, trigger.tg_trigtuple, trigger));
  return trigger.tg_newtuple;
}

// It keeps the stamp, whatever a second deletion says.
HeapTuple keep_deleted(const statement_work &work, const TriggerData &trigger) {
  if (pg::is_fired_by(pg::own_statement::cascade))
    return move_stamp(work, trigger);
  if (!is_derived(trigger)) {
    const bool is_changed =
        call([&] {
          return pg::compare(work.plan->layout(), descriptor_of(trigger), trigger.tg_trigtuple, trigger.tg_newtuple);
        }).changed;
    if (is_changed)
      refuse_change(*work.plan, trigger.tg_trigtuple, descriptor_of(trigger));
  }
  const Datum stamp = stamp_of(work, trigger.tg_trigtuple, trigger);
  return stamp == stamp_of(work, trigger.tg_newtuple, trigger) ? trigger.tg_newtuple : with_stamp(work, trigger, stamp);
}

// Once a row: where it lives and stays where it is, nothing may need a destructor.
HeapTuple before_update(FunctionCallInfo fcinfo, const TriggerData &trigger) {
  statement_work &work = work_of(fcinfo, trigger);
  if (work.plan->refuses && work.plan->root != work.plan->table)
    work.moved.updated(trigger);
  const bool lived = heap_attisnull(trigger.tg_trigtuple, work.number, descriptor_of(trigger));
  const bool lives = heap_attisnull(trigger.tg_newtuple, work.number, descriptor_of(trigger));
  if (lived && lives) {
    if (!work.plan->references.empty() && is_moved(*work.plan, trigger) && !follows_parent(trigger))
      notes_of(trigger).add(plan_with_links(*trigger.tg_trigger, trigger.tg_relation), row_event::moved,
                            trigger.tg_newtuple, descriptor_of(trigger));
    return trigger.tg_newtuple;
  }
  return lived ? delete_row(work, trigger) : lives ? restore_row(work, trigger) : keep_deleted(work, trigger);
}

HeapTuple before_delete(FunctionCallInfo fcinfo, const TriggerData &trigger) {
  statement_work &work = work_of(fcinfo, trigger);
  if (work.plan->refuses && !work.moved.deleted(trigger) && !pg::is_fired_by(pg::own_statement::purge))
    refuse_hard_delete(*work.plan, trigger.tg_trigtuple, descriptor_of(trigger));
  return trigger.tg_trigtuple;
}

// The executor that fires a trigger AFTER, if its end is seen.
MemoryContext ending_executor(MemoryContext called_in) {
  const EState *executor = pg::executor_of(MemoryContextGetParent(called_in));
  return executor && !executor->es_finished ? executor->es_query_cxt : nullptr;
}

// What is inserted points to live rows. A row that another partition has sent may have followed its parent, which is
// being deleted and will take it along: the end of the statement tells.
void require_live_parents(const TriggerData &trigger, const std::shared_ptr<const soft_delete_plan> &plan,
                          const row_values &row, MemoryContext called_in) {
  live_parents none;
  const parent_link *link = deleted_parent(*plan, row, none);
  if (!link)
    return;
  MemoryContext executor = plan->root != plan->table ? ending_executor(called_in) : nullptr;
  if (!executor)
    refuse_deleted_parent(*plan, *link, *row.at(link->places));
  statement_notes::of(executor).add(plan, row_event::moved, trigger.tg_trigtuple, descriptor_of(trigger));
}

// What is inserted as a deleted row may have children that came before it.
void after_insert(FunctionCallInfo fcinfo, const TriggerData &trigger, MemoryContext called_in) {
  const statement_work &work = work_of(fcinfo, trigger);
  const bool is_live = call([&] { return heap_attisnull(trigger.tg_trigtuple, work.number, descriptor_of(trigger)); });
  if (is_live ? work.plan->parents.empty() : !work.plan->may_have_early_children)
    return;
  const auto plan = plan_with_links(*trigger.tg_trigger, trigger.tg_relation);
  const row_values row = values_of(trigger.tg_trigtuple, descriptor_of(trigger), *plan);
  pg::with_spi([&] {
    if (is_live)
      return require_live_parents(trigger, plan, row, called_in);
    delete_children(*plan, row);
    require_no_live_children(*plan, row);
  });
}

// History puts each row back itself, with the stamp that it had. What that means for other rows, the end of the call
// tells.
void put_back(FunctionCallInfo fcinfo, const TriggerData &trigger, restoration &whole) {
  const statement_work &work = work_of(fcinfo, trigger);
  const bool updates = TRIGGER_FIRED_BY_UPDATE(trigger.tg_event);
  HeapTuple row = updates ? trigger.tg_newtuple : trigger.tg_trigtuple;
  const auto is_live = [&](HeapTuple of) {
    return call([&] { return heap_attisnull(of, work.number, descriptor_of(trigger)); });
  };
  const bool lives = is_live(row);
  if (updates && is_live(trigger.tg_trigtuple) == lives &&
      !(lives && call([&] { return is_moved(*work.plan, trigger); })))
    return;
  const auto plan = plan_with_links(*trigger.tg_trigger, trigger.tg_relation);
  if (updates && !lives)
    call([&] { pg::lock_row(trigger.tg_relation, trigger.tg_trigtuple->t_self, LockTupleExclusive); });
  put_back_rows::of(whole).add(whole, plan, lives ? row_event::moved : row_event::deleted, row, descriptor_of(trigger));
}

void before_truncate(const TriggerData &trigger) {
  const option_list options = pg::trigger_options(*trigger.tg_trigger, soft_delete_feature);
  if (text_option(options, "hard_delete") == "refuse")
    refuse_truncate(trigger.tg_relation, text_option(options, "column"));
}

bool is_right(TriggerEvent event) {
  if (TRIGGER_FIRED_BY_TRUNCATE(event))
    return TRIGGER_FIRED_BEFORE(event);
  if (!TRIGGER_FIRED_FOR_ROW(event))
    return false;
  if (TRIGGER_FIRED_INSTEAD(event))
    return TRIGGER_FIRED_BY_DELETE(event);
  return TRIGGER_FIRED_BY_INSERT(event) ? TRIGGER_FIRED_AFTER(event) : TRIGGER_FIRED_BEFORE(event);
}

Datum fire(FunctionCallInfo fcinfo) {
  MemoryContext called_in = CurrentMemoryContext;
  const TriggerData &trigger = pg::require_trigger(fcinfo, soft_delete_feature);
  const TriggerEvent event = trigger.tg_event;
  if (!is_right(event))
    pg::misused_trigger(trigger, soft_delete_feature, right_trigger);
  if (TRIGGER_FIRED_INSTEAD(event))
    return PointerGetDatum(delete_in_view(fcinfo, trigger));
  const bool updates = TRIGGER_FIRED_BY_UPDATE(event);
  restoration *whole = running_restoration();
  if (whole && !TRIGGER_FIRED_BY_DELETE(event) && !pg::is_paused(pg::pausable::soft_delete))
    put_back(fcinfo, trigger, *whole);
  if (whole || pg::is_paused(pg::pausable::soft_delete))
    return PointerGetDatum(updates ? trigger.tg_newtuple : trigger.tg_trigtuple);
  if (updates)
    return PointerGetDatum(before_update(fcinfo, trigger));
  if (TRIGGER_FIRED_BY_DELETE(event))
    return PointerGetDatum(before_delete(fcinfo, trigger));
  if (TRIGGER_FIRED_BY_INSERT(event))
    after_insert(fcinfo, trigger, called_in);
  else
    before_truncate(trigger);
  return PointerGetDatum(nullptr);
}

} // namespace

} // namespace upkeep::soft_delete

// upkeep.soft_delete() RETURNS trigger. Errors: UK010 a change of a row that stays deleted, or a DELETE or TRUNCATE
// that the options refuse; 23503 a live row under a deleted one; 39P01 a wrong trigger; 22023, 42703, 42804, 42P10,
// 42P17 and 428C9 its arguments and its table; 40001; 55000 a live view of a table without soft delete.
UPKEEP_FUNCTION(upkeep_soft_delete) {
  return upkeep::pg::entry([=] { return upkeep::soft_delete::fire(fcinfo); });
}
