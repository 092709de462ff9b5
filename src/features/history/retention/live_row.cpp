#include "features/history/retention/live_row.hpp"

#include "features/soft_delete/soft_column.hpp"
#include "postgres/as_user.hpp"
#include "postgres/executor/marked_statement.hpp"

namespace upkeep::history {

namespace {

// Whoever calls, no policy hides the row, and nothing of the owner's runs with more rights than the owner has.
template <class F> void as_owner_of(const past_table &table, F &&body) {
  const Oid owner = table.relation->rd_rel->relowner;
  const int restrictions = GetUserId() == owner ? 0 : SECURITY_RESTRICTED_OPERATION;
  pg::as_user(owner, SECURITY_NOFORCE_RLS | restrictions, body);
}

} // namespace

void lock_live_row(const past_table &table, const given_key &key) {
  as_owner_of(table, [&] {
    pg::execute(pg::sql("SELECT FROM {table} t WHERE {has_key} FOR UPDATE",
                        "table"_is = pg::table{RelationGetRelid(table.relation)}, "has_key"_is = has_key(table)),
                parameters_of(table, key.values));
  });
}

bool empty_deleted_row(const past_table &table, const given_key &key, const std::vector<std::string> &columns) {
  const Oid oid = RelationGetRelid(table.relation);
  const auto stamp = soft_delete::soft_column_of(oid);
  std::vector<pg::fragment> set, filled;
  for (const std::string &column : columns)
    if (const AttrNumber number = pg::find_column(RelationGetDescr(table.relation), column);
        number != InvalidAttrNumber && !TupleDescAttr(RelationGetDescr(table.relation), number - 1)->attgenerated) {
      set.push_back(pg::sql("{column} = NULL", "column"_is = pg::identifier{column}));
      filled.push_back(pg::sql("t.{column} IS NOT NULL", "column"_is = pg::identifier{column}));
    }
  if (!stamp || set.empty())
    return false;
  std::uint64_t emptied = 0;
  as_owner_of(table, [&] {
    const pg::marked_statement marked(pg::own_statement::erasure);
    pg::execute(pg::sql("UPDATE {table} t SET {set} WHERE {has_key} AND t.{stamp} IS NOT NULL AND ({filled})",
                        "table"_is = pg::table{oid}, "set"_is = pg::joined(set), "has_key"_is = has_key(table),
                        "stamp"_is = pg::identifier{stamp->name}, "filled"_is = pg::joined(filled, " OR ")),
                parameters_of(table, key.values));
    emptied = SPI_processed;
  });
  return emptied > 0;
}

} // namespace upkeep::history
