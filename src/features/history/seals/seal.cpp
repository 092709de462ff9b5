// upkeep.seal_history: the digests of what was written since the last seal, chained to it.
#include "features/history/digests.hpp"
#include "features/history/months.hpp"
#include "features/history/own_tables.hpp"
#include "features/history/seals/sealed_entries.hpp"
#include "features/history/seals/stored_seals.hpp"
#include "postgres/latest_snapshot.hpp"
#include "postgres/sequence.hpp"
#include "postgres/sql/query.hpp"
#include "postgres/values/digest.hpp"

namespace upkeep::history {

using pg::call;

namespace {

// So many entries take 640 kB; more are sealed by several seals.
constexpr std::size_t entries_of_seal = 16384;

struct new_seals {
  seal next;
  std::vector<sealed_entry> entries;
  std::int64_t sealed = 0;

  // Makes a seal of what was gathered, up to an id.
  void make(std::int64_t to) {
    next.to_id = to;
    next.entries = packed(entries);
    next.digest = seal_digest(pg::sha256, next);
    store(next);
    sealed += static_cast<std::int64_t>(entries.size());
    entries.clear();
    next.from_id = to + 1;
    next.previous = next.digest;
  }
};

std::int64_t newest_id() {
  const Oid sequence = own_table("history_id");
  const sequence_state now = call([=] { return pg::read_sequence(sequence); });
  return now.is_called ? now.last : 0;
}

// Where VACUUM has not come by, the index on ids would read all that was written since. If it is there now, it does it.
void summarize_ids() {
  const pg::rows found = pg::execute(pg::sql(R"sql(
    SELECT i.indrelid, i.indexrelid
    FROM pg_catalog.pg_inherits m
    JOIN pg_catalog.pg_index i ON i.indrelid [=] m.inhrelid
    JOIN pg_catalog.pg_class c ON c.oid [=] i.indexrelid
    JOIN pg_catalog.pg_am a ON a.oid [=] c.relam
    WHERE m.inhparent [=] 'upkeep.history_entries'::pg_catalog.regclass::pg_catalog.oid AND a.amname [=] 'brin'
      AND i.indisvalid
  )sql"));
  for (std::uint64_t row = 0; row < found.count(); ++row) {
    const Oid month = found.oid(row, 1), index = found.oid(row, 2);
    if (call([=] { return ConditionalLockRelationOid(month, ShareUpdateExclusiveLock); }))
      call([=] { DirectFunctionCall1(brin_summarize_new_values, ObjectIdGetDatum(index)); });
  }
}

void gather(new_seals &into, std::int64_t to) {
  sealed_entries entries(into.next.from_id, to);
  while (entries.next()) {
    // Two of one id, which nobody but a superuser can write, have one seal.
    if (into.entries.size() >= entries_of_seal && into.entries.back().id != entries.current().id)
      into.make(into.entries.back().id);
    into.entries.push_back(entries.current());
  }
  entries.close();
}

std::int64_t seal_new_entries() {
  call([] { PreventCommandDuringRecovery("upkeep.seal_history()"); });
  const Oid seals = own_table("history_seals");
  call([=] { LockRelationOid(seals, ShareRowExclusiveLock); });
  ensure_key();
  new_seals made;
  made.next.sealed_at = call([] { return GetCurrentTimestamp(); });
  const std::int64_t to = newest_id();
  // What has an id up to that one is written and committed, or never will be.
  const Oid sequence = own_table("history_id");
  call([=] { pg::wait_for_drawers(sequence); });
  make_months_ahead();
  pg::with_latest_snapshot([&] {
    const std::optional<seal> last = newest_seal();
    made.next.from_id = last ? last->to_id + 1 : 1;
    if (last)
      made.next.previous = last->digest;
    gather(made, to);
  });
  if (!made.entries.empty())
    made.make(to);
  if (made.sealed > 0)
    summarize_ids();
  return made.sealed;
}

} // namespace

} // namespace upkeep::history

using namespace upkeep;
using namespace upkeep::history;

// upkeep.seal_history() RETURNS bigint: how many entries were sealed. Errors: 25006, 55000.
UPKEEP_FUNCTION(upkeep_seal_history) {
  return pg::entry([=] {
    std::int64_t sealed = 0;
    pg::with_spi([&] { as_keeper([&] { sealed = seal_new_entries(); }); });
    return Int64GetDatum(sealed);
  });
}
