#include "features/history/own_tables.hpp"

#include "postgres/relation.hpp"

namespace upkeep::history {

Oid own_table(const char *name) {
  const Oid table = pg::call([=] { return get_relname_relid(name, get_namespace_oid("upkeep", false)); });
  if (!OidIsValid(table))
    throw fault{.sqlstate = sqlstate::undefined_table,
                .message = fmt::format("relation \"upkeep.{}\" does not exist", name),
                .hint = "ALTER EXTENSION pg_upkeep UPDATE;"};
  return table;
}

bool notes_transactions() {
  const Oid purges = own_table("history_purges");
  return pg::call([=] { return get_attnum(purges, "transactions"); }) != InvalidAttrNumber;
}

Oid keeper() { return pg::owner_of(own_table("history_entries")); }

} // namespace upkeep::history
