#include "features/registry.hpp"

#include "features/catalogue.hpp"
#include "postgres/query.hpp"

namespace upkeep {

namespace {

// pg_trigger.tgargs: each argument ends with a zero byte.
std::vector<std::string> split_arguments(Datum value) {
  const bytea *packed = pg::call([=] { return DatumGetByteaPP(value); });
  const std::string_view bytes(VARDATA_ANY(packed), VARSIZE_ANY_EXHDR(packed));
  std::vector<std::string> arguments;
  for (std::size_t start = 0; start < bytes.size();) {
    const std::size_t end = bytes.find('\0', start);
    arguments.emplace_back(bytes.substr(start, end - start));
    start = end + 1;
  }
  return arguments;
}

} // namespace

std::vector<managed_trigger> managed_triggers(std::optional<Oid> table) {
  const pg::parameter parameters[] = {{OIDOID, ObjectIdGetDatum(table.value_or(InvalidOid)), !table}};
  const pg::rows found =
      pg::execute("SELECT t.oid, t.tgrelid, p.proname, t.tgname, t.tgenabled, t.tgparentid, t.tgtype, t.tgargs"
                  " FROM pg_trigger t JOIN pg_proc p ON p.oid = t.tgfoid"
                  " JOIN pg_namespace n ON n.oid = p.pronamespace"
                  " JOIN pg_class c ON c.oid = t.tgrelid"
                  " WHERE n.nspname = 'upkeep' AND NOT t.tgisinternal AND NOT pg_is_other_temp_schema(c.relnamespace)"
                  " AND ($1 IS NULL OR t.tgrelid = $1)"
                  " ORDER BY c.relnamespace::regnamespace::text COLLATE \"C\","
                  " c.relname COLLATE \"C\", t.tgname COLLATE \"C\"",
                  parameters);
  std::vector<managed_trigger> triggers;
  for (std::uint64_t row = 0; row < found.count(); ++row) {
    const feature_rule *feature = feature_of_function(found.text(row, 3).value());
    if (!feature)
      continue;
    bool is_null = false;
    triggers.push_back({found.oid(row, 1), found.oid(row, 2), feature, found.text(row, 4).value(),
                        DatumGetChar(found.value(row, 5, is_null)), OidIsValid(found.oid(row, 6)),
                        DatumGetInt16(found.value(row, 7, is_null)), split_arguments(found.value(row, 8, is_null))});
  }
  return triggers;
}

} // namespace upkeep
