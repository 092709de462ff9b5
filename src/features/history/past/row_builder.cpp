#include "features/history/past/row_builder.hpp"

#include "features/history/past/read_value.hpp"

#include "postgres/values/same_value.hpp"

#include <algorithm>

namespace upkeep::history {

using pg::call;

row_builder::row_builder(const past_table &table, MemoryContext memory)
    : table(table), descriptor(RelationGetDescr(table.relation)) {
  const pg::within here(memory);
  call([&] {
    const auto count = static_cast<std::size_t>(descriptor->natts);
    executor = CreateExecutorState();
    expressions = GetPerTupleExprContext(executor);
    slot = MakeSingleTupleTableSlot(descriptor, &TTSOpsVirtual);
    generated = static_cast<ExprState **>(palloc0(sizeof(ExprState *) * (count + 1)));
    values = static_cast<Datum *>(palloc(sizeof(Datum) * (count + 1)));
    nulls = static_cast<bool *>(palloc(sizeof(bool) * (count + 1)));
    for (int i = 0; i < descriptor->natts; ++i)
      if (TupleDescAttr(descriptor, i)->attgenerated) {
        has_generated = true;
        generated[i] = ExecPrepareExpr(reinterpret_cast<Expr *>(build_column_default(table.relation, i + 1)), executor);
      }
  });
}

void row_builder::close() {
  call([&] {
    ExecDropSingleTupleTableSlot(slot);
    FreeExecutorState(executor);
  });
}

bool row_builder::has_value(const past_row &row, AttrNumber column, const JsonbValue &value) {
  if (!table.is_counted(column) || !table.is_kept(column))
    return true;
  const FormData_pg_attribute &attribute = *TupleDescAttr(descriptor, column - 1);
  const pg::within here(expressions->ecxt_per_tuple_memory);
  return call([&] {
    const pg::stored_state state = pg::state_of(value);
    if (state == pg::stored_state::digest || state == pg::stored_state::erased)
      return true;
    bool is_null = false;
    const Datum now = heap_getattr(row.now, column, descriptor, &is_null);
    if (is_null || state == pg::stored_state::null)
      return is_null == (state == pg::stored_state::null);
    const Datum told = read_value(table, column, row.name, value);
    return datum_image_eq(now, told, attribute.attbyval, attribute.attlen) || pg::same_value(attribute, now, told);
  });
}

bool row_builder::is_told(const past_row &row, std::span<const AttrNumber> ours) {
  if (!row.is_there || !row.now)
    return !row.is_there && !row.now;
  const bool is_same = std::ranges::all_of(row.values, [&](const past_value &value) {
    return !value.has_now || std::ranges::count(ours, value.column) > 0 || has_value(row, value.column, value.now);
  });
  call([&] { ResetExprContext(expressions); });
  return is_same;
}

// What ADD COLUMN gave to rows that were there: it is kept unless the table was rewritten since.
Datum row_builder::missing(AttrNumber column, bool &is_null) {
  const FormData_pg_attribute &attribute = *TupleDescAttr(descriptor, column - 1);
  if (attribute.atthasmissing)
    return getmissingattr(descriptor, column, &is_null);
  is_null = true;
  if (!attribute.attnotnull || !attribute.atthasdef || attribute.attgenerated || !table.is_kept(column))
    return 0;
  Node *expression = build_column_default(table.relation, column);
  if (!expression || contain_volatile_functions(expression))
    return 0;
  return ExecEvalExpr(ExecPrepareExpr(reinterpret_cast<Expr *>(expression), executor), expressions, &is_null);
}

void row_builder::fill_from(const past_row &row) {
  if (row.now)
    heap_deform_tuple(row.now, descriptor, values, nulls);
  else
    for (AttrNumber column = 1; column <= descriptor->natts; ++column)
      values[column - 1] = missing(column, nulls[column - 1]);
  for (const past_value &value : row.values) {
    if (!value.has_past)
      continue;
    const auto place = static_cast<std::size_t>(value.column - 1);
    nulls[place] = pg::state_of(value.past) != pg::stored_state::known || !table.is_kept(value.column);
    if (!nulls[place])
      values[place] = read_value(table, value.column, row.name, value.past);
  }
}

void row_builder::generate() {
  if (!has_generated)
    return;
  ExecClearTuple(slot);
  for (int i = 0; i < descriptor->natts; ++i) {
    slot->tts_values[i] = values[i];
    slot->tts_isnull[i] = nulls[i] || generated[i];
  }
  ExecStoreVirtualTuple(slot);
  expressions->ecxt_scantuple = slot;
  for (int i = 0; i < descriptor->natts; ++i)
    if (generated[i])
      values[i] = ExecEvalExpr(generated[i], expressions, &nulls[i]);
}

void row_builder::build(const past_row &row, Tuplestorestate *into, TupleDesc result) {
  ResetExprContext(expressions);
  MemoryContext outer = MemoryContextSwitchTo(expressions->ecxt_per_tuple_memory);
  fill_from(row);
  generate();
  tuplestore_putvalues(into, result, values, nulls);
  MemoryContextSwitchTo(outer);
}

} // namespace upkeep::history
