#include "features/rollups/drop_locks.hpp"

#include "features/rollups/trigger_table.hpp"
#include "postgres/sql/query.hpp"

#include <algorithm>
#include <set>

namespace upkeep::rollups {

using pg::call;

namespace {

bool has_triggers(Oid table) {
  return call([=] {
    HeapTuple row = SearchSysCache1(RELOID, ObjectIdGetDatum(table));
    const bool has = HeapTupleIsValid(row) && reinterpret_cast<Form_pg_class>(GETSTRUCT(row))->relhastriggers;
    if (HeapTupleIsValid(row))
      ReleaseSysCache(row);
    return has;
  });
}

// Asked for each table that is dropped, of which few have one.
bool has_rollup(Oid table) {
  return has_triggers(table) && std::ranges::any_of(managed_triggers(table), [](const managed_trigger &each) {
           return other_table_of(each).has_value();
         });
}

// Those that the command names, that have a rollup and that the caller may drop: nobody else may hold up their writers.
std::set<Oid> tables_named_by(const DropStmt &statement) {
  std::set<Oid> tables;
  const ListCell *cell;
  foreach (cell, statement.objects) {
    List *name = lfirst_node(List, cell);
    const Oid table = call([=] { return RangeVarGetRelid(makeRangeVarFromNameList(name), NoLock, true); });
    if (OidIsValid(table) && pg::has_rights_of_owner(GetUserId(), table) && has_rollup(table))
      tables.insert(table);
  }
  return tables;
}

// From a source to its target.
using flows = std::set<std::pair<Oid, Oid>>;

// The rollups of which one table is to be dropped, as the triggers of the other say.
flows flows_of(const std::set<Oid> &dropped) {
  flows found;
  for (const managed_trigger &trigger : managed_triggers()) {
    const std::optional<other_table> other = other_table_of(trigger);
    if (!other || !other->found || !dropped.contains(*other->found))
      continue;
    const Oid own = pg::topmost(trigger.table);
    found.insert(other->is_source ? std::pair{*other->found, own} : std::pair{own, *other->found});
  }
  return found;
}

// One that none of the others feeds; any where they feed each other, which enabling refuses.
Oid first_of(const std::set<Oid> &tables, const flows &all) {
  const auto first = std::ranges::find_if(tables, [&](Oid table) {
    return std::ranges::none_of(all, [&](const auto &each) {
      return each.second == table && each.first != table && tables.contains(each.first);
    });
  });
  return first == tables.end() ? *tables.begin() : *first;
}

} // namespace

void lock_before_drop(const DropStmt &statement) {
  std::set<Oid> tables = tables_named_by(statement);
  const flows all = tables.empty() ? flows() : flows_of(tables);
  if (all.empty())
    return;
  for (const auto &[source, target] : all)
    tables.insert({source, target});
  while (!tables.empty()) {
    const Oid table = first_of(tables, all);
    call([=] { LockRelationOid(table, ShareRowExclusiveLock); });
    pg::with_descendants(table, ShareRowExclusiveLock);
    tables.erase(table);
  }
}

} // namespace upkeep::rollups
