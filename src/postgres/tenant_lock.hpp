// Advisory locks, until the end of the transaction or savepoint, on what a table says, or does not yet say, of one
// tenant. A row that is not there cannot be locked. A transaction holds them on 60 tenants at most; beyond that it
// locks all tenants of a table at once, so that statements over thousands of tenants do not fill the server's lock
// table.
#pragma once

#include "postgres/compat.hpp"

#include <span>

namespace upkeep::pg {

// A number from 0 that is the same for equal keys of one base type, and of integers. Tenants share buckets. May raise.
int tenant_bucket(Oid type, Oid collation, Datum key);

// `mode`: ShareLock for those who found no row, ExclusiveLock for those who make or take one away; or RowExclusiveLock
// for those who write what others read under ShareLock. These locks meet no others: not those of pg_advisory_lock, not
// those of another table. May raise.
void lock_tenant(Oid table, int bucket, LOCKMODE mode);
// The same for several tenants, whose buckets ascend.
void lock_tenants(Oid table, std::span<const int> buckets, LOCKMODE mode);
// The same, but while one is waited for that others hold, none of the others is held.
void lock_tenants_one_by_one(Oid table, std::span<const int> buckets, LOCKMODE mode);

// The same without waiting. `busy`: somebody holds a lock that conflicts. `too_many`: it would be the 61st, and others
// hold locks that conflict with one on all tenants.
enum class tenant_attempt { locked, busy, too_many };
tenant_attempt try_lock_tenant(Oid table, int bucket, LOCKMODE mode);

} // namespace upkeep::pg
