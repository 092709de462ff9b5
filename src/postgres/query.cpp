#include "postgres/query.hpp"

namespace upkeep::pg {

parameter parameter::text(const std::string &value) {
  return {TEXTOID, call([&] { return CStringGetTextDatum(value.c_str()); })};
}

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

rows execute(const std::string &sql, std::span<const parameter> parameters) {
  std::vector<Oid> types;
  std::vector<Datum> values;
  std::string nulls;
  for (const parameter &each : parameters) {
    types.push_back(each.type);
    values.push_back(each.value);
    nulls.push_back(each.is_null ? 'n' : ' ');
  }
  const int count = static_cast<int>(parameters.size());
  const int code = call(
      [&] { return SPI_execute_with_args(sql.c_str(), count, types.data(), values.data(), nulls.c_str(), false, 0); });
  if (code < 0)
    throw fault{sqlstate::internal_error, fmt::format("SPI refused a statement: {}", SPI_result_code_string(code)),
                sql};
  return rows(SPI_tuptable);
}

} // namespace upkeep::pg
