// upkeep.purge_history: what is older than it need be kept.
#include "features/history/entries.hpp"
#include "features/history/months.hpp"
#include "features/history/own_tables.hpp"
#include "features/history/tables.hpp"
#include "postgres/executor/marked_statement.hpp"
#include "postgres/executor/procedure.hpp"
#include "postgres/sql/arguments.hpp"
#include "postgres/sql/query.hpp"

namespace upkeep::history {

using pg::call;

namespace {

// Blocks of a batch: some 10,000 entries.
constexpr std::int64_t blocks_at_once = 256;

struct purge {
  TimestampTz before; // at most the time of the call: what is written from now on stays
  std::optional<std::int32_t> table_number;

  pg::parameter before_parameter() const { return {TIMESTAMPTZOID, TimestampTzGetDatum(before)}; }
  pg::parameter table_parameter() const {
    return {INT4OID, Int32GetDatum(table_number.value_or(0)), !table_number.has_value()};
  }
};

struct month_table_of {
  Oid table;
  std::string name;
  std::optional<month> of;

  pg::fragment sql() const { return pg::sql("upkeep.{name}", "name"_is = pg::identifier{name}); }
};

std::vector<month_table_of> month_tables() {
  std::vector<month_table_of> tables;
  const pg::rows found = pg::execute(pg::sql(R"sql(
    SELECT c.oid, c.relname
    FROM pg_catalog.pg_inherits i
    JOIN pg_catalog.pg_class c ON c.oid [=] i.inhrelid
    JOIN pg_catalog.pg_namespace n ON n.oid [=] c.relnamespace
    WHERE i.inhparent [=] 'upkeep.history_entries'::pg_catalog.regclass::pg_catalog.oid AND n.nspname [=] 'upkeep'
    ORDER BY c.relname
  )sql"));
  for (std::uint64_t row = 0; row < found.count(); ++row) {
    std::string name = found.text(row, 2).value_or("");
    const std::optional<month> of = month_named(name);
    tables.push_back({found.oid(row, 1), std::move(name), of});
  }
  return tables;
}

bool is_over_by(const month_table_of &table, TimestampTz at) {
  return table.of && begin_in_microseconds(*table.of + std::chrono::months(1)) <= at;
}

bool begins_after(const month_table_of &table, TimestampTz at) {
  return table.of && begin_in_microseconds(*table.of) >= at;
}

pg::fragment noted_transactions() {
  return pg::sql(R"sql(
    , $3, COALESCE((SELECT pg_catalog.range_agg(t.numbers) FROM transactions t), '{}'::pg_catalog.int8multirange)
  )sql");
}

// Ids and transactions of `gone` as ranges, without those between that never were, or are still there.
void note_purge(const purge &what, const pg::fragment &gone) {
  const pg::parameter parameters[] = {
      what.before_parameter(), what.table_parameter(), {INT4OID, Int32GetDatum(own_cluster())}};
  const bool has_transactions = notes_transactions();
  pg::execute(pg::sql(R"sql(
    WITH gone AS ({gone}),
    islands AS (
      SELECT pg_catalog.int8range(pg_catalog.min(g.id), pg_catalog.max(g.id) [+] 1) AS ids
      FROM (SELECT id, id [-] pg_catalog.row_number() OVER (ORDER BY id) AS island FROM gone) g
      GROUP BY g.island
    ),
    cut AS (
      SELECT DISTINCT g.transaction::pg_catalog.text::pg_catalog.int8 AS number FROM gone g WHERE g.cluster [=] $3
    ),
    transactions AS (
      SELECT pg_catalog.int8range(pg_catalog.min(c.number), pg_catalog.max(c.number) [+] 1) AS numbers
      FROM (SELECT number, number [-] pg_catalog.row_number() OVER (ORDER BY number) AS island FROM cut) c
      GROUP BY c.island
    )
    INSERT INTO upkeep.history_purges (purged_at, before, table_number, role, ids{columns})
    SELECT pg_catalog.clock_timestamp(), $1, $2, SESSION_USER, pg_catalog.range_agg(i.ids){values}
    FROM islands i
    HAVING pg_catalog.count(*) [>] 0
  )sql",
                      "gone"_is = gone, "columns"_is = pg::fragment(has_transactions ? ", cluster, transactions" : ""),
                      "values"_is = has_transactions ? noted_transactions() : pg::fragment("")),
              parameters);
}

// Nobody writes into a month that is over; who still does is waited for. Who reads the whole history, or begins to, is
// only in the way of the last step.
void drop_month(const purge &what, const month_table_of &each) {
  const Oid entries = own_table("history_entries");
  call([&] { LockRelationOid(each.table, ShareLock); });
  if (call([&] { return get_rel_relkind(each.table); }) == '\0')
    return;
  note_purge(what, pg::sql("SELECT e.id, e.transaction, e.cluster FROM ONLY {month} e", "month"_is = each.sql()));
  call([=] { LockRelationOid(entries, AccessExclusiveLock); });
  pg::execute(pg::sql("DROP TABLE {month}", "month"_is = each.sql()));
}

std::int64_t blocks_of(Oid table) {
  return call([=]() -> std::int64_t {
    Relation relation = try_relation_open(table, RowExclusiveLock);
    if (!relation)
      return 0;
    const BlockNumber blocks = RelationGetNumberOfBlocks(relation);
    relation_close(relation, NoLock);
    return blocks;
  });
}

// Those between two blocks of a month.
void delete_rows(const purge &what, const month_table_of &each, std::int64_t from) {
  const auto place = [](std::int64_t block) {
    return pg::sql("{place}::pg_catalog.tid", "place"_is = pg::literal{fmt::format("({},0)", block)});
  };
  const pg::marked_statement marked(pg::own_statement::history);
  note_purge(what, pg::sql(R"sql(
         DELETE FROM ONLY {month} e
         WHERE e.ctid [>=] {from} AND e.ctid [<] {to} AND e.at [<] $1 AND ($2 IS NULL OR e.table_number [=] $2)
         RETURNING e.id, e.transaction, e.cluster
       )sql",
                           "month"_is = each.sql(), "from"_is = place(from), "to"_is = place(from + blocks_at_once)));
}

// Runs `body` as history's owner, and commits.
template <class F> void in_transaction(F &&body) {
  as_keeper(body);
  call([] { SPI_commit(); });
}

void run(const purge &what) {
  std::vector<month_table_of> months;
  in_transaction([&] { months = month_tables(); });
  for (const month_table_of &each : months) {
    if (begins_after(each, what.before))
      continue;
    if (!what.table_number && is_over_by(each, what.before)) {
      in_transaction([&] { drop_month(what, each); });
      continue;
    }
    for (std::int64_t block = 0, blocks = blocks_at_once; block < blocks; block += blocks_at_once)
      in_transaction([&] {
        if (blocks = blocks_of(each.table); block < blocks)
          delete_rows(what, each, block);
      });
  }
  in_transaction([] { make_months_ahead(); });
}

// nullopt where the table never had history: there is nothing to purge.
std::optional<purge> read_purge(const pg::arguments &given) {
  purge what{};
  what.before = Min(DatumGetTimestampTz(given.value(0, "before")), call([] { return GetCurrentTimestamp(); }));
  if (const std::optional<Oid> target = given.optional_table(1)) {
    what.table_number = number_of(*target);
    if (!what.table_number)
      return std::nullopt;
  }
  return what;
}

} // namespace

} // namespace upkeep::history

using namespace upkeep;
using namespace upkeep::history;

// CALL upkeep.purge_history(before, target): commits each month and each batch, so it cannot run in a transaction block
// (2D000); called again it goes on. Errors: 22004, 2D000.
UPKEEP_FUNCTION(upkeep_purge_history) {
  return pg::entry([=] {
    pg::require_no_transaction_block(fcinfo, "upkeep.purge_history");
    call([] { SPI_connect_ext(SPI_OPT_NONATOMIC); });
    if (const std::optional<purge> what = read_purge(pg::arguments(fcinfo)))
      run(*what);
    call([] { SPI_finish(); });
    return Datum(0);
  });
}
