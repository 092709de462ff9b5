#include "features/history/tables.hpp"

#include "features/history/own_tables.hpp"
#include "postgres/relation.hpp"
#include "postgres/sql/query.hpp"
#include "postgres/sql/text.hpp"

namespace upkeep::history {

using pg::call;

std::optional<std::int32_t> number_named(const std::string &name) {
  std::optional<std::int32_t> number;
  const pg::parameter parameters[] = {pg::parameter::text(name)};
  as_keeper([&] {
    const pg::rows found = pg::execute(pg::sql(R"sql(
      SELECT t.number
      FROM upkeep.history_tables t
      WHERE t.name [=] $1
        AND NOT EXISTS (SELECT FROM upkeep.history_tables n WHERE n.number [=] t.number AND n.since [>] t.since)
      ORDER BY t.number DESC LIMIT 1
    )sql"),
                                       parameters, pg::snapshot::latest);
    bool is_null = false;
    if (found.count() > 0)
      number = DatumGetInt32(found.value(0, 1, is_null));
  });
  return number;
}

std::optional<std::int32_t> number_of(Oid table) { return number_named(pg::qualified(pg::topmost(table))); }

std::int32_t ensure_number(Oid table) {
  const Oid root = pg::topmost(table);
  const std::string name = pg::qualified(root);
  if (const std::optional<std::int32_t> known = number_named(name))
    return *known;
  const Oid tables = own_table("history_tables");
  call([=] { LockRelationOid(tables, ShareRowExclusiveLock); });
  if (const std::optional<std::int32_t> known = number_named(name))
    return *known;
  const pg::parameter parameters[] = {pg::parameter::text(name)};
  as_keeper([&] {
    pg::execute(pg::sql(R"sql(
      INSERT INTO upkeep.history_tables (number, since, name)
      SELECT COALESCE(pg_catalog.max(t.number), 0) [+] 1, pg_catalog.clock_timestamp(), $1
      FROM upkeep.history_tables t
    )sql"),
                parameters, pg::snapshot::latest);
  });
  // Whoever remembers the number must forget it where this transaction ends in vain.
  call([=] { CacheInvalidateRelcacheByRelid(table); });
  return number_named(name).value();
}

pg::rows numbered_tables() {
  std::optional<pg::rows> found;
  as_keeper([&] {
    found = pg::execute(pg::sql(R"sql(
      SELECT DISTINCT ON (t.number) t.number, t.name
      FROM upkeep.history_tables t
      ORDER BY t.number, t.since DESC
    )sql"));
  });
  return *found;
}

Oid table_named(const std::string &name) {
  const std::vector<std::string> parts = pg::split_names(name, "the name of a table", '.');
  return call([&] {
    const Oid schema = parts.size() == 2 ? get_namespace_oid(parts[0].c_str(), true) : InvalidOid;
    return OidIsValid(schema) ? get_relname_relid(parts[1].c_str(), schema) : InvalidOid;
  });
}

void note_name(std::int32_t number, const std::optional<std::string> &name) {
  const pg::parameter parameters[] = {{INT4OID, Int32GetDatum(number)},
                                      name ? pg::parameter::text(*name) : pg::parameter{TEXTOID, 0, true}};
  as_keeper([&] {
    pg::execute(pg::sql(R"sql(
      INSERT INTO upkeep.history_tables (number, since, name) VALUES ($1, pg_catalog.clock_timestamp(), $2)
    )sql"),
                parameters);
  });
}

} // namespace upkeep::history
