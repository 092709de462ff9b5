#include "postgres/sql/query.hpp"

namespace upkeep::pg {

void connect_spi() {
  call([] { SPI_connect(); });
}
void finish_spi() {
  call([] { SPI_finish(); });
}

namespace {

// Plans that nobody needs any more, to be freed outside destructors. Made at the first use and never destroyed; it has
// room for every plan there is.
std::vector<SPIPlanPtr> *unneeded_plans = nullptr;
std::size_t kept_plans = 0;

[[noreturn]] void refused(int code, const std::string &sql) {
  throw fault{.sqlstate = sqlstate::internal_error,
              .message = fmt::format("SPI refused a statement: {}", SPI_result_code_string(code)),
              .detail = sql};
}

} // namespace

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

void rows::free() {
  if (table)
    call([this] { SPI_freetuptable(table); });
  table = nullptr;
}

namespace {

rows run(const std::string &sql, std::span<const parameter> parameters, bool is_read_only) {
  std::vector<Oid> types;
  std::vector<Datum> values;
  std::string nulls;
  for (const parameter &each : parameters) {
    types.push_back(each.type);
    values.push_back(each.value);
    nulls.push_back(each.is_null ? 'n' : ' ');
  }
  const int count = static_cast<int>(parameters.size());
  const int code = call([&] {
    return SPI_execute_with_args(sql.c_str(), count, types.data(), values.data(), nulls.c_str(), is_read_only, 0);
  });
  if (code < 0)
    refused(code, sql);
  return rows(SPI_tuptable);
}

} // namespace

rows execute(const std::string &sql, std::span<const parameter> parameters) { return run(sql, parameters, false); }
rows read(const std::string &sql, std::span<const parameter> parameters) { return run(sql, parameters, true); }

saved_query::~saved_query() {
  if (plan)
    unneeded_plans->push_back(plan);
}

void saved_query::prepare() const {
  if (!unneeded_plans)
    unneeded_plans = new std::vector<SPIPlanPtr>;
  for (; !unneeded_plans->empty(); unneeded_plans->pop_back(), --kept_plans)
    call([] { SPI_freeplan(unneeded_plans->back()); });
  unneeded_plans->reserve(kept_plans + 1);
  SPIPlanPtr made = call([&] { return SPI_prepare(sql.c_str(), types.size(), const_cast<Oid *>(types.data())); });
  if (!made)
    refused(SPI_result, sql);
  call([=] { SPI_keepplan(made); });
  plan = made;
  ++kept_plans;
}

rows saved_query::execute(std::span<const Datum> values, Snapshot snapshot, Snapshot crosscheck) const {
  if (!plan)
    prepare();
  const int code = call([&] {
    return SPI_execute_snapshot(plan, const_cast<Datum *>(values.data()), nullptr, snapshot, crosscheck, false, true,
                                0);
  });
  if (code < 0)
    refused(code, sql);
  return rows(SPI_tuptable);
}

} // namespace upkeep::pg
