#include "features/history/months.hpp"

#include "features/history/insert_only.hpp"
#include "features/history/own_tables.hpp"
#include "postgres/sql/query.hpp"
#include "postgres/sql/text.hpp"
#include "postgres/trigger.hpp"

namespace upkeep::history {

using pg::call;

namespace {

constexpr int months_ahead = 12;

Oid table_of_month(month of) {
  const std::string name = table_name_of(of);
  const Oid table = call([&] { return get_relname_relid(name.c_str(), get_namespace_oid("upkeep", false)); });
  return OidIsValid(table) && call([=] { return get_rel_relispartition(table); }) ? table : InvalidOid;
}

// What ALTER DEFAULT PRIVILEGES gave away.
void revoke_all(const pg::fragment &table, Oid oid) {
  const pg::parameter parameters[] = {pg::parameter::oid(oid)};
  const pg::rows found = pg::execute(pg::sql(R"sql(
    SELECT DISTINCT CASE g.grantee WHEN 0 THEN 'PUBLIC' ELSE pg_catalog.quote_ident(r.rolname) END
    FROM pg_catalog.pg_class c
    CROSS JOIN LATERAL pg_catalog.aclexplode(c.relacl) g
    LEFT JOIN pg_catalog.pg_roles r ON r.oid [=] g.grantee
    WHERE c.oid [=] $1 AND g.grantee [<>] c.relowner
  )sql"),
                                     parameters);
  std::vector<std::string> roles;
  for (std::uint64_t row = 0; row < found.count(); ++row)
    roles.push_back(found.text(row, 1).value_or("PUBLIC"));
  for (const std::string &role : roles)
    pg::execute(pg::sql("REVOKE ALL ON {table} FROM {role}", "table"_is = table, "role"_is = pg::fragment(role)));
}

// Plain tables with an index of their own, which pg_dump has as they are. ATTACH hinders no writer.
void make(month of) {
  const std::string name = table_name_of(of);
  const pg::fragment table = pg::sql("upkeep.{name}", "name"_is = pg::identifier{name});
  pg::execute(pg::sql("CREATE TABLE {table} (LIKE upkeep.history_entries)", "table"_is = table));
  revoke_all(table, own_table(name.c_str()));
  pg::execute(pg::sql("GRANT SELECT ON {table} TO pg_database_owner", "table"_is = table));
  pg::execute(
      pg::sql("CREATE INDEX ON {table} (upkeep_internal.history_row_hash(table_number, key), id)", "table"_is = table));
  protect_month(table);
  pg::execute(pg::sql("ALTER TABLE upkeep.history_entries ATTACH PARTITION {table} FOR VALUES FROM ({from}) TO ({to})",
                      "table"_is = table, "from"_is = pg::literal{begin_of(of)},
                      "to"_is = pg::literal{begin_of(of + std::chrono::months(1))}));
}

Oid make_unless_there(month of) {
  if (const Oid table = table_of_month(of); OidIsValid(table))
    return table;
  const Oid entries = own_table("history_entries");
  // Whoever makes a month keeps this until the end of the transaction; looked again, the month may be there.
  call([=] { LockRelationOid(entries, ShareUpdateExclusiveLock); });
  if (!OidIsValid(table_of_month(of)))
    as_keeper([&] { pg::with_spi([&] { make(of); }); });
  return table_of_month(of);
}

} // namespace

Oid month_table(TimestampTz at) {
  struct known_month {
    month of{};
    std::uint64_t changes = 0;
    Oid table = InvalidOid;
  };
  static known_month known;
  const month now = month_of(at);
  if (OidIsValid(known.table) && known.of == now && known.changes == pg::catalogue_changes())
    return known.table;
  const Oid table = make_unless_there(now);
  known = {now, pg::catalogue_changes(), table};
  return table;
}

month oldest_month() {
  const pg::rows found = pg::execute(pg::sql(R"sql(
    SELECT c.relname
    FROM pg_catalog.pg_inherits i
    JOIN pg_catalog.pg_class c ON c.oid [=] i.inhrelid
    WHERE i.inhparent [=] 'upkeep.history_entries'::pg_catalog.regclass::pg_catalog.oid
      AND c.relname [~] '^history_\d{4}_\d{2}$'
    ORDER BY c.relname LIMIT 1
  )sql"));
  const std::optional<month> oldest = found.count() > 0 ? month_named(*found.text(0, 1)) : std::nullopt;
  return oldest.value_or(month_of(call([] { return GetCurrentTimestamp(); })));
}

void make_months_ahead() {
  const month now = month_of(call([] { return GetCurrentTimestamp(); }));
  for (int ahead = 0; ahead <= months_ahead; ++ahead)
    make_unless_there(now + std::chrono::months(ahead));
}

} // namespace upkeep::history
