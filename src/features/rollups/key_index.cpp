#include "features/rollups/key_index.hpp"

#include "core/fault.hpp"
#include "core/text/joined.hpp"
#include "postgres/boundary.hpp"
#include "postgres/relation.hpp"

#include <algorithm>

namespace upkeep::rollups {

using pg::call;

namespace {

struct index_shape {
  const AttrNumber *columns;
  int count;
};

// Trivial, for it runs on PostgreSQL's side of the door.
bool is_index_on(const FormData_pg_index &index, const index_shape &wanted) {
  if (!index.indisunique || !index.indisvalid || !index.indimmediate || index.indnkeyatts != wanted.count)
    return false;
  const std::int16_t *own = index.indkey.values;
  return std::all_of(own, own + wanted.count, [&](AttrNumber column) {
    return std::find(wanted.columns, wanted.columns + wanted.count, column) != wanted.columns + wanted.count;
  });
}

Oid find_index(Relation target, const index_shape &wanted) {
  Oid found = InvalidOid;
  List *indexes = RelationGetIndexList(target);
  const ListCell *cell;
  foreach (cell, indexes) {
    Relation index = index_open(lfirst_oid(cell), AccessShareLock);
    const bool serves = RelationGetIndexPredicate(index) == NIL && is_index_on(*index->rd_index, wanted);
    const bool takes_nulls_for_equal = serves && index->rd_index->indnullsnotdistinct;
    if (serves && (!OidIsValid(found) || takes_nulls_for_equal))
      found = RelationGetRelid(index);
    index_close(index, AccessShareLock);
    if (takes_nulls_for_equal)
      break;
  }
  list_free(indexes);
  return found;
}

bool takes_nulls_for_equal(Oid index) {
  HeapTuple row = SearchSysCache1(INDEXRELID, ObjectIdGetDatum(index));
  const bool takes = HeapTupleIsValid(row) && reinterpret_cast<Form_pg_index>(GETSTRUCT(row))->indnullsnotdistinct;
  if (HeapTupleIsValid(row))
    ReleaseSysCache(row);
  return takes;
}

} // namespace

Oid key_index(Relation target, std::span<const group_key> keys) {
  std::vector<AttrNumber> columns;
  for (const group_key &each : keys)
    columns.push_back(each.column.number);
  return call([&] { return find_index(target, {columns.data(), static_cast<int>(columns.size())}); });
}

void require_key_index(Relation target, std::span<const group_key> keys) {
  if (OidIsValid(key_index(target, keys)))
    return;
  std::vector<std::string> names;
  for (const group_key &each : keys)
    names.push_back(pg::quoted(each.column.name));
  const std::string list = joined(names, ", ");
  throw fault{.sqlstate = sqlstate::invalid_column_reference,
              .message = fmt::format("table \"{}\" has no unique index on exactly ({})", pg::table_name(target), list),
              .detail = "It must be valid, on plain columns, of all rows, and not deferrable.",
              .hint = fmt::format("CREATE UNIQUE INDEX ON {} ({});", pg::qualified(RelationGetRelid(target)), list)};
}

bool has_group_of_nulls(Relation target, std::span<const group_key> keys) {
  const bool may_be_null = std::ranges::any_of(keys, [&](const group_key &each) {
    return !TupleDescAttr(RelationGetDescr(target), each.column.number - 1)->attnotnull;
  });
  const Oid index = may_be_null ? key_index(target, keys) : InvalidOid;
  return OidIsValid(index) && call([=] { return takes_nulls_for_equal(index); });
}

} // namespace upkeep::rollups
