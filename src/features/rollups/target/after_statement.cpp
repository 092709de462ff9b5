// After the statement that wrote rows of the target.
#include "features/rollups/group_lock.hpp"
#include "features/rollups/target/made_rows.hpp"
#include "features/rollups/target/stored_row.hpp"
#include "features/rollups/target/target_side.hpp"
#include "postgres/executor/running_executor.hpp"
#include "postgres/relation.hpp"
#include "postgres/sql/query.hpp"

#include <algorithm>
#include <map>
#include <span>

namespace upkeep::rollups {

using pg::call;

namespace {

// A row that was made, its values by the columns of the table at hand: a partition may have other numbers.
stored_row row_of(const made_row &made, const target_plan &plan, Relation table) {
  const auto natts = static_cast<std::size_t>(RelationGetDescr(table)->natts);
  stored_row row{std::vector<Datum>(natts), std::make_unique<bool[]>(natts)};
  int at = 0;
  for (const std::vector<AttrNumber> *columns : {&plan.keys, &plan.figures})
    for (const AttrNumber column : *columns) {
      row.values[column - 1] = made.values[at];
      row.nulls[column - 1] = made.nulls[at++];
    }
  return row;
}

bool differs(const pg::column_info &column, const stored_row &row, const NullableDatum &expected) {
  const Datum now = row.values[column.number - 1];
  if (row.nulls[column.number - 1] || expected.isnull)
    return row.nulls[column.number - 1] != expected.isnull;
  return !call([&] { return datum_image_eq(now, expected.value, column.by_value, column.length); });
}

class statement_end {
public:
  statement_end(figure_reader &reader, Relation table) : reader(reader), plan(*reader.plan), table(table) {}

  void add_groups_of(const made_row &row, std::map<Oid, std::vector<int>> &into) {
    for (std::size_t part = 0; part < plan.parts.size(); ++part)
      if (plan.sources->list[part]->may_precede)
        into[plan.parts[part].root].push_back(number_of(row, part));
  }

  void put_right(const made_row &made) {
    const std::vector<fed_column> &columns = plan.sources->columns;
    const stored_row row = row_of(made, plan, table);
    const std::vector<bool> all(columns.size(), true);
    const std::vector<NullableDatum> expected = figures_of_row(reader, row.values.data(), row.nulls.get(), all, {});
    std::vector<std::size_t> differ;
    for (std::size_t i = 0; i < columns.size(); ++i)
      if (differs(columns[i].column, row, expected[i]))
        differ.push_back(i);
    if (differ.empty())
      return;
    // By all of its keys: where ON CONFLICT has met a row, or the change of a key has failed, the row may have some of
    // them. One that had them all before is left to whoever writes it.
    const key_value key = key_of_row(plan.row, row.values.data(), row.nulls.get());
    pg::with_spi([&] {
      if (is_written_here(plan, table, key))
        write_figures(plan, table, key, differ, expected);
    });
  }

private:
  int number_of(const made_row &made, std::size_t part) {
    const stored_row row = row_of(made, plan, table);
    return lock_number(reader.keys[part], key_of_row(plan.parts[part], row.values.data(), row.nulls.get()));
  }

  figure_reader &reader;
  const target_plan &plan;
  Relation table;
};

using noted_rows = std::span<const made_row *const>;

// The first of them that lie in one table.
noted_rows of_one_table(noted_rows rows) {
  const auto end = std::ranges::find_if(rows, [&](const made_row *each) { return each->root != rows.front()->root; });
  return rows.first(static_cast<std::size_t>(end - rows.begin()));
}

// `own`: the table that the statement names. Another is a child of it, which may be gone where the note is an old one.
template <class F> void with_table_of(const made_row &row, Relation own, F &&body) {
  const Oid table = row.root;
  if (table == pg::topmost(RelationGetRelid(own)))
    return body(own);
  call([=] { LockRelationOid(table, RowExclusiveLock); });
  if (call([=] { return get_rel_relkind(table); }) != '\0')
    pg::with_relation(table, body);
}

// `body`: with the rows of each table where a trigger is active.
template <class F> void for_each_table(noted_rows rows, Relation own, F &&body) {
  while (!rows.empty()) {
    const noted_rows here = of_one_table(rows);
    with_table_of(*here.front(), own, [&](Relation table) {
      if (const std::shared_ptr<const target_plan> plan = plan_with_sources(table)) {
        figure_reader reader(plan, CurrentMemoryContext);
        statement_end end(reader, table);
        body(end, here);
      }
    });
    rows = rows.subspan(here.size());
  }
}

// All groups before any row is read.
void lock_groups_of(noted_rows rows, Relation own) {
  std::map<Oid, std::vector<int>> numbers;
  for_each_table(rows, own, [&](statement_end &end, noted_rows here) {
    for (const made_row *each : here)
      end.add_groups_of(*each, numbers);
  });
  for (auto &[root, each] : numbers)
    lock_numbers(root, std::move(each), RowExclusiveLock);
}

// Each row in memory that the next one reuses.
void put_right(statement_end &end, noted_rows rows) {
  MemoryContext scratch =
      call([] { return AllocSetContextCreate(CurrentMemoryContext, "pg_upkeep rows made", ALLOCSET_SMALL_SIZES); });
  MemoryContext outer = MemoryContextSwitchTo(scratch);
  for (const made_row *each : rows) {
    call([] { CHECK_FOR_INTERRUPTS(); });
    end.put_right(*each);
    MemoryContextReset(scratch);
  }
  MemoryContextSwitchTo(outer);
  call([=] { MemoryContextDelete(scratch); });
}

} // namespace

void after_target_statement(const TriggerData &trigger) {
  const EState *statement = pg::executor_of(MemoryContextGetParent(CurrentMemoryContext));
  const std::vector<const made_row *> rows = take_made(pg::topmost(RelationGetRelid(trigger.tg_relation)), statement);
  if (rows.empty())
    return;
  lock_groups_of(rows, trigger.tg_relation);
  for_each_table(rows, trigger.tg_relation, [](statement_end &end, noted_rows here) { put_right(end, here); });
}

} // namespace upkeep::rollups
