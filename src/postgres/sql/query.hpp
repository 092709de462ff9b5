// SQL from C++, through SPI. Every value is a parameter. The text relies on search_path = pg_catalog, pg_temp, which
// the calling function sets; trigger functions do not set it, and qualify every name and operator instead.
#pragma once

#include "postgres/sql/sql.hpp"

namespace upkeep::pg {

struct parameter {
  Oid type;
  Datum value;
  bool is_null = false;

  static parameter oid(Oid value) { return {OIDOID, ObjectIdGetDatum(value)}; }
  static parameter text(const std::string &value);
};

// The rows of the last query; they live until the next query of the same connection.
class rows {
public:
  explicit rows(SPITupleTable *found) : table(found) {}

  std::uint64_t count() const { return table ? table->numvals : 0; }
  Datum value(std::uint64_t row, int column, bool &is_null) const;
  std::optional<std::string> text(std::uint64_t row, int column) const;
  Oid oid(std::uint64_t row, int column) const;
  // Gives the memory back before SPI does.
  void free();

private:
  SPITupleTable *table;
};

// Runs `body` within an SPI connection. Where `body` throws, the abort of the transaction or subtransaction closes the
// connection.
void connect_spi();
void finish_spi();
template <class F> void with_spi(F &&body) {
  connect_spi();
  body();
  finish_spi();
}

// Runs `body` as another user.
template <class F> void as_user(Oid user, int restrictions, F &&body) {
  Oid outer = InvalidOid;
  int context = 0;
  GetUserIdAndSecContext(&outer, &context);
  SetUserIdAndSecContext(user, context | SECURITY_LOCAL_USERID_CHANGE | restrictions);
  try {
    body();
  } catch (...) {
    SetUserIdAndSecContext(outer, context);
    throw;
  }
  SetUserIdAndSecContext(outer, context);
}

// What a statement sees: what a new statement of the transaction would see, or what is committed now, also where the
// transaction keeps to an older snapshot.
enum class snapshot { usual, latest };

// Runs one statement; raises what PostgreSQL raises.
rows execute(const std::string &sql, std::span<const parameter> parameters = {}, snapshot sees = snapshot::usual);
// Runs a query that sees what the caller's statement sees, as a STABLE function must.
rows read(const std::string &sql, std::span<const parameter> parameters = {});

// Says the statement as a DEBUG1 message, `PREPARE name (types) AS sql;`, which psql takes as it is.
void show_statement(const char *name, const std::string &sql, std::span<const parameter> parameters);

// A statement whose plan the session keeps. Its text qualifies every name and operator.
class saved_query {
public:
  saved_query(std::string sql, std::vector<Oid> types) : sql(std::move(sql)), types(std::move(types)) {}
  saved_query(const saved_query &) = delete;
  saved_query &operator=(const saved_query &) = delete;
  // May run in the midst of an invalidation: the plan is freed when another is prepared.
  ~saved_query();

  // One value for each type; none is NULL. Sees what `snapshot` sees, by default what a new statement would see. An
  // UPDATE fails, 40001, on a row that `crosscheck` does not see.
  rows execute(std::span<const Datum> values, Snapshot snapshot = InvalidSnapshot,
               Snapshot crosscheck = InvalidSnapshot) const;

private:
  void prepare() const;

  std::string sql;
  std::vector<Oid> types;
  mutable SPIPlanPtr plan = nullptr;
};

} // namespace upkeep::pg
