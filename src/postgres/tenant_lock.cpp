#include "postgres/tenant_lock.hpp"

#include "postgres/values/number.hpp"

#include <algorithm>

namespace upkeep::pg {

namespace {

constexpr int buckets = 1024;
constexpr int max_single = 60;

// Beside the buckets a table has two marks. A session that locks a tenant marks, with RowExclusiveLock, that it reads
// or that it writes; these marks do not conflict with each other. A session that locks all tenants takes a mark in a
// mode that conflicts with them.
constexpr int readers = buckets, writers = buckets + 1;

// pg_advisory_lock writes 1 or 2 into the last field of the lock's tag.
constexpr std::uint16_t tenant_lock_class = 0x756B;

bool holds_lock(const LOCKTAG &tag, LOCKMODE mode) {
#if PG_VERSION_NUM >= 170000
  return LockHeldByMe(&tag, mode, false);
#else
  return LockHeldByMe(&tag, mode);
#endif
}

struct tenant_lock {
  Oid table;
  int bucket; // or a mark
  LOCKMODE mode;

  bool operator==(const tenant_lock &) const = default;
  LOCKTAG tag() const {
    LOCKTAG tag;
    SET_LOCKTAG_ADVISORY(tag, MyDatabaseId, table, static_cast<std::uint32_t>(bucket), tenant_lock_class);
    return tag;
  }
  bool is_held() const { return holds_lock(tag(), mode); }
  // False where others do not let it be had without waiting.
  bool acquire(bool waits) const {
    const LOCKTAG mine = tag();
    return LockAcquire(&mine, mode, false, !waits) != LOCKACQUIRE_NOT_AVAIL;
  }
  void release() const {
    const LOCKTAG mine = tag();
    LockRelease(&mine, mode, false);
  }
};

// The locks on single tenants that the transaction holds, and others that ended with a savepoint or with an earlier
// transaction: the lock manager tells those apart when there is no more room.
tenant_lock singles[max_single];
int single_count = 0;

bool has_room_for(std::ptrdiff_t more) {
  if (single_count + more > max_single) {
    const auto end = std::remove_if(singles, singles + single_count, [](const auto &each) { return !each.is_held(); });
    single_count = static_cast<int>(end - singles);
  }
  return single_count + more <= max_single;
}

bool is_known(const tenant_lock &lock) {
  return std::find(singles, singles + single_count, lock) != singles + single_count;
}

void remember(const tenant_lock &lock) {
  if (!is_known(lock))
    singles[single_count++] = lock;
}

tenant_lock mark_of(Oid table, LOCKMODE mode) {
  return {table, mode == ShareLock ? readers : writers, RowExclusiveLock};
}

// The two locks on marks that lock all tenants: with ExclusiveLock both kinds of others are kept away, else the one
// that is not ours.
struct all_tenants {
  tenant_lock first, second;

  all_tenants(Oid table, LOCKMODE mode)
      : first(mode == ExclusiveLock ? tenant_lock{table, readers, ExclusiveLock} : mark_of(table, mode)),
        second{table, mode == RowExclusiveLock ? readers : writers, mode == ExclusiveLock ? ExclusiveLock : ShareLock} {
  }

  bool is_held() const { return second.is_held() && first.is_held(); }
  bool acquire(bool waits) const {
    if (!first.acquire(waits))
      return false;
    if (second.acquire(waits))
      return true;
    first.release();
    return false;
  }
};

bool is_locked(const tenant_lock &lock) {
  return (is_known(lock) && lock.is_held() && mark_of(lock.table, lock.mode).is_held()) ||
         all_tenants(lock.table, lock.mode).is_held() || all_tenants(lock.table, ExclusiveLock).is_held();
}

// The tenant before the mark: so waiting for a tenant keeps nobody from locking all.
void acquire_single(const tenant_lock &lock) {
  lock.acquire(true);
  mark_of(lock.table, lock.mode).acquire(true);
}

// Whether nobody holds a lock that conflicts.
bool is_free(const tenant_lock &lock) {
  const LOCKTAG tag = lock.tag();
  int others = 0;
  pfree(GetLockConflicts(&tag, lock.mode, &others));
  return others == 0;
}

// Waits for nobody who holds the lock; where it may, behind those who wait for it, too.
bool acquire_if_free(const tenant_lock &lock, bool queues) {
  if (!lock.acquire(false)) {
    if (!queues || !is_free(lock))
      return false;
    lock.acquire(true);
  }
  mark_of(lock.table, lock.mode).acquire(true);
  return true;
}

void release_single(const tenant_lock &lock) {
  lock.release();
  mark_of(lock.table, lock.mode).release();
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
  const tenant_lock lock{table, bucket, mode};
  if (is_locked(lock))
    return;
  if (has_room_for(1)) {
    acquire_single(lock);
    remember(lock);
    return;
  }
  // A session that adds or removes rows excludes others tenant by tenant: there are never more such locks than buckets.
  // So it does not wait for all tenants, which sessions that wait for it might hold.
  const bool waits = mode != ExclusiveLock;
  if (!all_tenants(table, mode).acquire(waits))
    acquire_single(lock);
}

void lock_tenants(Oid table, std::span<const int> wanted, LOCKMODE mode) {
  const auto is_new = [=](int bucket) { return !is_locked({table, bucket, mode}); };
  if (has_room_for(std::count_if(wanted.begin(), wanted.end(), is_new)))
    for (const int bucket : wanted)
      lock_tenant(table, bucket, mode);
  else
    all_tenants(table, mode).acquire(true);
}

void lock_tenants_one_by_one(Oid table, std::span<const int> wanted, LOCKMODE mode) {
  const auto is_new = [=](int bucket) { return !is_locked({table, bucket, mode}); };
  if (!has_room_for(std::count_if(wanted.begin(), wanted.end(), is_new))) {
    all_tenants(table, mode).acquire(true);
    return;
  }
  // As many as `wanted` at most have room, and are remembered once all of them are held. Those who wait for one of them
  // may wait for what we have: the deadlock detector lets us by, but each time only once.
  constexpr int many_rounds = 8;
  int taken[max_single];
  for (int busy = -1, round = 0;; ++round) {
    int count = 0;
    if (busy >= 0) {
      acquire_single({table, busy, mode});
      taken[count++] = busy;
    }
    const auto next = std::find_if(wanted.begin(), wanted.end(), [&](int bucket) {
      if (bucket == busy || !is_new(bucket))
        return false;
      if (!acquire_if_free({table, bucket, mode}, round >= many_rounds))
        return true;
      taken[count++] = bucket;
      return false;
    });
    if (next == wanted.end()) {
      std::for_each(taken, taken + count, [=](int bucket) { remember({table, bucket, mode}); });
      return;
    }
    busy = *next;
    std::for_each(taken, taken + count, [=](int bucket) { release_single({table, bucket, mode}); });
  }
}

tenant_attempt try_lock_tenant(Oid table, int bucket, LOCKMODE mode) {
  const tenant_lock lock{table, bucket, mode};
  if (is_locked(lock))
    return tenant_attempt::locked;
  if (!has_room_for(1))
    return all_tenants(table, mode).acquire(false) ? tenant_attempt::locked : tenant_attempt::too_many;
  if (!lock.acquire(false))
    return tenant_attempt::busy;
  remember(lock);
  return mark_of(table, mode).acquire(false) ? tenant_attempt::locked : tenant_attempt::busy;
}

} // namespace upkeep::pg
