#include "features/history/retention/live_row.hpp"

#include "postgres/as_user.hpp"

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

} // namespace upkeep::history
