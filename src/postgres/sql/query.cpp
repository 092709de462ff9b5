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

// The parameters as SPI takes them.
struct spi_parameters {
  std::vector<Oid> types;
  std::vector<Datum> values;
  std::string nulls;

  explicit spi_parameters(std::span<const parameter> parameters) {
    for (const parameter &each : parameters) {
      types.push_back(each.type);
      values.push_back(each.value);
      nulls.push_back(each.is_null ? 'n' : ' ');
    }
  }
  int count() const { return static_cast<int>(types.size()); }
};

rows run(const std::string &sql, std::span<const parameter> parameters, bool is_read_only) {
  spi_parameters given(parameters);
  const int code = call([&] {
    return SPI_execute_with_args(sql.c_str(), given.count(), given.types.data(), given.values.data(),
                                 given.nulls.c_str(), is_read_only, 0);
  });
  if (code < 0)
    refused(code, sql);
  return rows(SPI_tuptable);
}

// The snapshot is taken once the tables are locked: whoever was altering one has committed by then.
rows run_by_latest(const std::string &sql, std::span<const parameter> parameters) {
  spi_parameters given(parameters);
  SPIPlanPtr plan = call([&] { return SPI_prepare(sql.c_str(), given.count(), given.types.data()); });
  if (!plan)
    refused(SPI_result, sql);
  const int code = call([&] {
    return SPI_execute_snapshot(plan, given.values.data(), given.nulls.c_str(), GetLatestSnapshot(), InvalidSnapshot,
                                false, true, 0);
  });
  if (code < 0)
    refused(code, sql);
  return rows(SPI_tuptable);
}

} // namespace

rows execute(const std::string &sql, std::span<const parameter> parameters, snapshot sees) {
  return sees == snapshot::latest && IsolationUsesXactSnapshot() ? run_by_latest(sql, parameters)
                                                                 : run(sql, parameters, false);
}
rows read(const std::string &sql, std::span<const parameter> parameters) { return run(sql, parameters, true); }

void show_statement(const char *name, const std::string &sql, std::span<const parameter> parameters) {
  if (!message_level_is_interesting(DEBUG1))
    return;
  std::vector<std::string> types;
  for (const parameter &each : parameters)
    types.push_back(string_from([type = each.type] { return format_type_be_qualified(type); }));
  const std::string list = types.empty() ? "" : fmt::format(" ({})", fmt::join(types, ", "));
  const std::string text = fmt::format("PREPARE {}{} AS\n{};", name, list, sql);
  call([&] { ereport(DEBUG1, errmsg_internal("%s", text.c_str())); });
}

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
