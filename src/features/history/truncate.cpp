#include "features/history/truncate.hpp"

#include "postgres/relation.hpp"
#include "postgres/rows/row_count.hpp"
#include "postgres/rows/row_scan.hpp"

#include <algorithm>
#include <limits>

namespace upkeep::history {

using pg::call;

namespace {

// Of more rows only the number is kept.
constexpr std::int64_t max_rows_kept = 10'000;

// A table above this one, truncated by the same command, tells of its rows too.
bool is_told_above(Oid table, const pg::truncation &command) {
  return std::ranges::any_of(pg::ancestors(table),
                             [&](Oid above) { return std::ranges::count(command.tables, above) > 0; });
}

// The table itself, or the partitions that have its rows. All are locked by the command.
std::vector<Oid> tables_with_rows(Oid table) {
  std::vector<Oid> tables = pg::with_descendants(table, AccessExclusiveLock);
  std::erase_if(tables, [](Oid each) { return call([=] { return get_rel_relkind(each); }) != RELKIND_RELATION; });
  return tables;
}

std::int64_t count(const std::vector<Oid> &tables) {
  std::uint64_t rows = 0;
  for (const Oid table : tables)
    pg::with_relation(table, [&](Relation relation) {
      rows += call([=] { return pg::count_rows(relation, std::numeric_limits<std::uint64_t>::max()); }).rows;
    });
  return static_cast<std::int64_t>(rows);
}

void record_rows(Relation table, recording &into) {
  call([&] {
    pg::scan(table, std::numeric_limits<std::uint64_t>::max(), [&](TupleTableSlot *row) {
      into.deleted(row);
      return false;
    });
  });
}

} // namespace

void record_truncation(const TriggerData &trigger, const history_plan &plan, const pg::truncation &command,
                       const statement_place &place, std::optional<entry_writer> &writer) {
  const Oid target = RelationGetRelid(trigger.tg_relation);
  const bool is_partitioned = trigger.tg_relation->rd_rel->relkind == RELKIND_PARTITIONED_TABLE;
  // Where the command is not known, each partition tells of itself.
  if (is_told_above(target, command) || (is_partitioned && command.tables.empty()))
    return;
  const std::vector<Oid> tables = tables_with_rows(target);
  const std::int64_t rows = count(tables);
  recording of_target(plan, trigger.tg_relation, place, writer);
  of_target.truncated(rows);
  of_target.close();
  if (rows > max_rows_kept)
    return;
  for (const Oid table : tables)
    pg::with_relation(table, [&](Relation relation) {
      const history_plan own = plan_of_partition(*trigger.tg_trigger, plan, relation);
      recording of_rows(own, relation, place, writer);
      record_rows(relation, of_rows);
      of_rows.close();
    });
}

} // namespace upkeep::history
