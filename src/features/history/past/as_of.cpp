// upkeep.as_of: the rows there are, and those that were, as they stood.
#include "features/history/past/past_rows.hpp"
#include "features/history/past/row_builder.hpp"

#include "features/history/past/beginning.hpp"
#include "postgres/relation.hpp"
#include "postgres/sql/arguments.hpp"
#include "postgres/sql/result_set.hpp"
#include "postgres/sql/row_stream.hpp"
#include "postgres/values/pinned_settings.hpp"

namespace upkeep::history {

using pg::call;

namespace {

// The table whose rows are of the type of the first argument.
Oid table_of_rows(FunctionCallInfo fcinfo) {
  const Oid type = call([=] { return getBaseType(get_fn_expr_argtype(fcinfo->flinfo, 0)); });
  const Oid table = OidIsValid(type) ? call([=] { return get_typ_typrelid(type); }) : InvalidOid;
  if (!OidIsValid(table) || call([=] { return get_rel_relkind(table); }) == RELKIND_COMPOSITE_TYPE)
    throw fault{.sqlstate = sqlstate::wrong_object_type,
                .message = fmt::format("type {} is not the row type of a table",
                                       pg::string_from([=] { return format_type_be(type); })),
                .hint = "Say whose rows: SELECT * FROM upkeep.as_of(NULL::orders, now() - interval '1 day');"};
  return table;
}

void walk_back(const past_table &table, TimestampTz at, past_rows &rows) {
  const pg::parameter parameters[] = {{INT4OID, Int32GetDatum(table.plan.number)},
                                      {TIMESTAMPTZOID, TimestampTzGetDatum(at)}};
  pg::with_pinned_settings([&] {
    each_entry(pg::sql("WHERE e.table_number [=] $1 AND e.at [>] $2 ORDER BY e.id DESC"), parameters, true,
               [&](const past_entry &entry) { rows.go_back(entry); });
  });
  rows.index();
}

// Hands on the rows that no entry tells of, and keeps the others with what is told of them.
void read_rows(const past_table &table, past_rows &rows, Tuplestorestate *store, MemoryContext memory) {
  auto *key = static_cast<Datum *>(call([] { return palloc(sizeof(Datum) * INDEX_MAX_KEYS); }));
  const bool is_changed = !rows.empty();
  const std::string query = pg::sql("SELECT {columns} FROM {table} t", "columns"_is = columns_now(table),
                                    "table"_is = pg::table{RelationGetRelid(table.relation)});
  pg::stream(query, [&](TupleTableSlot *row) {
    if (is_changed)
      if (past_row *known = rows.find_now(rows.read_key(row, key), key)) {
        MemoryContext outer = MemoryContextSwitchTo(memory);
        known->now = ExecCopySlotHeapTuple(row);
        MemoryContextSwitchTo(outer);
        return;
      }
    tuplestore_puttupleslot(store, row);
  });
}

[[noreturn]] void not_told(const past_table &table, const past_row &row) {
  throw fault{
      .sqlstate = sqlstate::object_not_in_prerequisite_state,
      .message = fmt::format("row {} of \"{}\" is not what its newest entry says", row.name,
                             RelationGetRelationName(table.relation)),
      .hint =
          "It was written while history was paused or disabled, or changed by ALTER TABLE: what it was is not known."};
}

void add_past_rows(const past_table &table, past_rows &rows, const ReturnSetInfo &result, MemoryContext memory) {
  const bool is_filtered = pg::is_filtered(RelationGetRelid(table.relation));
  row_builder builder(table, memory);
  pg::with_pinned_settings([&] {
    for (past_row &row : rows.all()) {
      if (is_filtered && !row.now)
        continue; // a row that the caller does not see, or never saw
      if (!builder.is_told(row, {}))
        not_told(table, row);
      if (row.existed)
        call([&] { builder.build(row, result.setResult, result.setDesc); });
    }
  });
  builder.close();
}

void as_of(FunctionCallInfo fcinfo, Oid oid, TimestampTz at) {
  auto &result = *reinterpret_cast<ReturnSetInfo *>(fcinfo->resultinfo);
  const MemoryContext memory = CurrentMemoryContext;
  with_past_of(oid, AccessShareLock, [&](Relation relation) {
    const past_table table(relation, memory);
    table.require_readable();
    require_history_since(table, at);
    past_rows rows(table, memory);
    walk_back(table, at, rows);
    read_rows(table, rows, result.setResult, memory);
    add_past_rows(table, rows, result, memory);
  });
}

} // namespace

} // namespace upkeep::history

using namespace upkeep;
using namespace upkeep::history;

// upkeep.as_of(target, at) RETURNS SETOF anyelement: the rows of a table, told by its row type, as they stood. Errors:
// 22004 at is NULL; 42809 not the row type of a table; 42501 the caller may not SELECT; 55000 the history does not
// reach back that far, or does not tell.
UPKEEP_FUNCTION(upkeep_as_of) {
  return pg::entry([=] {
    const pg::arguments given(fcinfo);
    const Oid table = table_of_rows(fcinfo);
    const TimestampTz at = DatumGetTimestampTz(given.value(1, "at"));
    const pg::result_set result(fcinfo);
    pg::with_spi([&] { as_of(fcinfo, table, at); });
    return Datum(0);
  });
}
