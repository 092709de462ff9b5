// SQL from C++, through SPI. Every value is a parameter. The text relies on search_path = pg_catalog, pg_temp, which
// the calling function sets; trigger functions do not set it, and qualify every name and operator instead.
#pragma once

#include "postgres/sql/parameter.hpp"
#include "postgres/sql/rows.hpp"
#include "postgres/sql/sql.hpp"

namespace upkeep::pg {

// Runs `body` within an SPI connection. Where `body` throws, the abort of the transaction or subtransaction closes the
// connection.
void connect_spi();
void finish_spi();
template <class F> void with_spi(F &&body) {
  connect_spi();
  body();
  finish_spi();
}

// What a statement sees: what a new statement of the transaction would see, or what is committed now, even if the
// transaction keeps an older snapshot.
enum class snapshot { usual, latest };

// Runs one statement; raises what PostgreSQL raises.
rows execute(const std::string &sql, std::span<const parameter> parameters = {}, snapshot sees = snapshot::usual);
// Runs a query that sees what the caller's statement sees, as a STABLE function must.
rows read(const std::string &sql, std::span<const parameter> parameters = {});

// Throws XX000 for a statement that SPI does not run.
[[noreturn]] void refuse_statement(int code, const std::string &sql);

// Says the statement as a DEBUG1 message, `PREPARE name (types) AS sql;`, which psql takes as it is.
void show_statement(const char *name, const std::string &sql, std::span<const parameter> parameters);

} // namespace upkeep::pg
