#include "features/rollups/group_lock.hpp"

#include "postgres/relation.hpp"
#include "postgres/tenant_lock.hpp"

#include <algorithm>

namespace upkeep::rollups {

using pg::call;

namespace {

// Two groups with one number would break the order in which groups are locked. So there are many more numbers than the
// buckets that tenants share, and none of them is one of those.
constexpr int first_number = 1 << 16, numbers = 1 << 24;

// More of them would fill the server's lock table.
constexpr std::size_t most_single = 60;

// A table's own type: other features lock tenants by its oid.
Oid lock_space(Oid root) {
  return call([=] { return get_rel_type_id(root); });
}

bool is_checked_at_once(const ForeignKeyCacheInfo &key) {
  HeapTuple row = SearchSysCache1(CONSTROID, ObjectIdGetDatum(key.conoid));
  if (!HeapTupleIsValid(row))
    return false;
  const auto &form = *reinterpret_cast<Form_pg_constraint>(GETSTRUCT(row));
  const bool is_so = form.convalidated && !form.condeferrable;
  ReleaseSysCache(row);
  return is_so;
}

// Whether it refers from exactly the keys of the source to those of the target.
bool is_on_keys(const ForeignKeyCacheInfo &found, const rollup &of, Relation source) {
  if (found.confrelid != of.target || found.nkeys != static_cast<int>(of.keys.size()))
    return false;
  return std::ranges::all_of(of.keys, [&](const group_key &key) {
    for (int i = 0; i < found.nkeys; ++i)
      if (found.confkey[i] == key.column.number) {
        const auto &column = *TupleDescAttr(RelationGetDescr(source), found.conkey[i] - 1);
        return pg::quoted(NameStr(column.attname)) == key.value.text();
      }
    return false;
  });
}

bool has_foreign_key(const rollup &of, Relation source) {
  const List *keys = call([=] { return RelationGetFKeyList(source); });
  for (int i = 0; i < list_length(keys); ++i) {
    const auto &each = *static_cast<const ForeignKeyCacheInfo *>(list_nth(keys, i));
    if (is_on_keys(each, of, source) && call([&] { return is_checked_at_once(each); }))
      return true;
  }
  return false;
}

} // namespace

bool rows_may_precede(const rollup &of) {
  bool may = true;
  pg::with_relation(of.source, [&](Relation source) {
    // Inheritance children have no part in the foreign keys of their parents.
    const bool has_children = source->rd_rel->relhassubclass && source->rd_rel->relkind == RELKIND_RELATION;
    may = has_children || !has_foreign_key(of, source);
  });
  return may;
}

int lock_number(group_keys &keys, const key_value &key) {
  return first_number + static_cast<int>(call([&] { return keys.hash(key); }) % numbers);
}

void lock_groups(const rollup &of, group_keys &keys, std::span<const key_value> groups, LOCKMODE mode) {
  std::vector<int> wanted;
  for (const key_value &each : groups)
    wanted.push_back(lock_number(keys, each));
  lock_numbers(of.root, std::move(wanted), mode);
}

void lock_numbers(Oid root, std::vector<int> wanted, LOCKMODE mode) {
  const Oid space = lock_space(root);
  std::sort(wanted.begin(), wanted.end());
  wanted.erase(std::unique(wanted.begin(), wanted.end()), wanted.end());
  const std::span<const int> all(wanted);
  if (all.size() <= most_single)
    call([=] { pg::lock_tenants_one_by_one(space, all, mode); });
  else
    // Two that find no row for many exclude each other: the rows that each of them makes later then wait for nobody.
    call([=] { pg::lock_tenants(space, all, mode == ShareLock ? ExclusiveLock : mode); });
}

} // namespace upkeep::rollups
