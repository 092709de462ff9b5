#include "postgres/tenant_lock.hpp"

#include "postgres/number.hpp"

namespace upkeep::pg {

namespace {

constexpr std::uint32_t buckets = 1024;

// pg_advisory_lock writes 1 or 2 into the last field of the lock's tag.
constexpr std::uint16_t lock_class = 0x756B;

LOCKTAG tag_of(Oid table, int bucket) {
  LOCKTAG tag;
  SET_LOCKTAG_ADVISORY(tag, MyDatabaseId, table, static_cast<std::uint32_t>(bucket), lock_class);
  return tag;
}

} // namespace

int tenant_bucket(Oid type, Oid collation, Datum key) {
  // Integers of any width lie sign-extended in a Datum.
  TypeCacheEntry *entry = lookup_type_cache(is_integer(type) ? INT8OID : type, TYPECACHE_HASH_PROC_FINFO);
  if (!OidIsValid(entry->hash_proc_finfo.fn_oid))
    return 0;
  return static_cast<int>(DatumGetUInt32(FunctionCall1Coll(&entry->hash_proc_finfo, collation, key)) % buckets);
}

void lock_tenant(Oid table, int bucket, LOCKMODE mode) {
  const LOCKTAG tag = tag_of(table, bucket);
  LockAcquire(&tag, mode, false, false);
}

bool try_lock_tenant(Oid table, int bucket, LOCKMODE mode) {
  const LOCKTAG tag = tag_of(table, bucket);
  return LockAcquire(&tag, mode, false, true) != LOCKACQUIRE_NOT_AVAIL;
}

} // namespace upkeep::pg
