#include "features/rollups/source/changes.hpp"

#include "core/fault.hpp"
#include "features/rollups/error_context.hpp"
#include "features/rollups/source/figure_steps.hpp"
#include "features/rollups/source/group_table.hpp"
#include "postgres/as_user.hpp"
#include "postgres/memory.hpp"
#include "postgres/rows/row.hpp"
#include "postgres/rows/transition.hpp"
#include "postgres/values/pinned_settings.hpp"

#include <algorithm>

namespace upkeep::rollups {

using pg::call;

namespace {

// What a row is refused for.
struct refusal {
  pg::number_kind value = pg::number_kind::finite; // of the figure
  int figure = 0;
  bool has_no_key = false;
  key_value key{};
};

// Everything that rows go through. Trivial: what works with it may raise.
struct gathering {
  pg::row_values values;
  bool has_filter;
  pg::row_value filter;
  pg::row_value *keys;
  key_value key; // of the row at hand
  int key_count, figure_count;
  figure_step *figures;
  group_table groups;
  bool groups_nulls, requires_key;
  const pg::layout *counted;
  TupleDesc descriptor;
  refusal refused;
  int figure; // that is being computed; -1: the filter or a key
};

// For errors that expressions raise.
struct told_rollup {
  const rollup *of;
  const gathering *at;
};

void tell_figure(void *argument) {
  const auto &[of, at] = *static_cast<const told_rollup *>(argument);
  const char *table = of->figures.front().column.table.c_str();
  if (at->figure < 0)
    errcontext("filter or key of the rollup to table \"%s\"", table);
  else
    errcontext("figure \"%s\" of table \"%s\" for %s",
               of->figures[static_cast<std::size_t>(at->figure)].column.name.c_str(), table,
               written_key(of->keys, at->key));
}

template <class Value> Value *array_of(std::size_t count) {
  return static_cast<Value *>(palloc0(std::max(count, std::size_t(1)) * sizeof(Value)));
}

gathering prepared(const change_reader &reader, const rollup &of, group_keys &keys, Relation source,
                   MemoryContext memory) {
  gathering all{};
  all.key_count = static_cast<int>(of.keys.size());
  all.figure_count = static_cast<int>(of.figures.size());
  call([&] {
    all.values = pg::begin_row_values();
    all.has_filter = static_cast<bool>(of.filter);
    if (all.has_filter)
      all.filter = pg::prepare_value(all.values, of.filter);
  });
  call([&] {
    all.keys = array_of<pg::row_value>(of.keys.size());
    all.key = {array_of<Datum>(of.keys.size()), array_of<bool>(of.keys.size())};
    all.figures = array_of<figure_step>(of.figures.size());
    all.groups = begin_groups(keys, of.figures.size(), memory);
  });
  for (std::size_t i = 0; i < of.keys.size(); ++i)
    call([&] { all.keys[i] = pg::prepare_value(all.values, of.keys[i].value); });
  for (std::size_t i = 0; i < of.figures.size(); ++i)
    call([&] { all.figures[i] = prepare_step(of.figures[i], all.values, memory); });
  all.groups_nulls = of.groups_nulls;
  all.requires_key = of.inserts && !of.groups_nulls;
  all.counted = reinterpret_cast<const pg::layout *>(reader.counted.data());
  all.descriptor = RelationGetDescr(source);
  return all;
}

// False where the row belongs to no group.
bool read_key(gathering &all, bool goes) {
  bool has_null = false;
  for (int i = 0; i < all.key_count; ++i) {
    all.key.values[i] = pg::value_in(all.values, all.keys[i], all.key.nulls[i]);
    has_null |= all.key.nulls[i];
  }
  all.refused.has_no_key = has_null && all.requires_key && !goes;
  return !has_null || all.groups_nulls;
}

void count_row(gathering &all, bool goes) {
  all.figure = -1;
  bool is_null = false;
  if (all.has_filter && (!DatumGetBool(pg::value_in(all.values, all.filter, is_null)) || is_null))
    return;
  if (!read_key(all, goes))
    return;
  gathered_group &group = find_group(all.groups, all.key);
  group.rows += goes ? -1 : 1;
  for (all.figure = 0; all.figure < all.figure_count; ++all.figure)
    if (const pg::number_kind kind = take_step(all.figures[all.figure], all.values, goes, group.figures[all.figure]);
        kind != pg::number_kind::finite) {
      all.refused = {kind, all.figure, false, group.key};
      return;
    }
}

// False where nothing more is to be read.
bool add_row(gathering &all, TupleTableSlot *row, bool goes) {
  pg::look_at(all.values, row);
  MemoryContext outer = MemoryContextSwitchTo(all.values.memory());
  count_row(all, goes);
  MemoryContextSwitchTo(outer);
  return !all.refused.has_no_key && all.refused.value == pg::number_kind::finite;
}

HeapTupleData tuple_in(TupleTableSlot *slot) {
  bool must_free = false;
  MinimalTuple minimal = ExecFetchSlotMinimalTuple(slot, &must_free);
  HeapTupleData view{};
  view.t_len = minimal->t_len + MINIMAL_TUPLE_OFFSET;
  view.t_data = reinterpret_cast<HeapTupleHeader>(reinterpret_cast<char *>(minimal) - MINIMAL_TUPLE_OFFSET);
  return view;
}

// Whether a column that counts has other bytes: comparing may fetch what lies out of line.
bool has_changed(const gathering &all, TupleTableSlot *before, TupleTableSlot *after) {
  HeapTupleData old_row = tuple_in(before), new_row = tuple_in(after);
  ResetExprContext(all.values.context);
  MemoryContext outer = MemoryContextSwitchTo(all.values.memory());
  const bool differs = pg::compare(*all.counted, all.descriptor, &old_row, &new_row).changed;
  MemoryContextSwitchTo(outer);
  return differs;
}

bool next_row(Tuplestorestate *rows, TupleTableSlot *slot) {
  CHECK_FOR_INTERRUPTS();
  return tuplestore_gettupleslot(rows, true, false, slot);
}

void read_pairs(gathering &all, Tuplestorestate *before, TupleTableSlot *old_row, Tuplestorestate *after,
                TupleTableSlot *new_row) {
  while (next_row(before, old_row) && next_row(after, new_row))
    if (has_changed(all, old_row, new_row) && !(add_row(all, old_row, true) && add_row(all, new_row, false)))
      return;
}

void read_rows(gathering &all, Tuplestorestate *rows, TupleTableSlot *row, bool goes) {
  while (next_row(rows, row))
    if (!add_row(all, row, goes))
      return;
}

void read_statement(gathering &all, const TriggerData &trigger) {
  Tuplestorestate *const tables[] = {trigger.tg_oldtable, trigger.tg_newtable};
  TupleTableSlot *slots[] = {nullptr, nullptr};
  for (int i = 0; i < 2; ++i)
    if (tables[i]) {
      slots[i] = MakeSingleTupleTableSlot(all.descriptor, &TTSOpsMinimalTuple);
      tuplestore_select_read_pointer(tables[i], 0);
      tuplestore_rescan(tables[i]);
    }
  // The two tables of an UPDATE hold their rows in the same order. Where a trigger swallowed a row that was to move to
  // another partition, they do not, and every row counts.
  if (tables[0] && tables[1] && tuplestore_tuple_count(tables[0]) == tuplestore_tuple_count(tables[1]))
    read_pairs(all, tables[0], slots[0], tables[1], slots[1]);
  else
    for (int i = 0; i < 2; ++i)
      if (tables[i] && !all.refused.has_no_key && all.refused.value == pg::number_kind::finite)
        read_rows(all, tables[i], slots[i], i == 0);
  for (TupleTableSlot *slot : slots)
    if (slot)
      ExecDropSingleTupleTableSlot(slot);
}

[[noreturn]] void refuse_value(const refusal &why, const rollup &of) {
  const pg::column_info &column = of.figures[static_cast<std::size_t>(why.figure)].column;
  pg::not_finite(why.value, fmt::format("a value of figure \"{}\" of \"{}\" for {}", column.name, column.table,
                                        key_text(of.keys, why.key)));
}

[[noreturn]] void refuse_null(const gathering &all, const rollup &of) {
  refuse_null_key(
      of, static_cast<std::size_t>(std::find(all.key.nulls, all.key.nulls + all.key_count, true) - all.key.nulls));
}

// The groups of which something is to be written, in any order.
std::vector<group_change> finished(gathering &all, const rollup &of) {
  std::vector<group_change> changes;
  changes.reserve(all.groups.count);
  for (std::uint32_t i = 0; i <= all.groups.mask; ++i) {
    const gathered_group *group = all.groups.cells[i];
    if (!group)
      continue;
    group_change change{group->key, group->figures, group->rows, false, false};
    call([&] {
      ResetExprContext(all.values.context);
      for (int f = 0; f < all.figure_count; ++f)
        if (finish_step(all.figures[f], group->figures[f]))
          (is_additive(all.figures[f].function) ? change.has_differences : change.has_extremes) = true;
    });
    if (change.has_differences || change.has_extremes || (of.inserts && change.rows > 0))
      changes.push_back(change);
  }
  return changes;
}

std::vector<char> layout_of(TupleDesc descriptor, std::span<const AttrNumber> counted) {
  std::vector<char> memory(pg::layout::size(descriptor->natts));
  auto &table = *new (memory.data()) pg::layout;
  pg::describe(descriptor, table);
  for (int i = 0; i < descriptor->natts; ++i)
    table.columns[i].role = pg::column_role::passive;
  for (const AttrNumber each : counted)
    table.columns[each - 1].role = pg::column_role::counted;
  pg::find_special(table);
  return memory;
}

} // namespace

change_reader::change_reader(const rollup &of, Relation source) {
  const auto reads = [&](const pg::row_expression &expression) {
    columns.insert(columns.end(), expression.columns().begin(), expression.columns().end());
    needs_pinned = needs_pinned || pg::calls_foreign_code(expression);
  };
  for (const group_key &each : of.keys)
    reads(each.value);
  for (const figure &each : of.figures)
    for (const pg::row_expression *part : {&each.argument, &each.filter, &of.filter})
      if (*part)
        reads(*part);
  counted = layout_of(RelationGetDescr(source), columns);
}

std::vector<group_change> changes_of(const TriggerData &trigger, const change_reader &reader, const rollup &of,
                                     group_keys &keys, MemoryContext memory) {
  const pg::within context(memory);
  gathering all{};
  const auto read = [&] {
    all = prepared(reader, of, keys, trigger.tg_relation, memory);
    told_rollup told{&of, &all};
    with_error_context(tell_figure, &told, [&] { call([&] { read_statement(all, trigger); }); });
  };
  pg::as_restricted(of.source_owner, [&] {
    if (reader.needs_pinned)
      pg::with_pinned_settings(read);
    else
      read();
  });
  if (all.refused.has_no_key)
    refuse_null(all, of);
  if (all.refused.value != pg::number_kind::finite)
    refuse_value(all.refused, of);
  pg::within scratch(all.values.memory());
  std::vector<group_change> changes = finished(all, of);
  call([&] {
    std::sort(changes.begin(), changes.end(),
              [&](const group_change &a, const group_change &b) { return keys.compare(a.key, b.key) < 0; });
  });
  return changes;
}

} // namespace upkeep::rollups
