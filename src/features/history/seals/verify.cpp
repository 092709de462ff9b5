// upkeep.verify_history: what is not as it was sealed.
#include "core/history/verification.hpp"
#include "features/history/own_tables.hpp"
#include "features/history/seals/sealed_entries.hpp"
#include "features/history/seals/stored_seals.hpp"
#include "postgres/latest_snapshot.hpp"
#include "postgres/sql/arguments.hpp"
#include "postgres/sql/query.hpp"
#include "postgres/sql/result_set.hpp"
#include "postgres/values/digest.hpp"

namespace upkeep::history {

using pg::call;

namespace {

// The ids within a seal that upkeep.purge_history has taken.
std::vector<purged_range> purged_within(const seal &of) {
  const pg::parameter parameters[] = {{INT8OID, Int64GetDatum(of.from_id)}, {INT8OID, Int64GetDatum(of.to_id)}};
  const pg::rows rows = pg::read(pg::sql(R"sql(
    SELECT pg_catalog.lower(r), pg_catalog.upper(r) [-] 1
    FROM upkeep.history_purges p
    CROSS JOIN LATERAL pg_catalog.unnest(p.ids) r
    WHERE p.ids [&&] pg_catalog.int8range($1, $2, '[]') AND r [&&] pg_catalog.int8range($1, $2, '[]')
    ORDER BY 1
  )sql"),
                                 parameters);
  std::vector<purged_range> purged;
  bool is_null = false;
  for (std::uint64_t row = 0; row < rows.count(); ++row)
    purged.push_back({DatumGetInt64(rows.value(row, 1, is_null)), DatumGetInt64(rows.value(row, 2, is_null))});
  return purged;
}

std::int64_t last_sealed_id() {
  const std::optional<seal> newest = newest_seal();
  return newest ? newest->to_id : 0;
}

// Walks along the seals and, in step with them, along the entries.
class verifier {
public:
  verifier(std::int64_t since, std::vector<found> &into)
      : since(since), is_from_start(TIMESTAMP_IS_NOBEGIN(since)), into(into), chain(pg::sha256, is_from_start) {}

  void verify() {
    std::optional<seal> next = next_seal(PG_INT64_MIN, since);
    if (!next)
      return;
    // Before the first of all seals there is nothing.
    sealed_entries entries(is_from_start ? PG_INT64_MIN : next->from_id, last_sealed_id());
    is_left = entries.next();
    for (; next; next = next_seal(next->from_id, DT_NOBEGIN))
      verify_seal(*next, entries);
    entries.close();
  }

private:
  void verify_seal(const seal &next, sealed_entries &entries) {
    const bool is_comparable = chain.follow(next, into);
    std::vector<sealed_entry> there;
    for (; is_left && entries.current().id <= next.to_id; is_left = entries.next())
      there.push_back(entries.current());
    if (const auto listed = unpacked(next.entries); is_comparable && listed)
      compare(*listed, there, purged_within(next), into);
  }

  TimestampTz since;
  bool is_from_start, is_left = false;
  std::vector<found> &into;
  seal_chain chain;
};

std::vector<found> verify(TimestampTz since) {
  std::vector<found> findings;
  // Months that are there when reading begins are there until it ends.
  const Oid entries = own_table("history_entries");
  call([=] { LockRelationOid(entries, AccessShareLock); });
  pg::with_latest_snapshot([&] { verifier(since, findings).verify(); });
  return findings;
}

} // namespace

} // namespace upkeep::history

using namespace upkeep;
using namespace upkeep::history;

// upkeep.verify_history(from_at) RETURNS TABLE (entry bigint, finding text): what is altered, missing, inserted; a
// broken seal by its first id.
UPKEEP_FUNCTION(upkeep_verify_history) {
  return pg::entry([=] {
    const std::optional<Datum> from = pg::arguments(fcinfo).optional_value(0);
    pg::result_set result(fcinfo);
    pg::with_spi([&] {
      as_keeper([&] {
        for (const found &each : verify(from ? DatumGetTimestampTz(*from) : DT_NOBEGIN))
          result.add(each.entry, std::string(text_of(each.what)));
      });
    });
    return Datum(0);
  });
}
