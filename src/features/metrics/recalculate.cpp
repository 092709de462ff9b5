// upkeep.recalculate: puts the figures of a table right, batch by batch; and upkeep.progress, how far it is.
#include "features/catalogue.hpp"
#include "features/metrics/metrics_scan.hpp"
#include "features/metrics/scan_filter.hpp"
#include "features/registry.hpp"
#include "postgres/as_owner.hpp"
#include "postgres/citus/on_shards.hpp"
#include "postgres/citus/shards.hpp"
#include "postgres/executor/marked_statement.hpp"
#include "postgres/executor/procedure.hpp"
#include "postgres/executor/progress.hpp"
#include "postgres/settings.hpp"
#include "postgres/sql/arguments.hpp"
#include "postgres/sql/query.hpp"
#include "postgres/sql/result_set.hpp"
#include "postgres/values/pinned_settings.hpp"

namespace upkeep::metrics {

using pg::call;

namespace {

struct recalculation {
  Oid target;
  scan_filter filter;
  std::int32_t batch_size;
  pg::progress_counts counts{};
};

// The tables that hold rows: the table itself, or its partitions.
std::vector<Oid> tables_of(Oid target) {
  std::vector<Oid> tables = pg::with_descendants(target, AccessShareLock);
  std::erase_if(tables, [](Oid table) { return call([=] { return get_rel_relkind(table); }) != RELKIND_RELATION; });
  return tables;
}

// It is the trigger that computes.
void require_trigger_on(Oid table) {
  pg::with_relation(table, [](Relation relation) {
    const Trigger *own = trigger_of(relation, metrics_feature);
    const bool is_paused = pg::is_paused(pg::pausable::metrics);
    if (own && (is_paused || own->tgenabled == TRIGGER_DISABLED))
      throw fault{.sqlstate = sqlstate::object_not_in_prerequisite_state,
                  .message = is_paused ? "metrics are paused"
                                       : fmt::format("trigger \"{}\" of table \"{}\" is disabled", own->tgname,
                                                     pg::table_name(relation)),
                  .detail = "The trigger would compute nothing.",
                  .hint = is_paused ? "RESET upkeep.pause;"
                                    : fmt::format("ALTER TABLE {} ENABLE TRIGGER {};",
                                                  pg::qualified(RelationGetRelid(relation)), pg::quoted(own->tgname))};
  });
}

// Locks are gone after a commit: each transaction asks anew.
void lock_and_check(const recalculation &work, Oid table) {
  pg::require_own_table(work.target, "recalculate", AccessShareLock);
  call([=] { LockRelationOid(table, RowExclusiveLock); });
  if (call([=] { return get_rel_relkind(table); }) == '\0')
    throw fault{.sqlstate = sqlstate::undefined_table,
                .message = fmt::format("a table of the recalculation was dropped meanwhile (oid {})", table),
                .hint = "What was committed is right; call upkeep.recalculate again for the rest."};
}

template <class F> void as_owner(Oid table, F &&body) { pg::as_owner(pg::owner_of(table), body); }

std::int64_t count_in(Oid table, const recalculation &work) {
  const scan_condition condition = condition_of(*plan_of_table(table), table, work.filter);
  const pg::rows found = pg::execute(pg::sql("SELECT pg_catalog.count(*) FROM ONLY {table} t {condition}",
                                             "table"_is = pg::table{table}, "condition"_is = condition.sql),
                                     condition.parameters);
  bool is_null = false;
  return DatumGetInt64(found.value(0, 1, is_null));
}

std::int64_t count_rows(const recalculation &work) {
  std::int64_t total = 0;
  for (const Oid table : tables_of(work.target))
    as_owner(table, [&] { total += count_in(table, work); });
  return total;
}

// The rows of a batch that are not as they should be.
ArrayBuildState *wrong_rows(metrics_scan &scan) {
  ArrayBuildState *wrong = nullptr;
  for (std::uint64_t row = 0; row < scan.rows(); ++row) {
    call([] { CHECK_FOR_INTERRUPTS(); });
    bool differs = false;
    for (const metric_finding &each : scan.findings(row))
      differs |= each.differs;
    if (differs)
      wrong = call([&] { return accumArrayResult(wrong, scan.key(row), false, TIDOID, CurrentMemoryContext); });
  }
  return wrong;
}

// Writes them; the trigger computes them.
std::int64_t write_rows(Oid table, const metrics_plan &plan, ArrayBuildState *rows) {
  if (!rows)
    return 0;
  const Datum array = call([=] { return makeArrayResult(rows, CurrentMemoryContext); });
  const pg::parameter parameters[] = {{TIDARRAYOID, array}};
  const pg::marked_statement marked(plan.recalculation());
  pg::execute(pg::sql("UPDATE ONLY {table} t SET {metric} = t.{metric} WHERE t.ctid [=] ANY ($1)",
                      "table"_is = pg::table{table},
                      "metric"_is = pg::identifier{plan.set.metrics()[0].expression.target}),
              parameters);
  const auto written = static_cast<std::int64_t>(SPI_processed);
  call([=] { pfree(DatumGetPointer(array)); });
  return written;
}

// One table that holds rows, a transaction a batch. A row that others write meanwhile is put right by their write.
void recalculate_table(recalculation &work, Oid table) {
  lock_and_check(work, table);
  require_trigger_on(table);
  std::shared_ptr<const metrics_plan> plan = plan_of_table(table);
  std::optional<metrics_scan> scan;
  as_owner(table, [&] { scan.emplace(table, plan, work.filter, pg::sql("t.ctid"), true); });
  while (scan->fetch(work.batch_size)) {
    as_owner(table, [&] { work.counts.rows_changed += write_rows(table, *plan, wrong_rows(*scan)); });
    work.counts.rows_done += static_cast<std::int64_t>(scan->rows());
    call([] { SPI_commit(); });
    pg::report_recalculated(work.target, work.counts);
    lock_and_check(work, table);
    plan = plan_of_table(table);
  }
  scan->close();
}

std::optional<std::string> text_of(const std::optional<Datum> &date) {
  if (!date)
    return std::nullopt;
  std::string text;
  pg::with_pinned_settings(
      [&] { text = pg::string_from([&] { return DatumGetCString(DirectFunctionCall1(date_out, *date)); }); });
  return text;
}

// Each shard where it lies.
void recalculate_shards(recalculation &work) {
  work.counts.rows_total = count_in(work.target, work);
  pg::show_progress(work.target, work.counts);
  const scan_filter &filter = work.filter;
  pg::run_on_shards(work.target, std::nullopt,
                    pg::sql("CALL upkeep.recalculate(%L, {tenant}, {from_date}, {to_date}, {batch_size})",
                            "tenant"_is = pg::in_command(filter.tenant),
                            "from_date"_is = pg::in_command(text_of(filter.from_date)),
                            "to_date"_is = pg::in_command(text_of(filter.to_date)), "batch_size"_is = work.batch_size));
  const std::string name = pg::table_name(work.target);
  call([&] {
    ereport(NOTICE,
            errmsg("recalculated the shards of \"%s\": " INT64_FORMAT " rows", name.c_str(), work.counts.rows_total));
  });
}

void recalculate_here(recalculation &work) {
  work.counts.rows_total = count_rows(work);
  pg::show_progress(work.target, work.counts);
  for (const Oid table : tables_of(work.target))
    recalculate_table(work, table);
}

void recalculate(recalculation &work) {
  call([] { SPI_connect_ext(SPI_OPT_NONATOMIC); });
  pg::require_own_table(work.target, "recalculate", AccessShareLock);
  plan_of_table(work.target);
  require_trigger_on(work.target);
  if (pg::has_shards(work.target))
    recalculate_shards(work);
  else
    recalculate_here(work);
  call([] { SPI_finish(); });
}

bool may_see(Oid role) {
  return call(
      [=] { return has_privs_of_role(GetUserId(), role) || has_privs_of_role(GetUserId(), ROLE_PG_READ_ALL_STATS); });
}

} // namespace

} // namespace upkeep::metrics

using namespace upkeep;
using namespace upkeep::metrics;

// CALL upkeep.recalculate(target, tenant, from_date, to_date, batch_size): commits each batch, so it cannot run in a
// transaction block (2D000); called again it goes on where there is something wrong. Errors: 22004, 22023, 42501,
// 42703, 42704, 42P01, 55000 while the trigger is off, and what computing a row raises.
UPKEEP_FUNCTION(upkeep_recalculate) {
  return pg::entry([=] {
    const pg::arguments given(fcinfo);
    recalculation work{given.table(0, "target"),
                       {given.optional_string(1), given.optional_value(2), given.optional_value(3)},
                       given.integer(4, "batch_size")};
    pg::require_batch_size(work.batch_size, 10000);
    pg::require_no_transaction_block(fcinfo, "upkeep.recalculate");
    pg::with_progress([&] { recalculate(work); });
    return Datum(0);
  });
}

// upkeep_internal.running_commands() RETURNS TABLE (pid integer, object regclass, rows_total bigint, rows_done bigint,
// rows_changed bigint, batches bigint): what the view upkeep.progress shows, of the backends in this database whose
// roles the caller has, or all for pg_read_all_stats.
UPKEEP_FUNCTION(upkeep_running_commands) {
  return pg::entry([=] {
    pg::result_set result(fcinfo, 0);
    for (int number = 1;; ++number) {
      const PgBackendStatus *backend = call([=] { return pg::backend_status(number); });
      if (!backend)
        return Datum(0);
      pg::running_command running{};
      if (pg::read_progress(*backend, running) && running.database == MyDatabaseId && may_see(running.role))
        result.add(running.process, running.table, running.counts.rows_total, running.counts.rows_done,
                   running.counts.rows_changed, running.counts.batches);
    }
  });
}
