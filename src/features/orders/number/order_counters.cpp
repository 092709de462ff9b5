#include "features/orders/number/order_counters.hpp"

#include "core/orders/counted_numbers.hpp"
#include "postgres/as_user.hpp"
#include "postgres/memory.hpp"
#include "postgres/rows/keyed_rows.hpp"
#include "postgres/rows/table_writer.hpp"

#include <algorithm>

namespace upkeep::orders {

using pg::call;
using pg::sql;
using entry = counted_numbers::entry;
using knowledge = counted_numbers::knowledge;

namespace {

// The table, or InvalidOid in a version of the extension that has none.
Oid counters_if_there() {
  const Oid schema = get_namespace_oid("upkeep", true);
  return OidIsValid(schema) ? get_relname_relid("order_counters", schema) : InvalidOid;
}

Oid counters_table() {
  const Oid table = call([] { return counters_if_there(); });
  if (!OidIsValid(table))
    throw fault{.sqlstate = sqlstate::object_not_in_prerequisite_state,
                .message = "this version of pg_upkeep has no table \"upkeep.order_counters\"",
                .hint = "ALTER EXTENSION pg_upkeep UPDATE;"};
  return table;
}

// The columns of upkeep.order_counters. Trivial.
constexpr AttrNumber orders_column = 1, tenant_column_of_counter = 2, last_column = 3;

// One row after another, by the primary key. Trivial; every function may raise.
struct counter_rows {
  Relation table;
  pg::unique_key key;
  pg::keyed_rows rows;
};

void open_counters(Oid of, counter_rows &counters) {
  counters.table = table_open(of, RowExclusiveLock);
  const pg::key_part parts[] = {{orders_column, OIDOID}, {tenant_column_of_counter, TEXTOID}};
  counters.key = pg::find_unique_key(counters.table, parts, 2);
  if (RelationGetDescr(counters.table)->natts != last_column || !OidIsValid(counters.key.index) ||
      !pg::open_keyed(counters.key, true, counters.rows))
    ereport(ERROR, (errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
                    errmsg("table \"upkeep.order_counters\" is not as the extension made it"),
                    errhint("Take your own columns away, and add its primary key again: (orders, tenant).")));
}

void close_counters(counter_rows &counters) {
  pg::close_keyed(counters.rows);
  table_close(counters.table, NoLock);
}

Datum text_datum(const std::string &text) {
  return PointerGetDatum(cstring_to_text_with_len(text.data(), static_cast<int>(text.size())));
}

std::int64_t last_of(const counter_rows &counters) {
  bool is_null = false;
  return DatumGetInt64(slot_getattr(counters.rows.row, last_column, &is_null));
}

// What this transaction has counted. It lives in the transaction's memory.
struct kept_numbers {
  counted_numbers numbers;
  ~kept_numbers();
};
kept_numbers *kept = nullptr;
kept_numbers::~kept_numbers() { kept = nullptr; }

void end_subtransaction(SubXactEvent event, SubTransactionId, SubTransactionId, void *) {
  if (!kept)
    return;
  if (event == SUBXACT_EVENT_ABORT_SUB)
    kept->numbers.undo(GetCurrentTransactionNestLevel());
  else if (event == SUBXACT_EVENT_COMMIT_SUB)
    kept->numbers.keep(GetCurrentTransactionNestLevel());
}

// Writes how far a counter is. Its row is gone where the table was dropped since, or the extension made anew.
void write_row(counter_rows &counters, pg::table_writer &writer, const entry &counter) {
  const Datum key[] = {ObjectIdGetDatum(counter.table), text_datum(counter.tenant)};
  if (!pg::find_by_key(counters.rows, key) || last_of(counters) == counter.last)
    return;
  ItemPointerData place = counters.rows.row->tts_tid;
  const Datum values[] = {0, 0, Int64GetDatum(counter.last)};
  const bool nulls[] = {false, false, false}, replaced[] = {false, false, true};
  pg::update_row(writer, &place, values, nulls, replaced);
}

void write_counted() {
  std::vector<const entry *> counted;
  if (kept)
    kept->numbers.for_each([&](const entry &each) {
      if (each.known == knowledge::counted)
        counted.push_back(&each);
    });
  const Oid table = counted.empty() ? InvalidOid : call([] { return counters_if_there(); });
  if (!OidIsValid(table))
    return;
  counter_rows counters;
  pg::table_writer writer;
  call([&] {
    open_counters(table, counters);
    pg::open_writer(counters.table, {&last_column, 1}, writer);
  });
  for (const entry *each : counted)
    call([&] { write_row(counters, writer, *each); });
  call([&] {
    pg::close_writer(writer);
    close_counters(counters);
  });
}

void end_transaction(XactEvent event, void *) {
  if (kept && (event == XACT_EVENT_PRE_COMMIT || event == XACT_EVENT_PRE_PREPARE))
    pg::entry([] { write_counted(); });
}

counted_numbers &numbers() {
  static bool is_watching = false;
  if (!is_watching)
    call([] {
      RegisterXactCallback(end_transaction, nullptr);
      RegisterSubXactCallback(end_subtransaction, nullptr);
    });
  is_watching = true;
  if (!kept)
    kept = &pg::make_in<kept_numbers>(TopTransactionContext);
  return kept->numbers;
}

void know(entry &counter, knowledge known, std::int64_t last) {
  numbers().set(counter, GetCurrentTransactionNestLevel(), known, last);
}

void forget_counted(std::span<const Oid> tables) {
  numbers().for_each([&](entry &each) {
    if (std::ranges::find(tables, each.table) != tables.end())
      know(each, knowledge::none, 0);
  });
}

pg::parameter oids_array(std::span<const Oid> oids) {
  std::vector<Datum> values;
  for (const Oid each : oids)
    values.push_back(ObjectIdGetDatum(each));
  return {OIDARRAYOID, call([&] {
            return PointerGetDatum(construct_array(values.data(), static_cast<int>(values.size()), OIDOID, sizeof(Oid),
                                                   true, TYPALIGN_INT));
          })};
}

// Reads the row, and holds it until the transaction ends if it `is_to_count`: whoever has counted since what the
// transaction sees has counted. False where there is none.
bool read_row(entry &counter, bool is_to_count) {
  counter_rows counters;
  std::int64_t last = 0;
  const Oid table = counters_table();
  const bool found = call([&] {
    open_counters(table, counters);
    const Datum key[] = {ObjectIdGetDatum(counter.table), text_datum(counter.tenant)};
    bool is_there = pg::find_by_key(counters.rows, key);
    if (is_there && is_to_count)
      is_there = pg::lock_found_row(counters.rows, key, LockTupleNoKeyExclusive, true) == pg::lookup_result::found;
    if (is_there)
      last = last_of(counters);
    close_counters(counters);
    return is_there;
  });
  if (found)
    know(counter, is_to_count ? knowledge::counted : knowledge::read, last);
  return found;
}

// Only numbers and texts reach the statements that run as the owner of the table: no code of others does.
template <class F> void as_owner_of_counters(F &&body) {
  pg::as_user(pg::owner_of(counters_table()), SECURITY_NOFORCE_RLS, body);
}

// Waits for whoever else is making it.
void begin_counter(const entry &counter, std::int64_t last) {
  pg::with_spi([&] {
    const pg::parameter parameters[] = {{REGCLASSOID, ObjectIdGetDatum(counter.table)},
                                        pg::parameter::text(counter.tenant),
                                        {INT8OID, Int64GetDatum(last)}};
    as_owner_of_counters([&] {
      pg::execute("INSERT INTO upkeep.order_counters VALUES ($1, $2, $3) ON CONFLICT DO NOTHING", parameters,
                  pg::snapshot::latest);
    });
  });
}

void take_counter(entry &counter, const numbers_there &there) {
  while (!read_row(counter, true)) {
    call([] { CHECK_FOR_INTERRUPTS(); });
    begin_counter(counter, there());
  }
}

void move_entry(entry &counter, std::int64_t taken, const numbers_there &there) {
  if (taken <= counter.last)
    return;
  if (counter.known != knowledge::counted)
    take_counter(counter, there);
  if (taken > counter.last)
    know(counter, knowledge::counted, taken);
}

} // namespace

std::int64_t next_number(const order_counter &counter, const numbers_there &there) {
  entry &own = numbers().find(counter.orders, counter.tenant);
  if (own.known != knowledge::counted)
    take_counter(own, there);
  if (own.last > most_counted)
    throw fault{.sqlstate = sqlstate::numeric_value_out_of_range,
                .message = fmt::format("the numbers of table \"{}\" are used up", pg::table_name(counter.orders)),
                .hint = "Enable order_number with another prefix."};
  know(own, knowledge::counted, own.last + 1);
  return own.last;
}

void move_beyond(const order_counter &counter, std::int64_t taken, const numbers_there &there) {
  if (taken > most_counted)
    return;
  entry &own = numbers().find(counter.orders, counter.tenant);
  if (own.known == knowledge::none && !read_row(own, false))
    take_counter(own, there);
  move_entry(own, taken, there);
}

void move_beyond_if_begun(const order_counter &counter, std::int64_t taken) {
  if (taken > most_counted)
    return;
  entry &own = numbers().find(counter.orders, counter.tenant);
  if (own.known == knowledge::none && !read_row(own, false))
    return;
  move_entry(own, taken, [] { return std::int64_t(0); });
}

void move_counters(Oid orders, const counted_tenants &greatest) {
  write_counted();
  const pg::parameter parameters[] = {{REGCLASSOID, ObjectIdGetDatum(orders)}, greatest.tenants, greatest.numbers};
  as_owner_of_counters([&] {
    pg::execute(sql(R"sql(
      INSERT INTO upkeep.order_counters AS c (orders, tenant, last_number)
      SELECT $1, t.tenant, t.number
      FROM ROWS FROM (pg_catalog.unnest($2), pg_catalog.unnest($3)) t(tenant, number)
      ON CONFLICT (orders, tenant) DO UPDATE SET last_number = EXCLUDED.last_number
        WHERE c.last_number [<] EXCLUDED.last_number
    )sql"),
                parameters, pg::snapshot::latest);
  });
  forget_counted({&orders, 1});
}

void restart_counters(std::span<const Oid> tables) {
  if (!OidIsValid(call([] { return counters_if_there(); })))
    return;
  const pg::parameter parameters[] = {oids_array(tables)};
  as_owner_of_counters([&] {
    pg::execute(sql("DELETE FROM upkeep.order_counters c WHERE c.orders [=] ANY ($1)"), parameters,
                pg::snapshot::latest);
  });
  forget_counted(tables);
}

std::optional<late_counter> find_late_counter(Oid orders, const counted_tenants &greatest) {
  if (!OidIsValid(call([] { return counters_if_there(); })))
    return std::nullopt;
  const pg::parameter parameters[] = {{REGCLASSOID, ObjectIdGetDatum(orders)}, greatest.tenants, greatest.numbers};
  std::optional<late_counter> late;
  as_owner_of_counters([&] {
    const pg::rows found = pg::execute(sql(R"sql(
      SELECT t.tenant, t.number
      FROM ROWS FROM (pg_catalog.unnest($2), pg_catalog.unnest($3)) t(tenant, number)
      JOIN upkeep.order_counters c ON c.orders [=] $1 AND c.tenant [=] t.tenant
      WHERE c.last_number [<] t.number
      ORDER BY 1
      LIMIT 1
    )sql"),
                                       parameters);
    if (found.count())
      late = late_counter{found.text(0, 1).value(), found.text(0, 2).value()};
  });
  return late;
}

} // namespace upkeep::orders
