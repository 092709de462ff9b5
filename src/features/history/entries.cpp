#include "features/history/entries.hpp"

#include "features/history/months.hpp"
#include "features/history/own_tables.hpp"
#include "postgres/boundary.hpp"
#include "postgres/executor/client_statement.hpp"
#include "postgres/settings.hpp"
#include "postgres/trigger.hpp"

namespace upkeep::history {

using pg::call;

std::int32_t own_cluster() {
  const std::uint64_t identifier = GetSystemIdentifier();
  return static_cast<std::int32_t>(identifier ^ identifier >> 32);
}

namespace {

Oid id_sequence() {
  static Oid sequence = InvalidOid;
  static std::uint64_t changes = 0;
  if (!OidIsValid(sequence) || changes != pg::catalogue_changes()) {
    sequence = own_table("history_id");
    changes = pg::catalogue_changes();
  }
  return sequence;
}

// Without a NULL in it, a row is eight bytes shorter.
void say_who(Datum *values, const char *reason) {
  const auto set = [=](entry_column column, const char *text) {
    values[column] = CStringGetTextDatum(text ? text : "");
  };
  set(entry_role, GetUserNameFromId(GetSessionUserId(), false));
  set(entry_actor, pg::actor());
  set(entry_application, application_name);
  set(entry_reason, reason ? reason : pg::reason());
}

} // namespace

entry_writer::entry_writer(std::int32_t table_number, const char *reason) : sequence(id_sequence()) {
  const TimestampTz now = call([] { return GetCurrentTimestamp(); });
  const Oid table = month_table(now);
  call([&] {
    month = table_open(table, RowExclusiveLock);
    if (RelationGetDescr(month)->natts != entry_columns)
      elog(ERROR, "table \"%s\" does not have the columns of upkeep.history_entries", RelationGetRelationName(month));
    pg::begin_bulk_insert(month, rows);
  });
  std::fill(std::begin(nulls), std::end(nulls), false);
  values[entry_at] = TimestampTzGetDatum(now);
  values[entry_transaction] = call([] { return FullTransactionIdGetDatum(GetTopFullTransactionId()); });
  values[entry_statement] = Int32GetDatum(pg::client_statement_number());
  values[entry_table_number] = Int32GetDatum(table_number);
  values[entry_cluster] = Int32GetDatum(own_cluster());
  call([=, this] { say_who(values, reason); });
}

std::int64_t entry_writer::add(action what, const text *key, const Jsonb *before, const Jsonb *after) {
  const std::int64_t id = nextval_internal(sequence, false);
  values[entry_id] = Int64GetDatum(id);
  values[entry_action] = CharGetDatum(static_cast<char>(what));
  const auto set = [&](entry_column column, const void *value) {
    values[column] = PointerGetDatum(value);
    nulls[column] = !value;
  };
  set(entry_key, key);
  set(entry_before, before);
  set(entry_after, after);
  pg::insert_in_bulk(rows, values, nulls);
  return id;
}

void entry_writer::close() {
  call([this] {
    pg::end_bulk_insert(rows);
    table_close(month, NoLock);
  });
}

} // namespace upkeep::history
