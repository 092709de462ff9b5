#include "features/reference_tables/seed.hpp"

#include "core/text/joined.hpp"
#include "postgres/relation.hpp"
#include "postgres/sql/query.hpp"

namespace upkeep::reference_tables {

using pg::call;

namespace {

std::vector<std::string> missing_tables(Oid schema, std::span<const char *const> tables) {
  std::vector<std::string> missing;
  for (const char *table : tables)
    if (!OidIsValid(call([=] { return get_relname_relid(table, schema); })))
      missing.emplace_back(table);
  return missing;
}

std::vector<std::string> filled_tables(const pg::fragment &schema, std::span<const char *const> tables) {
  std::vector<std::string> filled;
  for (const char *table : tables)
    if (pg::execute(
            pg::sql("SELECT FROM {schema}.{table} LIMIT 1", "schema"_is = schema, "table"_is = pg::identifier{table}))
            .count() > 0)
      filled.emplace_back(table);
  return filled;
}

} // namespace

pg::fragment require_empty_tables(const std::string &schema, std::span<const char *const> tables, const char *maker) {
  const Oid space = call([&] { return get_namespace_oid(schema.c_str(), true); });
  if (!OidIsValid(space))
    throw fault{.sqlstate = sqlstate::invalid_schema_name,
                .message = fmt::format("schema \"{}\" does not exist", schema),
                .hint = fmt::format("SELECT {}({}); creates it with its tables.", maker, pg::literals({schema}))};
  if (const auto missing = missing_tables(space, tables); !missing.empty())
    throw fault{.sqlstate = sqlstate::undefined_table,
                .message = fmt::format("schema \"{}\" lacks tables: {}", schema, joined(missing, ", ")),
                .hint = fmt::format("SELECT {}({}); first.", maker, pg::literals({schema}))};
  const pg::fragment quoted = pg::identifier{schema};
  if (const auto filled = filled_tables(quoted, tables); !filled.empty())
    throw fault{.sqlstate = sqlstate::object_not_in_prerequisite_state,
                .message = fmt::format("schema \"{}\" has rows in {}", schema, joined(filled, ", ")),
                .hint = fmt::format("Only empty tables are filled: {} creates them in another schema.", maker)};
  return quoted;
}

std::int32_t require_count(const pg::arguments &given, int index, const char *name) {
  const std::int32_t count = given.integer(index, name);
  if (count < 0)
    throw fault{.sqlstate = sqlstate::invalid_parameter_value,
                .message = fmt::format("{} must not be negative: {}", name, count),
                .hint = "Pass 0 or more."};
  return count;
}

pg::parameter seed_day(const pg::arguments &given, int index) {
  const std::optional<Datum> day = given.optional_value(index);
  if (!day)
    return {DATEOID, call([] { return DateADTGetDatum(GetSQLCurrentDate()); })};
  if (DATE_NOT_FINITE(DatumGetDateADT(*day)))
    throw fault{.sqlstate = sqlstate::invalid_parameter_value,
                .message = "today must be a finite date",
                .hint = "Leave it out for the current date."};
  return {DATEOID, *day};
}

pg::parameter seed_number(std::int32_t value) { return {INT4OID, Int32GetDatum(value)}; }

pg::fragment seed_id(const char *number, int kind) {
  const int seed = 1000 + 2 * kind;
  // Of version 4 by its digits, so that clients which look at them take it.
  return pg::sql(R"sql(
    overlay(overlay(lpad(to_hex(hashint8extended({number}, {seed})), 16, '0')
                      || lpad(to_hex(hashint8extended({number}, {next})), 16, '0')
                    PLACING '4' FROM 13) PLACING 'a' FROM 17)::uuid
  )sql",
                 "number"_is = pg::fragment(number), "seed"_is = seed, "next"_is = seed + 1);
}

} // namespace upkeep::reference_tables
