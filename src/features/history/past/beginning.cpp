#include "features/history/past/beginning.hpp"

#include "features/history/own_tables.hpp"

#include <algorithm>

namespace upkeep::history {

using pg::call;

// A table that gets the name that it has begins anew.
void require_history_since(const past_table &table, TimestampTz at) {
  const pg::parameter parameters[] = {{INT4OID, Int32GetDatum(table.plan.number)}};
  std::optional<TimestampTz> began, purged;
  as_keeper([&] {
    const pg::rows found = pg::read(pg::sql(R"sql(
          SELECT pg_catalog.max(t.since)
          FROM (
            SELECT s.since, s.name [=] pg_catalog.lag(s.name, 1, s.name) OVER (ORDER BY s.since) AS begins
            FROM upkeep.history_tables s
            WHERE s.number [=] $1
          ) t
          WHERE t.begins
        )sql"),
                                    parameters);
    bool is_null = true;
    const Datum since = found.value(0, 1, is_null);
    if (!is_null)
      began = DatumGetTimestampTz(since);
    const pg::rows purges = pg::read(pg::sql(R"sql(
      SELECT pg_catalog.max(p.before) FROM upkeep.history_purges p
      WHERE p.table_number [=] $1 OR p.table_number IS NULL
    )sql"),
                                     parameters);
    const Datum before = purges.value(0, 1, is_null);
    if (!is_null)
      purged = DatumGetTimestampTz(before);
  });
  if (began && purged)
    began = std::max(*began, *purged);
  if (began && at >= *began)
    return;
  throw fault{.sqlstate = sqlstate::object_not_in_prerequisite_state,
              .message = fmt::format("the history of \"{}\" does not reach back that far",
                                     RelationGetRelationName(table.relation)),
              .detail = began ? fmt::format("It {} {}.", purged == began ? "was purged up to" : "begins at",
                                            pg::string_from([&] { return timestamptz_to_str(*began); }))
                              : "",
              .hint = "Ask for a later time."};
}

} // namespace upkeep::history
