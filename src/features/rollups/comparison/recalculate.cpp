// upkeep.recalculate_rollup: puts the figures of a table right, batch by batch.
#include "features/catalogue.hpp"
#include "features/rollups/comparison/put_right.hpp"
#include "features/rollups/comparison/wrong_groups.hpp"
#include "features/rollups/rollup_list.hpp"
#include "features/rollups/target_rules.hpp"
#include "postgres/citus/on_shards.hpp"
#include "postgres/citus/shards.hpp"
#include "postgres/executor/procedure.hpp"
#include "postgres/executor/progress.hpp"
#include "postgres/settings.hpp"
#include "postgres/sql/arguments.hpp"
#include "postgres/sql/query.hpp"
#include "postgres/values/pinned_settings.hpp"

#include <algorithm>

namespace upkeep::rollups {

using pg::call;

namespace {

// With more missing rows than this in a batch, their sources are read once, while nobody can write them, instead of
// once a row.
constexpr std::int64_t max_rows_computed_alone = 100;

struct recalculated_rollups {
  Oid target;
  std::optional<Oid> source;
  std::int32_t batch_size;
  pg::progress_counts counts{};
};

// The arguments of the row trigger tell a rollup from others, and whether it is still the same after a commit.
std::vector<std::vector<std::string>> arguments_into(Oid target) {
  std::vector<std::vector<std::string>> all;
  for (const rollup_trigger_side &each : sides_on_target(target))
    all.push_back(each.trigger.arguments);
  return all;
}

// Locks are gone after a commit: each transaction asks anew.
std::vector<rollup> lock_and_resolve(Oid target) {
  pg::require_own_table(target, "recalculate a rollup", AccessShareLock);
  std::vector<rollup> all = rollups_into(target);
  for (const rollup &each : all)
    pg::require_own_table(each.source, "recalculate a rollup", AccessShareLock);
  return all;
}

// Where a batch waits for others, it goes on with what they have made of the rows, whatever new transactions are by
// default.
void begin_read_committed() {
  call([] { SPI_commit(); });
  call([] {
    set_config_option("transaction_isolation", "read committed", PGC_USERSET, PGC_S_SESSION, GUC_ACTION_SET, true, 0,
                      false);
  });
}

// No source whose figures a new row has is written until the end of the transaction.
void lock_sources(const std::vector<rollup> &all, const rollup &of) {
  std::vector<Oid> sources;
  for (const rollup &each : all)
    if (have_same_keys(each.keys, of.keys))
      sources.push_back(each.source);
  std::sort(sources.begin(), sources.end());
  for (const Oid each : sources)
    call([=] { LockRelationOid(each, ShareRowExclusiveLock); });
}

put_right_counts put_right(const recalculated_rollups &work, const std::vector<std::string> &arguments,
                           const wrong_groups &groups) {
  require_no_lossy_rule(work.target);
  const std::vector<rollup> all = lock_and_resolve(work.target);
  const std::vector<std::vector<std::string>> present = arguments_into(work.target);
  const auto number = static_cast<std::size_t>(std::ranges::find(present, arguments) - present.begin());
  if (number == present.size())
    throw fault{.sqlstate = sqlstate::object_not_in_prerequisite_state,
                .message =
                    fmt::format("a rollup to \"{}\" was changed or dropped meanwhile", pg::table_name(work.target)),
                .hint = "What was committed is right; call upkeep.recalculate_rollup again for the rest."};
  const std::vector<pg::parameter> keys = groups.keys();
  if (!groups.are_missing())
    return put_rows_right(comparison(all, {number}), number, keys);
  // While rollups are paused, no trigger computes.
  const bool at_once = groups.fetched() > max_rows_computed_alone || pg::is_paused(pg::pausable::rollup);
  if (at_once)
    lock_sources(all, all[number]);
  return insert_rows(all, number, keys, at_once ? computed_by::query : computed_by::trigger);
}

// One rollup: what is wrong now, then a transaction a batch. What others write meanwhile they keep right.
void recalculate_one(recalculated_rollups &work, const std::vector<rollup> &all, std::size_t number) {
  const std::vector<std::string> arguments = arguments_into(work.target)[number];
  std::optional<wrong_groups> groups;
  pg::with_pinned_settings([&] { groups.emplace(comparison(all, {number}), number, kept_for::procedure); });
  work.counts.rows_total += groups->count();
  pg::show_progress(work.target, work.counts);
  begin_read_committed();
  while (groups->fetch(work.batch_size)) {
    pg::with_pinned_settings([&] { work.counts.rows_changed += put_right(work, arguments, *groups).rows; });
    work.counts.rows_done += groups->fetched();
    begin_read_committed();
    pg::report_recalculated(work.target, work.counts);
  }
  groups->close();
}

// Each shard where it lies.
void recalculate_shards(const recalculated_rollups &work) {
  pg::show_progress(work.target, work.counts);
  pg::run_on_shards(
      work.target, std::nullopt,
      pg::sql("CALL upkeep.recalculate_rollup(%L, {source}, {batch_size})",
              "source"_is = pg::in_command(work.source ? std::optional(pg::qualified(*work.source)) : std::nullopt),
              "batch_size"_is = work.batch_size));
  const std::string name = pg::table_name(work.target);
  call([&] { ereport(NOTICE, errmsg("recalculated the shards of \"%s\"", name.c_str())); });
}

void recalculate_here(recalculated_rollups &work) {
  for (std::size_t done = 0;; ++done) {
    begin_read_committed();
    const std::vector<rollup> all = lock_and_resolve(work.target);
    const std::vector<std::size_t> chosen = rollups_from(all, work.target, work.source);
    if (done >= chosen.size())
      break;
    recalculate_one(work, all, chosen[done]);
  }
}

void recalculate(recalculated_rollups &work) {
  call([] { SPI_connect_ext(SPI_OPT_NONATOMIC); });
  rollups_from(lock_and_resolve(work.target), work.target, work.source);
  if (pg::has_shards(work.target))
    recalculate_shards(work);
  else
    recalculate_here(work);
  call([] { SPI_finish(); });
}

} // namespace

} // namespace upkeep::rollups

using namespace upkeep;
using namespace upkeep::rollups;

// CALL upkeep.recalculate_rollup(target, source, batch_size): commits each batch, so it cannot run in a transaction
// block (2D000); called again it goes on where there is something wrong. Errors: 22003, 22004, 22023, 42501, 42704 no
// rollup, 55000 a rollup that was changed meanwhile, and those of the triggers' arguments.
UPKEEP_FUNCTION(upkeep_recalculate_rollup) {
  return pg::entry([=] {
    const pg::arguments given(fcinfo);
    recalculated_rollups work{whole_target(given.table(0, "target")), given.optional_table(1),
                              given.integer(2, "batch_size")};
    require_existing(work.target);
    if (work.source)
      require_existing(*work.source);
    pg::require_batch_size(work.batch_size, 10000);
    pg::require_no_transaction_block(fcinfo, "upkeep.recalculate_rollup");
    pg::with_progress([&] { recalculate(work); });
    return Datum(0);
  });
}
