#include "features/history/digests.hpp"

#include "features/history/own_tables.hpp"
#include "postgres/rows/row_scan.hpp"
#include "postgres/sql/query.hpp"
#include "postgres/values/hmac.hpp"

#include <algorithm>

namespace upkeep::history {

using pg::call;

namespace {

constexpr int key_size = 32;

struct key_row {
  std::int32_t number;
  TimestampTz since;
  bytea *key;
};

// Copies what the rows have into the current memory context. Nothing with a destructor lives here.
List *key_rows(Oid table) {
  List *found = NIL;
  Relation relation = table_open(table, AccessShareLock);
  pg::scan(relation, PG_UINT64_MAX, [&](TupleTableSlot *slot) {
    slot_getallattrs(slot);
    auto *row = static_cast<key_row *>(palloc(sizeof(key_row)));
    *row = {DatumGetInt32(slot->tts_values[0]), DatumGetTimestampTz(slot->tts_values[1]),
            DatumGetByteaPCopy(slot->tts_values[2])};
    found = lappend(found, row);
    return 0;
  });
  table_close(relation, AccessShareLock);
  return found;
}

// Another key would make all that was sealed look altered.
bool has_seals() {
  bool are_there = false;
  as_keeper([&] { are_there = pg::execute(pg::sql("SELECT FROM upkeep.history_seals LIMIT 1")).count() > 0; });
  return are_there;
}

[[noreturn]] void no_key() {
  throw fault{.sqlstate = sqlstate::object_not_in_prerequisite_state,
              .message = "history has no key to make digests with",
              .detail = "upkeep.history_keys is empty, and what is sealed needs the key that was there.",
              .hint = "Restore its rows from a dump."};
}

} // namespace

// Directly: a trigger's statement asks, as a caller who may not read it, and whatever its search_path is.
std::vector<digest_key> read_keys() {
  const Oid table = own_table("history_keys");
  List *rows = call([=] { return key_rows(table); });
  std::vector<digest_key> keys;
  for (int i = 0; i < list_length(rows); ++i) {
    const auto *row = static_cast<const key_row *>(list_nth(rows, i));
    keys.push_back({row->number, row->since, std::string(VARDATA(row->key), VARSIZE(row->key) - VARHDRSZ)});
  }
  std::sort(keys.begin(), keys.end(), [](const digest_key &a, const digest_key &b) { return a.number < b.number; });
  return keys;
}

std::vector<digest_key> required_keys() {
  std::vector<digest_key> keys = read_keys();
  if (keys.empty())
    no_key();
  return keys;
}

const std::string &key_at(const std::vector<digest_key> &keys, TimestampTz at) {
  const auto newer =
      std::find_if(keys.begin() + 1, keys.end(), [=](const digest_key &each) { return each.since > at; });
  return std::prev(newer)->bytes;
}

// A trigger that came from a migration file, not by upkeep.enable_history, may be the first to need one.
const std::string &newest_key::bytes() {
  if (known.empty()) {
    if (read_keys().empty())
      pg::with_spi([] { ensure_key(); });
    known = std::move(required_keys().back().bytes);
  }
  return known;
}

void ensure_key() {
  const Oid table = own_table("history_keys");
  if (!read_keys().empty())
    return;
  call([=] { LockRelationOid(table, ShareRowExclusiveLock); });
  if (!read_keys().empty())
    return;
  if (has_seals())
    no_key();
  auto *key = static_cast<bytea *>(call([] { return palloc(VARHDRSZ + key_size); }));
  SET_VARSIZE(key, VARHDRSZ + key_size);
  if (!pg_strong_random(VARDATA(key), key_size))
    throw fault{.sqlstate = sqlstate::internal_error, .message = "could not generate a random key"};
  const pg::parameter parameters[] = {{BYTEAOID, PointerGetDatum(key)}};
  as_keeper([&] {
    pg::execute(pg::sql("INSERT INTO upkeep.history_keys VALUES (1, pg_catalog.clock_timestamp(), $1)"), parameters);
  });
}

digest_bytes column_digest(std::string_view key_bytes, std::int32_t table_number, std::string_view column,
                           std::string_view key, std::string_view value) {
  return pg::hmac_sha256(key_bytes, column_text(table_number, column, key, value));
}

} // namespace upkeep::history
