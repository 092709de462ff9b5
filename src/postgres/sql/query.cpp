#include "postgres/sql/query.hpp"

namespace upkeep::pg {

void connect_spi() {
  call([] { SPI_connect(); });
}
void finish_spi() {
  call([] { SPI_finish(); });
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
    refuse_statement(code, sql);
  return rows(SPI_tuptable);
}

// The snapshot is taken once the tables are locked: anyone who was altering one has committed by then.
rows run_by_latest(const std::string &sql, std::span<const parameter> parameters) {
  spi_parameters given(parameters);
  SPIPlanPtr plan = call([&] { return SPI_prepare(sql.c_str(), given.count(), given.types.data()); });
  if (!plan)
    refuse_statement(SPI_result, sql);
  const int code = call([&] {
    return SPI_execute_snapshot(plan, given.values.data(), given.nulls.c_str(), GetLatestSnapshot(), InvalidSnapshot,
                                false, true, 0);
  });
  if (code < 0)
    refuse_statement(code, sql);
  return rows(SPI_tuptable);
}

} // namespace

rows execute(const std::string &sql, std::span<const parameter> parameters, snapshot sees) {
  return sees == snapshot::latest && IsolationUsesXactSnapshot() ? run_by_latest(sql, parameters)
                                                                 : run(sql, parameters, false);
}
rows read(const std::string &sql, std::span<const parameter> parameters) { return run(sql, parameters, true); }

void refuse_statement(int code, const std::string &sql) {
  throw fault{.sqlstate = sqlstate::internal_error,
              .message = fmt::format("SPI refused a statement: {}", SPI_result_code_string(code)),
              .detail = sql};
}

void show_statement(const char *name, const std::string &sql, std::span<const parameter> parameters) {
  if (!message_level_is_interesting(DEBUG1))
    return;
  std::vector<std::string> types;
  for (const parameter &each : parameters)
    types.push_back(string_from([type = each.type] { return format_type_be_qualified(type); }));
  const std::string list = types.empty() ? "" : fmt::format(" ({})", joined(types, ", "));
  const std::string text = fmt::format("PREPARE {}{} AS\n{};", name, list, sql);
  call([&] { ereport(DEBUG1, errmsg_internal("%s", text.c_str())); });
}

} // namespace upkeep::pg
