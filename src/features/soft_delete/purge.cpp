// upkeep.purge_deleted: removes what was deleted long ago, batch by batch.
#include "features/catalogue.hpp"
#include "features/soft_delete/doomed_rows.hpp"
#include "features/soft_delete/soft_delete_plan.hpp"
#include "postgres/as_user.hpp"
#include "postgres/citus/on_shards.hpp"
#include "postgres/citus/shards.hpp"
#include "postgres/executor/procedure.hpp"
#include "postgres/sql/arguments.hpp"
#include "postgres/sql/query.hpp"
#include "postgres/subtransaction.hpp"
#include "postgres/values/pinned_settings.hpp"

namespace upkeep::soft_delete {

using pg::call;

namespace {

struct purge_request {
  Oid target;
  Datum older_than; // an interval
  TimestampTz before;
  std::int32_t batch_size;
};

// Locks are gone after a commit: each transaction asks anew.
soft_column lock_and_check(Oid target) {
  pg::require_own_table(target, "purge deleted rows", RowExclusiveLock);
  const std::optional<soft_column> column = soft_column_of(target);
  if (!column)
    throw fault{.sqlstate = sqlstate::object_not_in_prerequisite_state,
                .message = fmt::format("soft_delete is not enabled on \"{}\"", pg::table_name(target)),
                .hint = fmt::format("SELECT upkeep.enable_soft_delete({});", pg::literals({pg::qualified(target)}))};
  return *column;
}

// The keys of the rows as they were when the call began, through all commits.
Portal open_cursor(const purge_request &request, const soft_column &column) {
  const pg::fragment limit = pg::fragment(column.type.base_type == TIMESTAMPOID ? "$1::pg_catalog.timestamp" : "$1");
  std::vector<std::string> key;
  pg::with_relation(request.target, [&](Relation relation) { key = require_primary_key(relation); });
  const std::string query = pg::sql("SELECT {key} FROM {rows} c WHERE c.{column} [<] {limit}",
                                    "key"_is = pg::columns_of("c", key), "rows"_is = pg::own_rows_of(request.target),
                                    "column"_is = pg::identifier{column.name}, "limit"_is = limit);
  Portal cursor = nullptr;
  pg::as_user(pg::owner_of(request.target), SECURITY_NOFORCE_RLS, [&] {
    Oid type = TIMESTAMPTZOID;
    Datum value = TimestampTzGetDatum(request.before);
    cursor = call([&] {
      return SPI_cursor_open_with_args(nullptr, query.c_str(), 1, &type, &value, nullptr, false, CURSOR_OPT_NO_SCROLL);
    });
  });
  call([=] { PinPortal(cursor); });
  return cursor;
}

pg::rows fetch(Portal cursor, std::int32_t most) {
  call([=] { SPI_cursor_fetch(cursor, true, most); });
  return pg::rows(SPI_tuptable);
}

void report(Oid target, const doomed_rows::counts &total) {
  std::string text = fmt::format("purged {} rows of \"{}\"", total.of_target, pg::table_name(target));
  if (total.of_others)
    text += fmt::format(", and {} of other tables that were deleted with them", total.of_others);
  if (total.needed)
    text += fmt::format("; {} more {} still referred to", total.needed, total.needed == 1 ? "is" : "are");
  call([&] { ereport(NOTICE, errmsg("%s", text.c_str())); });
}

void purge_some(const purge_request &request, const pg::rows &keys, std::uint64_t first, std::uint64_t number,
                doomed_rows::counts &counted) {
  doomed_rows some(request.before);
  some.add(request.target, keys, first, number);
  some.purge();
  counted = some.count;
}

// A closed order keeps its lines, and is kept by them: it stays, and the others of its batch go one by one.
void purge_batch(const purge_request &request, const pg::rows &keys, doomed_rows::counts &total) {
  doomed_rows::counts counted;
  const auto add = [&] {
    total.of_target += counted.of_target;
    total.of_others += counted.of_others;
    total.needed += counted.needed;
  };
  if (pg::runs_without(sqlstate::order_locked, [&] { purge_some(request, keys, 0, keys.count(), counted); }))
    return add();
  for (std::uint64_t row = 0; row < keys.count(); ++row) {
    if (!pg::runs_without(sqlstate::order_locked, [&] { purge_some(request, keys, row, 1, counted); }))
      counted = {.needed = 1};
    add();
  }
}

void purge_here(const purge_request &request, const soft_column &column) {
  Portal cursor = open_cursor(request, column);
  doomed_rows::counts total;
  for (;;) {
    pg::rows keys = fetch(cursor, request.batch_size);
    if (keys.count() == 0)
      break;
    pg::with_spi([&] {
      lock_and_check(request.target);
      purge_batch(request, keys, total);
    });
    keys.free();
    call([] { SPI_commit(); });
  }
  call([=] {
    UnpinPortal(cursor);
    SPI_cursor_close(cursor);
  });
  report(request.target, total);
}

// Each shard where it lies, with what is below its rows there.
void purge_shards(const purge_request &request) {
  std::string older_than;
  pg::with_pinned_settings([&] {
    older_than =
        pg::string_from([&] { return DatumGetCString(DirectFunctionCall1(interval_out, request.older_than)); });
  });
  pg::run_on_shards(request.target, std::nullopt,
                    pg::sql("CALL upkeep.purge_deleted(%L, {older_than}, {batch_size})",
                            "older_than"_is = pg::in_command(older_than), "batch_size"_is = request.batch_size));
  const std::string name = pg::table_name(request.target);
  call([&] { ereport(NOTICE, errmsg("purged the shards of \"%s\"", name.c_str())); });
}

void purge(const purge_request &request) {
  call([] { SPI_connect_ext(SPI_OPT_NONATOMIC); });
  const soft_column column = lock_and_check(request.target);
  pg::has_shards(request.target) ? purge_shards(request) : purge_here(request, column);
  call([] { SPI_finish(); });
}

// now() less the interval.
TimestampTz moment_before(Datum interval) {
  return call([=] {
    return DatumGetTimestampTz(DirectFunctionCall2(
        timestamptz_mi_interval, TimestampTzGetDatum(GetCurrentTransactionStartTimestamp()), interval));
  });
}

} // namespace

} // namespace upkeep::soft_delete

using namespace upkeep;
using namespace upkeep::soft_delete;

// CALL upkeep.purge_deleted(target, older_than, batch_size): commits each batch, so it cannot run in a transaction
// block (2D000); called again it goes on. Errors: 22004, 22023, 42501, 42809, 42P01, 55000, and what a DELETE raises.
UPKEEP_FUNCTION(upkeep_purge_deleted) {
  return pg::entry([=] {
    const pg::arguments given(fcinfo);
    const Oid target = given.table(0, "target");
    const std::optional<Datum> older_than = given.optional_value(1);
    if (!older_than)
      throw fault{.sqlstate = sqlstate::null_value_not_allowed,
                  .message = "argument \"older_than\" must not be null",
                  .hint = "Leave it out for 30 days."};
    const purge_request request{target, *older_than, moment_before(*older_than), given.integer(2, "batch_size")};
    if (request.before > call([] { return GetCurrentTransactionStartTimestamp(); }))
      throw fault{.sqlstate = sqlstate::invalid_parameter_value,
                  .message = "older_than must not be negative",
                  .hint = "Pass '0' for all that is deleted."};
    pg::require_batch_size(request.batch_size, 1000);
    pg::require_no_transaction_block(fcinfo, "upkeep.purge_deleted");
    purge(request);
    return Datum(0);
  });
}
