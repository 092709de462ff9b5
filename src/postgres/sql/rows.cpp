#include "postgres/sql/rows.hpp"

namespace upkeep::pg {

Datum rows::value(std::uint64_t row, int column, bool &is_null) const {
  return call([&] { return SPI_getbinval(table->vals[row], table->tupdesc, column, &is_null); });
}

std::optional<std::string> rows::text(std::uint64_t row, int column) const {
  const char *raw = call([&] { return SPI_getvalue(table->vals[row], table->tupdesc, column); });
  return raw ? std::optional<std::string>(raw) : std::nullopt;
}

Oid rows::oid(std::uint64_t row, int column) const {
  bool is_null = false;
  const Datum found = value(row, column, is_null);
  return is_null ? InvalidOid : DatumGetObjectId(found);
}

void rows::free() {
  if (table)
    call([this] { SPI_freetuptable(table); });
  table = nullptr;
}

} // namespace upkeep::pg
