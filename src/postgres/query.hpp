// SQL from C++, through SPI. Every value is a parameter. The text relies on search_path = pg_catalog, pg_temp, which
// the calling function sets; trigger functions do not set it, and qualify every name and operator instead.
#pragma once

#include "postgres/text.hpp"

#include <span>

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

private:
  SPITupleTable *table;
};

// Runs `body` within an SPI connection. Where `body` throws, the abort of the transaction or subtransaction closes the
// connection.
template <class F> void with_spi(F &&body) {
  call([] { SPI_connect(); });
  body();
  call([] { SPI_finish(); });
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

// Runs one statement; raises what PostgreSQL raises.
rows execute(const std::string &sql, std::span<const parameter> parameters = {});

} // namespace upkeep::pg
