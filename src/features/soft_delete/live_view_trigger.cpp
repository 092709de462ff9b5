// DELETE in a live view.
#include "features/catalogue.hpp"
#include "features/soft_delete/live_view.hpp"
#include "features/soft_delete/soft_delete_plan.hpp"
#include "postgres/memory.hpp"
#include "postgres/sql/key_equality.hpp"
#include "postgres/sql/query.hpp"

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

[[noreturn]] void not_live(Relation view, const char *why) {
  throw fault{.sqlstate = sqlstate::object_not_in_prerequisite_state,
              .message = fmt::format("\"{}\" is no view of live rows: {}", RelationGetRelationName(view), why),
              .hint = fmt::format("DROP VIEW {}; if the table has soft delete, upkeep.live_view makes it again.",
                                  pg::qualified(RelationGetRelid(view)))};
}

// What one statement needs. It lives in the memory of the executor.
struct view_work {
  view_work(std::vector<AttrNumber> columns, std::string sql, std::vector<Oid> types)
      : columns(std::move(columns)), update(std::move(sql), std::move(types)) {}
  std::vector<AttrNumber> columns; // of the view, with the key
  pg::saved_query update;
};

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
  auto &work = pg::make_in<view_work>(
      fcinfo->flinfo->fn_mcxt, std::move(columns),
      pg::sql("UPDATE {table} t SET {name} = pg_catalog.now() WHERE {has_key} AND t.{name} IS NULL",
              "table"_is = pg::table{table}, "name"_is = name, "has_key"_is = pg::joined(conditions, " AND "))
          .text(),
      std::move(types));
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

HeapTuple delete_in_view(FunctionCallInfo fcinfo, const TriggerData &trigger) {
  auto *work = static_cast<view_work *>(fcinfo->flinfo->fn_extra);
  std::uint64_t written = 0;
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
    work->update.execute(key);
    written = SPI_processed;
  });
  return written > 0 ? trigger.tg_trigtuple : nullptr;
}

} // namespace upkeep::soft_delete
