// DELETE in a live view.
#include "features/catalogue.hpp"
#include "features/soft_delete/live_view.hpp"
#include "features/soft_delete/soft_delete_plan.hpp"
#include "postgres/memory.hpp"
#include "postgres/sql/key_equality.hpp"
#include "postgres/sql/query.hpp"

#include <utility>

namespace upkeep::soft_delete {

using pg::call;

namespace {

// The column of the view that shows a column of the table, or 0.
AttrNumber shown_as(const Query &query, AttrNumber column) {
  const ListCell *cell;
  foreach (cell, query.targetList) {
    const TargetEntry &entry = *lfirst_node(TargetEntry, cell);
    if (IsA(entry.expr, Var) && reinterpret_cast<const Var *>(entry.expr)->varattno == column)
      return entry.resno;
  }
  return InvalidAttrNumber;
}

// The one table of its query, or nullptr.
const RangeTblEntry *only_table(const Query &query) {
  const List *from = query.jointree->fromlist;
  if (list_length(from) != 1 || !IsA(linitial(from), RangeTblRef))
    return nullptr;
  const auto *table = list_nth_node(RangeTblEntry, query.rtable, linitial_node(RangeTblRef, from)->rtindex - 1);
  return table->rtekind == RTE_RELATION ? table : nullptr;
}

// The columns of the table that a view of its rows shows, in the view's order.
std::vector<std::string> shown_columns(const Query &query, Oid table) {
  std::vector<std::string> names;
  const ListCell *cell;
  foreach (cell, query.targetList)
    if (const TargetEntry &entry = *lfirst_node(TargetEntry, cell); IsA(entry.expr, Var))
      names.push_back(pg::string_from(
          [=, &entry] { return get_attname(table, reinterpret_cast<const Var *>(entry.expr)->varattno, false); }));
  return names;
}

[[noreturn]] void not_live(Relation view, const char *why) {
  throw fault{.sqlstate = sqlstate::object_not_in_prerequisite_state,
              .message = fmt::format("\"{}\" is no view of live rows: {}", pg::table_name(view), why),
              .hint = fmt::format("DROP VIEW {}; if the table has soft delete, upkeep.live_view makes it again.",
                                  pg::qualified(RelationGetRelid(view)))};
}

// What one statement needs. It lives in the memory of the executor.
struct view_work {
  view_work(std::vector<AttrNumber> columns, std::string lock, std::string update, const std::vector<Oid> &types)
      : columns(std::move(columns)), lock(std::move(lock), types), update(std::move(update), types) {}
  std::vector<AttrNumber> columns; // of the view, with the key
  pg::saved_query lock;            // the row that lives: who wrote it, and what the view shows of it
  pg::saved_query update;
};

const view_deletion *running_deletion = nullptr;

// Until the end of a block.
class being_view_deletion {
public:
  explicit being_view_deletion(const view_deletion *now) : before(std::exchange(running_deletion, now)) {}
  being_view_deletion(const being_view_deletion &) = delete;
  being_view_deletion &operator=(const being_view_deletion &) = delete;
  ~being_view_deletion() { running_deletion = before; }

private:
  const view_deletion *before;
};

int trigger_depth() {
  return call([] { return DatumGetInt32(DirectFunctionCall1(pg_trigger_depth, 0)); });
}

view_work &make_view_work(FunctionCallInfo fcinfo, Relation view) {
  const Query &query = *call([=] { return get_view_query(view); });
  const Oid table = table_behind(view);
  call([=] { LockRelationOid(table, RowExclusiveLock); });
  const std::optional<soft_column> column = soft_column_of(table);
  if (!column)
    not_live(view, "its table has no soft delete");
  std::vector<AttrNumber> columns;
  std::vector<Oid> types;
  std::vector<pg::fragment> conditions;
  pg::with_relation(table, [&](Relation relation) {
    for (const std::string &name : pg::primary_key(relation)) {
      const AttrNumber number = pg::find_column(RelationGetDescr(relation), name);
      columns.push_back(shown_as(query, number));
      if (columns.back() == InvalidAttrNumber)
        not_live(view, "it lacks a column of the primary key");
      types.push_back(TupleDescAttr(RelationGetDescr(relation), number - 1)->atttypid);
      conditions.push_back(pg::sql("t.{name} {equals} {value}", "name"_is = pg::identifier{name},
                                   "equals"_is = pg::equality_of(types.back(), types.back()).equals,
                                   "value"_is = pg::fragment(fmt::format("${}", types.size()))));
    }
  });
  const pg::fragment name = pg::identifier{column->name};
  const pg::fragment lives =
      pg::sql("{has_key} AND t.{name} IS NULL", "has_key"_is = pg::joined(conditions, " AND "), "name"_is = name);
  auto &work = pg::make_in<view_work>(fcinfo->flinfo->fn_mcxt, std::move(columns),
                                      pg::sql("SELECT t.xmin, {shown} FROM {table} t WHERE {lives} FOR UPDATE OF t",
                                              "shown"_is = pg::columns_of("t", shown_columns(query, table)),
                                              "table"_is = pg::table{table}, "lives"_is = lives)
                                          .text(),
                                      pg::sql("UPDATE {table} t SET {name} = pg_catalog.now() WHERE {lives}",
                                              "table"_is = pg::table{table}, "name"_is = name, "lives"_is = lives)
                                          .text(),
                                      types);
  fcinfo->flinfo->fn_extra = &work;
  return work;
}

} // namespace

Oid table_behind(Relation view) {
  const Query *query = call([=] { return get_view_query(view); });
  const RangeTblEntry *table = only_table(*query);
  if (!table)
    not_live(view, "it does not show the rows of one table");
  return table->relid;
}

const view_deletion *running_view_deletion() {
  return running_deletion && running_deletion->depth == trigger_depth() ? running_deletion : nullptr;
}

namespace {

// What the DELETE chose by what the view showed must be what it deletes: another transaction may have changed the row
// meanwhile. What this one has changed, earlier rows of the statement may have set off.
void require_as_shown(const pg::rows &locked, const TriggerData &trigger) {
  bool is_null = false;
  const auto writer = DatumGetTransactionId(locked.value(0, 1, is_null));
  if (call([=] { return TransactionIdIsCurrentTransactionId(writer); }))
    return;
  TupleDesc descriptor = RelationGetDescr(trigger.tg_relation);
  for (int i = 0; i < descriptor->natts; ++i) {
    const FormData_pg_attribute &type = *TupleDescAttr(descriptor, i);
    bool was_null = false;
    const Datum shown = call([&] { return heap_getattr(trigger.tg_trigtuple, i + 1, descriptor, &was_null); });
    const Datum now = locked.value(0, i + 2, is_null);
    if (was_null != is_null ||
        (!is_null && !call([&] { return datum_image_eq(shown, now, type.attbyval, type.attlen); })))
      throw fault{.sqlstate = sqlstate::serialization_failure,
                  .message = "could not serialize access due to concurrent update",
                  .detail = fmt::format("A row that is deleted in \"{}\" was changed meanwhile.",
                                        pg::table_name(trigger.tg_relation)),
                  .hint = "Repeat the statement."};
  }
}

// Whether there is such a row, locked.
bool lock_as_shown(const view_work &work, const std::vector<pg::parameter> &key, const TriggerData &trigger) {
  if (call([] { return IsolationUsesXactSnapshot(); }))
    return true;
  pg::rows locked = work.lock.execute(key);
  const bool is_there = locked.count() > 0;
  if (is_there)
    require_as_shown(locked, trigger);
  locked.free();
  return is_there;
}

} // namespace

HeapTuple delete_in_view(FunctionCallInfo fcinfo, const TriggerData &trigger) {
  auto *work = static_cast<view_work *>(fcinfo->flinfo->fn_extra);
  std::uint64_t written = 0;
  Snapshot statement_sees = call([] { return GetActiveSnapshot(); });
  pg::with_spi([&] {
    if (!work)
      work = &make_view_work(fcinfo, trigger.tg_relation);
    std::vector<pg::parameter> key;
    TupleDesc descriptor = RelationGetDescr(trigger.tg_relation);
    for (const AttrNumber column : work->columns) {
      bool is_null = false;
      const Datum value = call([&] { return heap_getattr(trigger.tg_trigtuple, column, descriptor, &is_null); });
      key.push_back({TupleDescAttr(descriptor, column - 1)->atttypid, value, is_null});
    }
    if (!lock_as_shown(*work, key, trigger))
      return;
    const view_deletion now{trigger.tg_trigslot->tts_mcxt, statement_sees, trigger_depth() + 1};
    const being_view_deletion running(&now);
    work->update.execute(key);
    written = SPI_processed;
  });
  return written > 0 ? trigger.tg_trigtuple : nullptr;
}

} // namespace upkeep::soft_delete
