#include "features/rollups/target/group_locks.hpp"

#include "postgres/tenant_lock.hpp"

#include <algorithm>

extern "C" {
#include <access/genam.h>
#include <access/table.h>
#include <catalog/pg_constraint.h>
}

namespace upkeep::rollups {

using pg::call;

namespace {

// A column of the source and the key that it is compared with. Trivial.
struct key_pair {
  AttrNumber column, key;
};

// A value that is coerced to the key's type without being changed is a bare column too: foreign keys may join integers
// of different widths.
AttrNumber bare_column(const pg::row_expression &value, Oid source) {
  if (value.columns().size() != 1)
    return InvalidAttrNumber;
  const AttrNumber column = value.columns().front();
  const std::string name = pg::string_from([=] { return get_attname(source, column, false); });
  return value.text() == pg::quoted(name) ? column : InvalidAttrNumber;
}

bool joins(HeapTuple constraint, const key_pair *pairs, int count) {
  AttrNumber columns[INDEX_MAX_KEYS], keys[INDEX_MAX_KEYS];
  Oid equal[INDEX_MAX_KEYS], among_keys[INDEX_MAX_KEYS], among_columns[INDEX_MAX_KEYS];
  AttrNumber emptied[INDEX_MAX_KEYS];
  int found = 0, emptied_count = 0;
  DeconstructFkConstraintRow(constraint, &found, columns, keys, equal, among_keys, among_columns, &emptied_count,
                             emptied);
  if (found != count)
    return false;
  for (int i = 0; i < count; ++i)
    if (std::none_of(pairs, pairs + count,
                     [&](const key_pair &pair) { return pair.column == columns[i] && pair.key == keys[i]; }))
      return false;
  return true;
}

bool has_foreign_key(Oid source, Oid target, const key_pair *pairs, int count) {
  Relation constraints = table_open(ConstraintRelationId, AccessShareLock);
  ScanKeyData of_source;
  ScanKeyInit(&of_source, Anum_pg_constraint_conrelid, BTEqualStrategyNumber, F_OIDEQ, ObjectIdGetDatum(source));
  SysScanDesc scan = systable_beginscan(constraints, ConstraintRelidTypidNameIndexId, true, nullptr, 1, &of_source);
  bool found = false;
  while (HeapTuple row = systable_getnext(scan)) {
    const auto &constraint = *reinterpret_cast<Form_pg_constraint>(GETSTRUCT(row));
    found |= constraint.contype == CONSTRAINT_FOREIGN && constraint.confrelid == target && constraint.convalidated &&
             !constraint.condeferrable && joins(row, pairs, count);
  }
  systable_endscan(scan);
  table_close(constraints, AccessShareLock);
  return found;
}

// Children do not inherit a foreign key.
bool has_children(Oid source) { return get_rel_relkind(source) == RELKIND_RELATION && has_subclass(source); }

// Locks of a table's own type meet none of those that other features take on the table's oid. Hashes lie beyond the
// buckets of tenants.
Oid lock_space(Oid target) {
  return call([=] { return get_rel_type_id(target); });
}
int bucket_of(std::uint32_t hash) { return static_cast<int>(0x40000000 | (hash & 0x3FFFFFFF)); }

// Beyond this the whole table is locked, so that statements do not fill the server's lock table.
constexpr std::size_t most_single = 60;

} // namespace

bool can_precede(const rollup &of) {
  if (call([&] { return has_children(of.source); }))
    return true;
  std::vector<key_pair> pairs;
  for (const group_key &each : of.keys)
    if (const AttrNumber column = bare_column(each.value, of.source); column != InvalidAttrNumber)
      pairs.push_back({column, each.column.number});
    else
      return true;
  const int count = static_cast<int>(pairs.size());
  return !call([&] { return has_foreign_key(of.source, of.target, pairs.data(), count); });
}

void lock_made_group(Oid target, std::uint32_t hash) {
  const Oid space = lock_space(pg::topmost(target));
  call([=] { pg::lock_tenant(space, bucket_of(hash), RowExclusiveLock); });
}

void lock_missing_groups(Oid target, std::vector<std::uint32_t> hashes) {
  const Oid space = lock_space(pg::topmost(target));
  std::vector<int> buckets(hashes.size());
  std::transform(hashes.begin(), hashes.end(), buckets.begin(), bucket_of);
  std::sort(buckets.begin(), buckets.end());
  buckets.erase(std::unique(buckets.begin(), buckets.end()), buckets.end());
  // Two that lock everything exclude each other: then the rows that each makes later wait for nobody.
  if (buckets.size() > most_single)
    call([&] { pg::lock_tenants(space, buckets, ExclusiveLock); });
  else
    call([&] { pg::lock_tenants_one_by_one(space, buckets, ShareLock); });
}

} // namespace upkeep::rollups
