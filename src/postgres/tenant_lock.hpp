// Advisory locks, until the end of the transaction, on what a table says, or does not yet say, of one tenant. A row that
// is not there cannot be locked.
#pragma once

#include "postgres/compat.hpp"

namespace upkeep::pg {

// A number from 0 that is the same for equal keys of one base type, and of integers. Tenants share buckets, so that a statement over many of
// them does not fill the server's lock table. May raise.
int tenant_bucket(Oid type, Oid collation, Datum key);

// `mode`: ShareLock for those who found no row, ExclusiveLock for those who make or take one away. These locks meet no
// others: not those of pg_advisory_lock, not those of another table. May raise.
void lock_tenant(Oid table, int bucket, LOCKMODE mode);
// The same without waiting; false where somebody holds a lock that conflicts.
bool try_lock_tenant(Oid table, int bucket, LOCKMODE mode);

} // namespace upkeep::pg
