#include "features/history/seals/stored_seals.hpp"

#include "postgres/sql/query.hpp"

#include <algorithm>

namespace upkeep::history {

using pg::call;

namespace {

pg::parameter bytea_of(std::string_view bytes) {
  return {BYTEAOID, call([=] {
            return PointerGetDatum(cstring_to_text_with_len(bytes.data(), static_cast<int>(bytes.size())));
          })};
}

std::string bytes_from(Datum value) {
  const bytea *whole = call([=] { return DatumGetByteaPP(value); });
  return {VARDATA_ANY(whole), static_cast<std::size_t>(VARSIZE_ANY_EXHDR(whole))};
}

// What is shorter or longer is no digest that anything could have.
digest_bytes digest_from(Datum value) {
  const std::string bytes = bytes_from(value);
  digest_bytes digest{};
  if (bytes.size() == digest.size())
    std::copy(bytes.begin(), bytes.end(), digest.begin());
  return digest;
}

std::optional<seal> seal_from(const pg::rows &found) {
  if (found.count() == 0)
    return std::nullopt;
  bool is_null = false;
  const auto value = [&](int column) { return found.value(0, column, is_null); };
  seal read;
  read.from_id = DatumGetInt64(value(1));
  read.to_id = DatumGetInt64(value(2));
  read.entries = bytes_from(value(3));
  read.digest = digest_from(value(4));
  if (const Datum previous = value(5); !is_null)
    read.previous = digest_from(previous);
  read.sealed_at = DatumGetTimestampTz(value(6));
  return read;
}

} // namespace

// Without its list, which nobody needs of it.
std::optional<seal> newest_seal() {
  return seal_from(pg::read(pg::sql(R"sql(
    SELECT s.from_id, s.to_id, ''::pg_catalog.bytea, s.digest, s.previous, s.sealed_at
    FROM upkeep.history_seals s
    ORDER BY s.from_id DESC LIMIT 1
  )sql")));
}

std::optional<seal> next_seal(std::int64_t after_id, std::int64_t since) {
  const pg::parameter parameters[] = {{INT8OID, Int64GetDatum(after_id)}, {TIMESTAMPTZOID, TimestampTzGetDatum(since)}};
  return seal_from(pg::read(pg::sql(R"sql(
    SELECT s.from_id, s.to_id, s.entries, s.digest, s.previous, s.sealed_at
    FROM upkeep.history_seals s
    WHERE s.from_id [>] $1 AND s.sealed_at [>=] $2
    ORDER BY s.from_id LIMIT 1
  )sql"),
                            parameters));
}

void store(const seal &made) {
  const pg::parameter previous =
      made.previous ? bytea_of(bytes_of(*made.previous)) : pg::parameter{BYTEAOID, Datum(0), true};
  const pg::parameter parameters[] = {{INT8OID, Int64GetDatum(made.from_id)},
                                      {INT8OID, Int64GetDatum(made.to_id)},
                                      bytea_of(made.entries),
                                      bytea_of(bytes_of(made.digest)),
                                      previous,
                                      {TIMESTAMPTZOID, TimestampTzGetDatum(made.sealed_at)}};
  pg::execute(pg::sql(R"sql(
    INSERT INTO upkeep.history_seals (from_id, to_id, entries, digest, previous, sealed_at)
    VALUES ($1, $2, $3, $4, $5, $6)
  )sql"),
              parameters);
}

} // namespace upkeep::history
