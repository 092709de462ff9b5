#include "postgres/citus/shards.hpp"

#include <charconv>
#include <string_view>

namespace upkeep::pg {

namespace {

// The columns of Citus' catalogues, which have not moved since they were made.
constexpr AttrNumber partition_table = 1, partition_method = 2, partition_colocation = 4, partition_replication = 5;
constexpr AttrNumber shard_table = 1, shard_id = 2, shard_min_value = 5;

Oid catalogue(const char *name) { return get_relname_relid(name, PG_CATALOG_NAMESPACE); }

// Where the rows of a table lie: tables with the same colocation have the shards with the same limits on the same
// nodes.
struct placing {
  char method; // '\0' for a table that Citus does not know
  char replication;
  std::uint32_t colocation;
};

// Citus' catalogues are ordinary tables with ordinary indexes: each is read by one key.
template <class Use>
void scan_by_key(const char *table, const char *index, AttrNumber key, RegProcedure equal, Datum value, Use &&use) {
  Relation relation = table_open(catalogue(table), AccessShareLock);
  ScanKeyData keys[1];
  ScanKeyInit(&keys[0], key, BTEqualStrategyNumber, equal, value);
  SysScanDesc scan = systable_beginscan(relation, catalogue(index), true, nullptr, 1, keys);
  for (HeapTuple row = systable_getnext(scan); row && use(row, RelationGetDescr(relation));)
    row = systable_getnext(scan);
  systable_endscan(scan);
  table_close(relation, AccessShareLock);
}

placing placing_of(Oid table) {
  placing found{};
  const auto take = [&](HeapTuple row, TupleDesc columns) {
    bool is_null = false;
    found = {DatumGetChar(heap_getattr(row, partition_method, columns, &is_null)),
             DatumGetChar(heap_getattr(row, partition_replication, columns, &is_null)),
             DatumGetUInt32(heap_getattr(row, partition_colocation, columns, &is_null))};
    return false;
  };
  scan_by_key("pg_dist_partition", "pg_dist_partition_logical_relid_index", partition_table, F_OIDEQ,
              ObjectIdGetDatum(table), take);
  return found;
}

bool is_reference(const placing &of) { return of.method == 'n' && of.replication == 't'; }

// The number at the end of a shard's name, or 0.
std::int64_t number_at_end(const char *name) {
  const std::string_view text = name;
  std::int64_t id = 0;
  const std::size_t at = text.find_last_of('_');
  if (at == std::string_view::npos)
    return 0;
  const auto read = std::from_chars(text.data() + at + 1, text.data() + text.size(), id);
  return read.ec == std::errc{} && read.ptr == text.data() + text.size() ? id : 0;
}

// By the name that Citus gives it: a long one is cut, and has a hash of the whole.
Oid table_of_shard(Oid logical, std::int64_t id) {
  const char *name = get_rel_name(logical);
  const char *end = psprintf("_" INT64_FORMAT, id);
  const int length = name ? static_cast<int>(strlen(name)) : 0, room = NAMEDATALEN - static_cast<int>(strlen(end));
  if (length >= room) {
    const auto *bytes = reinterpret_cast<const unsigned char *>(name);
    const std::uint32_t hash = DatumGetUInt32(hash_any(bytes, length));
    name = psprintf("%.*s_%.8x", pg_mbcliplen(name, length, room - 10), name, hash);
  }
  return name ? get_relname_relid(psprintf("%s%s", name, end), get_rel_namespace(logical)) : InvalidOid;
}

struct shard_row {
  Oid logical = InvalidOid;
  std::int64_t id = 0;
  const char *min_value = nullptr;
};

shard_row row_of(HeapTuple row, TupleDesc columns) {
  bool is_null = false;
  shard_row found{DatumGetObjectId(heap_getattr(row, shard_table, columns, &is_null)),
                  DatumGetInt64(heap_getattr(row, shard_id, columns, &is_null))};
  const Datum low = heap_getattr(row, shard_min_value, columns, &is_null);
  found.min_value = is_null ? nullptr : text_to_cstring(DatumGetTextPP(low));
  return found;
}

shard_row find_shard(Oid table) {
  const char *name = get_rel_name(table);
  const std::int64_t id = name ? number_at_end(name) : 0;
  shard_row found;
  if (id > 0)
    scan_by_key("pg_dist_shard", "pg_dist_shard_shardid_index", shard_id, F_INT8EQ, Int64GetDatum(id),
                [&](HeapTuple row, TupleDesc columns) {
                  found = row_of(row, columns);
                  return false;
                });
  // A table of the user's may be named like a shard. Where the logical table is gone, its shards are being dropped.
  const bool is_shard =
      OidIsValid(found.logical) && (!get_rel_name(found.logical) || table_of_shard(found.logical, found.id) == table);
  return is_shard ? found : shard_row{};
}

bool same_limits(const char *one, const char *other) { return one && other ? strcmp(one, other) == 0 : one == other; }

Oid shard_beside(Oid table, const shard_row &beside) {
  const placing own = placing_of(table);
  if (own.method == '\0')
    return table;
  const bool is_everywhere = is_reference(own);
  if (!is_everywhere && own.colocation != placing_of(beside.logical).colocation)
    return InvalidOid;
  Oid found = InvalidOid;
  scan_by_key("pg_dist_shard", "pg_dist_shard_logical_relid_index", shard_table, F_OIDEQ, ObjectIdGetDatum(table),
              [&](HeapTuple row, TupleDesc columns) {
                const shard_row each = row_of(row, columns);
                if (is_everywhere || same_limits(each.min_value, beside.min_value))
                  found = table_of_shard(table, each.id);
                return !OidIsValid(found);
              });
  return found;
}

} // namespace

bool has_citus() {
  return call([] { return OidIsValid(catalogue("pg_dist_shard")); });
}

bool is_citus_session() {
  // "citus_internal gpid=…", "citus_rebalancer gpid=…", "citus_run_command gpid=…", "citus_shard_…".
  return has_citus() && std::string_view(application_name ? application_name : "").starts_with("citus_");
}

citus_kind citus_kind_of(Oid table) {
  if (!has_citus())
    return citus_kind::none;
  const placing found = call([=] { return placing_of(table); });
  if (found.method == '\0')
    return citus_kind::none;
  if (is_reference(found))
    return citus_kind::reference;
  return found.method == 'n' ? citus_kind::one_shard : citus_kind::distributed;
}

std::optional<shard> shard_of(Oid table) {
  if (!has_citus())
    return std::nullopt;
  const shard_row found = call([=] { return find_shard(table); });
  return OidIsValid(found.logical) ? std::optional(shard{found.logical, found.id}) : std::nullopt;
}

Oid logical_table(Oid table) {
  const std::optional<shard> part = shard_of(table);
  return part && call([&] { return get_rel_relkind(part->logical); }) != '\0' ? part->logical : table;
}

bool lies_beside(Oid other, Oid table) {
  if (!has_citus())
    return true;
  const placing one = call([=] { return placing_of(other); });
  const placing two = call([=] { return placing_of(table); });
  const bool same_kind = (one.method == '\0') == (two.method == '\0');
  return is_reference(one) || (same_kind && one.colocation == two.colocation);
}

std::optional<Oid> beside_shard(Oid table, Oid beside) {
  if (!has_citus())
    return table;
  const shard_row part = call([=] { return find_shard(beside); });
  const Oid found = OidIsValid(part.logical) ? call([=] { return shard_beside(table, part); }) : table;
  return OidIsValid(found) ? std::optional(found) : std::nullopt;
}

} // namespace upkeep::pg
