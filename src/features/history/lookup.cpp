// What the index of a month and the view upkeep.history stand on.
#include "features/history/tables.hpp"
#include "postgres/sql/arguments.hpp"

namespace upkeep::history {

namespace {

std::uint64_t hash_of(std::int32_t table_number, const varlena *key) {
  const auto seed = static_cast<std::uint64_t>(table_number);
  if (!key)
    return hash_bytes_extended(nullptr, 0, seed);
  return hash_bytes_extended(reinterpret_cast<const unsigned char *>(VARDATA_ANY(key)),
                             static_cast<int>(VARSIZE_ANY_EXHDR(key)), seed);
}

} // namespace

} // namespace upkeep::history

using namespace upkeep;

// upkeep_internal.history_row_hash(table_number integer, key text) RETURNS bigint: what entries of a row are found by,
// or, with a key that is NULL, those of the table itself.
UPKEEP_FUNCTION(upkeep_history_row_hash) {
  const varlena *key = PG_ARGISNULL(1) ? nullptr : PG_DETOAST_DATUM_PACKED(PG_GETARG_DATUM(1));
  return Int64GetDatum(static_cast<std::int64_t>(history::hash_of(PG_GETARG_INT32(0), key)));
}

// upkeep_internal.history_target(name text) RETURNS regclass: the table that upkeep.history_tables calls so, NULL where
// there is none.
UPKEEP_FUNCTION(upkeep_history_target) {
  return pg::entry([=] {
    const Oid table = history::table_named(pg::arguments(fcinfo).string(0, "name"));
    fcinfo->isnull = !OidIsValid(table);
    return ObjectIdGetDatum(table);
  });
}
