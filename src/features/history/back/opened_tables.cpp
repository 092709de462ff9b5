#include "features/history/back/opened_tables.hpp"

#include "features/history/own_tables.hpp"
#include "features/history/tables.hpp"

namespace upkeep::history {

using pg::call;

namespace {

std::optional<std::string> name_of_number(std::int32_t number) {
  std::optional<std::string> name;
  const pg::parameter parameters[] = {{INT4OID, Int32GetDatum(number)}};
  as_keeper([&] {
    const pg::rows found = pg::execute(
        pg::sql("SELECT t.name FROM upkeep.history_tables t WHERE t.number [=] $1 ORDER BY t.since DESC LIMIT 1"),
        parameters);
    if (found.count() > 0)
      name = found.text(0, 1);
  });
  return name;
}

} // namespace

const past_table &opened_tables::open(Oid table) {
  if (const auto found = tables.find(table); found != tables.end())
    return *found->second;
  call([=] { LockRelationOid(table, RowExclusiveLock); });
  return *tables.emplace(table, std::make_unique<past_table>(pg::open_locked(table), memory)).first->second;
}

const past_table *opened_tables::open_if_kept(Oid table) {
  return pg::topmost(table) == table && number_of(table) ? &open(table) : nullptr;
}

const past_table &opened_tables::numbered(std::int32_t number) {
  const std::optional<std::string> name = name_of_number(number);
  const Oid table = name ? table_named(*name) : InvalidOid;
  if (!OidIsValid(table))
    throw fault{.sqlstate = sqlstate::object_not_in_prerequisite_state,
                .message =
                    name ? fmt::format("table {} does not exist", *name) : "a table of the transaction is dropped",
                .hint = "Nothing can come back into it. upkeep.history has what was written."};
  return open(table);
}

void opened_tables::close() {
  for (const auto &[oid, table] : tables)
    pg::close_locked(table->relation);
  tables.clear();
}

} // namespace upkeep::history
