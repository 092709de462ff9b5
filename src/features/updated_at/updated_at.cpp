// The trigger function upkeep.updated_at(): stamps a row that really changed.
#include "features/updated_at/updated_at_plan.hpp"

#include "features/catalogue.hpp"
#include "features/updated_at/updated_at_settings.hpp"
#include "postgres/executor/marked_statement.hpp"
#include "postgres/executor/statement.hpp"
#include "postgres/rows/row_writer.hpp"
#include "postgres/settings.hpp"

#include <cstring>

namespace upkeep::updated_at {

using pg::call;
using pg::cell;

namespace {

constexpr const char *right_trigger = "BEFORE INSERT OR UPDATE ... FOR EACH ROW";

// The plan of this statement, made from the session's or from the trigger's arguments.
updated_at_plan &plan_of(FunctionCallInfo fcinfo, const TriggerData &trigger) {
  if (!TRIGGER_FIRED_BEFORE(trigger.tg_event) || !TRIGGER_FIRED_FOR_ROW(trigger.tg_event))
    pg::misused_trigger(trigger, updated_at_feature, right_trigger);
  const auto remembered = pg::session_plan<std::vector<char>>(*trigger.tg_trigger, [&] {
    Relation table = trigger.tg_relation;
    auto made = std::make_shared<std::vector<char>>(updated_at_plan::size(RelationGetDescr(table)->natts));
    resolve_updated_at(read_updated_at(pg::trigger_options(*trigger.tg_trigger, updated_at_feature)), table,
                       *new (made->data()) updated_at_plan);
    return pg::resolved_plan<std::vector<char>>{made, {{RelationGetRelid(table)}}};
  });
  void *memory = call([&] { return MemoryContextAlloc(fcinfo->flinfo->fn_mcxt, remembered->size()); });
  std::memcpy(memory, remembered->data(), remembered->size());
  fcinfo->flinfo->fn_extra = memory;
  return *static_cast<updated_at_plan *>(memory);
}

// The clock in the column's own terms: UTC or the session's local time, rounded to its precision.
microseconds read_clock(updated_at_plan &plan) {
  if (plan.now_is_known)
    return plan.now;
  TimestampTz now = plan.clock == stamp_clock::transaction ? GetCurrentTransactionStartTimestamp()
                    : plan.clock == stamp_clock::statement ? GetCurrentStatementStartTimestamp()
                                                           : GetCurrentTimestamp();
  if (!plan.has_zone && plan.session_local)
    now = DatumGetTimestamp(DirectFunctionCall1(timestamptz_timestamp, TimestampTzGetDatum(now)));
  else
    // Without a zone to look up, one reading serves the statement.
    plan.now_is_known = plan.clock != stamp_clock::clock;
  return plan.now = round_to(now, plan.tick);
}

[[noreturn]] void stale_version(const TriggerData &trigger, const updated_at_plan &plan, const pg::comparison &rows) {
  const char *column = NameStr(TupleDescAttr(RelationGetDescr(trigger.tg_relation), plan.version - 1)->attname);
  throw fault{.sqlstate = sqlstate::stale_version,
              .message = fmt::format("stale version of a row of \"{}\"", pg::table_name(trigger.tg_relation)),
              .detail = fmt::format("The row has {} {}, the client sent {}.", column,
                                    rows.old_version.is_null ? "NULL" : std::to_string(rows.old_version.value),
                                    rows.new_version.is_null ? "NULL" : std::to_string(rows.new_version.value)),
              .hint = "Read the row again and repeat the change on what it says now."};
}

[[noreturn]] void explicit_stamp(const TriggerData &trigger, const updated_at_plan &plan) {
  const char *column = NameStr(TupleDescAttr(RelationGetDescr(trigger.tg_relation), plan.stamp - 1)->attname);
  throw fault{.sqlstate = sqlstate::generated_always,
              .message = fmt::format("column \"{}\" of table \"{}\" is kept by the database", column,
                                     pg::table_name(trigger.tg_relation)),
              .detail = "The statement sets it to another value.",
              .hint = fmt::format("Leave \"{}\" out of the SET list.", column)};
}

[[noreturn]] void version_exhausted(const TriggerData &trigger, const updated_at_plan &plan) {
  throw fault{.sqlstate = sqlstate::numeric_value_out_of_range,
              .message =
                  fmt::format("column \"{}\" of table \"{}\" has reached the largest version",
                              NameStr(TupleDescAttr(RelationGetDescr(trigger.tg_relation), plan.version - 1)->attname),
                              pg::table_name(trigger.tg_relation)),
              .hint = plan.last_version == INT64_MAX ? "Set the version back while upkeep.pause is 'updated_at'."
                                                     : "Make the column a bigint."};
}

bool is_in_set_list(const TriggerData &trigger, AttrNumber column) {
  return bms_is_member(column - FirstLowInvalidHeapAttributeNumber, trigger.tg_updatedcols);
}

// Whether the client's value for the stamp stays as it is.
bool keeps_explicit(const TriggerData &trigger, const updated_at_plan &plan, const pg::comparison &rows) {
  if (plan.on_explicit == explicit_rule::ignore || !is_in_set_list(trigger, plan.stamp))
    return false;
  const bool differs = rows.new_stamp.is_null != rows.old_stamp.is_null || rows.new_stamp.value != rows.old_stamp.value;
  const pg::statement_kind kind = pg::kind_of_statement(trigger.tg_newslot);
  if (plan.on_explicit == explicit_rule::reject && differs)
    explicit_stamp(trigger, plan);
  // The SET list of a MERGE is that of all its branches, so only another value shows that this one set it.
  return plan.on_explicit == explicit_rule::respect && kind != pg::statement_kind::touch &&
         (differs || kind != pg::statement_kind::merge);
}

void check_domain(FunctionCallInfo fcinfo, Oid domain, void **cache, Datum value) {
  if (OidIsValid(domain))
    domain_check(value, false, domain, cache, fcinfo->flinfo->fn_mcxt);
}

// Whether the statement is the library's own and only writes what follows from other rows: anyone who holds the row's
// version has missed nothing.
bool is_derived(const TriggerData &trigger) {
  return pg::is_fired_by(pg::own_statement::derived) || pg::is_fired_by(pg::own_statement::total) ||
         pg::is_fired_by(pg::own_statement::refund) || pg::is_fired_by(pg::own_statement::rollup) ||
         pg::kind_of_statement(trigger.tg_newslot) == pg::statement_kind::touch;
}

void keep_version(FunctionCallInfo fcinfo, const TriggerData &trigger, updated_at_plan &plan,
                  const pg::comparison &rows, pg::row_writer &writer) {
  const std::int64_t old_version = rows.old_version.is_null ? 0 : rows.old_version.value;
  if (rows.new_version.is_null ? !rows.old_version.is_null : !version_follows(old_version, rows.new_version.value))
    stale_version(trigger, plan, rows);
  if (rows.changed && !is_derived(trigger)) {
    const std::optional<std::int64_t> next = next_version(old_version, plan.last_version);
    if (!next)
      version_exhausted(trigger, plan);
    check_domain(fcinfo, plan.version_domain, &plan.domain_cache[1], Int64GetDatum(*next));
    writer.set(plan.version, rows.new_version, *next);
  } else if (rows.old_version.is_null && !rows.new_version.is_null && rows.new_version.value == old_version)
    writer.set_null(plan.version);
  // Else what the client sent stays: the version that is there, or the one that follows, which forces an increment.
}

HeapTuple on_update(FunctionCallInfo fcinfo, const TriggerData &trigger, updated_at_plan &plan) {
  pg::comparison rows =
      pg::compare(plan.table, RelationGetDescr(trigger.tg_relation), trigger.tg_trigtuple, trigger.tg_newtuple);
  pg::row_writer writer(trigger, plan.table);
  rows.changed = (rows.changed || (rows.protected_differs && writer.fills_guarded())) && !pg::is_quiet();

  if (!keeps_explicit(trigger, plan, rows)) {
    if (rows.changed || pg::kind_of_statement(trigger.tg_newslot) == pg::statement_kind::touch) {
      const microseconds now = read_clock(plan);
      const microseconds stamp = rows.old_stamp.is_null ? now : next_stamp(now, rows.old_stamp.value, plan.tick);
      check_domain(fcinfo, plan.stamp_domain, &plan.domain_cache[0], TimestampTzGetDatum(stamp));
      writer.set(plan.stamp, rows.new_stamp, stamp);
    } else if (!rows.old_stamp.is_null)
      writer.set(plan.stamp, rows.new_stamp, rows.old_stamp.value);
    else if (!rows.new_stamp.is_null)
      writer.set_null(plan.stamp);
  }
  if (plan.version != InvalidAttrNumber)
    keep_version(fcinfo, trigger, plan, rows, writer);
  if (rows.protected_differs && !pg::is_restoring())
    writer.restore_guarded();
  return writer.finish();
}

HeapTuple on_insert(FunctionCallInfo fcinfo, const TriggerData &trigger, updated_at_plan &plan) {
  TupleDesc descriptor = RelationGetDescr(trigger.tg_relation);
  if (!heap_attisnull(trigger.tg_trigtuple, plan.stamp, descriptor) || pg::is_restoring())
    return trigger.tg_trigtuple;
  int column = plan.stamp;
  bool is_null = false;
  Datum stamp = TimestampTzGetDatum(read_clock(plan));
  check_domain(fcinfo, plan.stamp_domain, &plan.domain_cache[0], stamp);
  return heap_modify_tuple_by_cols(trigger.tg_trigtuple, descriptor, 1, &column, &stamp, &is_null);
}

// Once a row: nothing here may need a destructor when PostgreSQL raises.
HeapTuple stamp_row(FunctionCallInfo fcinfo) {
  const TriggerData &trigger = pg::require_trigger(fcinfo, updated_at_feature);
  const bool updates = TRIGGER_FIRED_BY_UPDATE(trigger.tg_event);
  if (!updates && !TRIGGER_FIRED_BY_INSERT(trigger.tg_event))
    pg::misused_trigger(trigger, updated_at_feature, right_trigger);
  if (pg::is_paused(pg::pausable::updated_at))
    return updates ? trigger.tg_newtuple : trigger.tg_trigtuple;
  auto *plan = static_cast<updated_at_plan *>(fcinfo->flinfo->fn_extra);
  if (!plan)
    plan = &plan_of(fcinfo, trigger);
  return updates ? on_update(fcinfo, trigger, *plan) : on_insert(fcinfo, trigger, *plan);
}

} // namespace

} // namespace upkeep::updated_at

// upkeep.updated_at() RETURNS trigger: BEFORE INSERT OR UPDATE, FOR EACH ROW. Errors: 39P01 a wrong trigger, 22023 and
// 42703 and 42804 its arguments, 428C9 explicit=reject, UK006 a stale version, 22003 a version at its end.
UPKEEP_FUNCTION(upkeep_updated_at) {
  return upkeep::pg::entry([=] { return PointerGetDatum(upkeep::updated_at::stamp_row(fcinfo)); });
}
