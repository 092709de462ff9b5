#include "features/history/back/half_purged.hpp"

#include "features/history/entries.hpp"
#include "features/history/own_tables.hpp"
#include "postgres/sql/query.hpp"

namespace upkeep::history {

using pg::call;

namespace {

pg::parameter numbers_of(const std::vector<std::int32_t> &tables) {
  std::vector<Datum> numbers;
  for (const std::int32_t table : tables)
    numbers.push_back(Int32GetDatum(table));
  return {INT4ARRAYOID, call([&] {
            return PointerGetDatum(construct_array(numbers.data(), static_cast<int>(numbers.size()), INT4OID,
                                                   sizeof(std::int32_t), true, TYPALIGN_INT));
          })};
}

// A purge says which transactions it took entries of. One of 0.11.0 does not: there, ids that were purged lie between
// those that are left, or the first statement of the transaction has left none, and a purge ended not long before the
// next, or after it. A first statement that was rolled back leaves none either.
pg::fragment is_cut_by_purge() {
  const pg::fragment guessed = pg::sql(R"sql(
    (p.ids [&&] pg_catalog.int8range($1, $2, '[]')
      OR (p.before [>] ($3 [-] '7 days'::pg_catalog.interval)
        AND (p.table_number IS NULL OR p.table_number [=] ANY ($4))
        AND NOT EXISTS (
          SELECT FROM upkeep.history_entries e
          WHERE e.at [>=] $3 AND e.transaction [=] $5 AND e.cluster [=] $6 AND e.statement [=] 1)))
  )sql");
  if (!notes_transactions())
    return guessed;
  return pg::sql("(p.transactions [@>] $7 AND p.cluster [=] $6) OR (p.transactions IS NULL AND {guessed})",
                 "guessed"_is = guessed);
}

} // namespace

void require_whole(const known_transaction &transaction) {
  const pg::parameter parameters[] = {{INT8OID, Int64GetDatum(transaction.first)},
                                      {INT8OID, Int64GetDatum(transaction.last)},
                                      {TIMESTAMPTZOID, TimestampTzGetDatum(transaction.first_at)},
                                      numbers_of(transaction.tables),
                                      {XID8OID, UInt64GetDatum(transaction.number)},
                                      {INT4OID, Int32GetDatum(own_cluster())},
                                      {INT8OID, Int64GetDatum(static_cast<std::int64_t>(transaction.number))}};
  const pg::fragment is_cut_by = is_cut_by_purge();
  bool is_cut = false;
  as_keeper([&] {
    is_cut = pg::execute(pg::sql("SELECT FROM upkeep.history_purges p WHERE {is_cut} LIMIT 1", "is_cut"_is = is_cut_by),
                         parameters)
                 .count() > 0;
  });
  if (is_cut)
    throw fault{.sqlstate = sqlstate::object_not_in_prerequisite_state,
                .message = fmt::format("entries of transaction {} were purged", transaction.number),
                .detail = "What is left of it cannot be undone alone.",
                .hint = "upkeep.history has what is left, upkeep.history_purges what was purged."};
}

} // namespace upkeep::history
