#include "postgres/citus/on_shards.hpp"

#include "postgres/sql/query.hpp"
#include "postgres/values/pinned_settings.hpp"

namespace upkeep::pg {

namespace {

[[noreturn]] void refuse(Oid table, std::string said, std::string hint) {
  constexpr std::string_view label = "ERROR:";
  if (said.starts_with(label))
    said.erase(0, said.find_first_not_of(' ', label.size()));
  throw fault{.sqlstate = sqlstate::external_routine_exception,
              .message = fmt::format("a shard of \"{}\" failed: {}", table_name(table), said),
              .hint = std::move(hint)};
}

// `calls`: one of Citus' functions, which look for others by the search_path.
std::vector<std::string> results_of(Oid table, const fragment &calls, const char *hint) {
  std::vector<std::string> results;
  with_pinned_settings([&] {
    const rows found = execute(sql("SELECT c.success, c.result FROM {calls} c ORDER BY c.success", "calls"_is = calls));
    for (std::uint64_t row = 0; row < found.count(); ++row) {
      bool is_null = false;
      if (!DatumGetBool(found.value(row, 1, is_null)))
        refuse(table, found.text(row, 2).value_or(""), hint);
      results.push_back(found.text(row, 2).value_or(""));
    }
  });
  return results;
}

} // namespace

void run_on_shards(Oid table, std::optional<Oid> second, const fragment &command) {
  results_of(table,
             second ? sql("pg_catalog.run_command_on_colocated_placements({table}, {second}, {command})",
                          "table"_is = literal{qualified(table)}, "second"_is = literal{qualified(*second)},
                          "command"_is = literal{command.text()})
                    : sql("pg_catalog.run_command_on_placements({table}, {command})",
                          "table"_is = literal{qualified(table)}, "command"_is = literal{command.text()}),
             "What other shards have done is done. Mend what it says, and call this again.");
}

std::vector<std::string> ask_shards(Oid table, const fragment &query, const char *hint) {
  return results_of(table,
                    sql("pg_catalog.run_command_on_shards({table}, {query})", "table"_is = literal{qualified(table)},
                        "query"_is = literal{query.text()}),
                    hint);
}

namespace {

// What this transaction has written lies in the shards of one colocation, or in reference tables: whoever writes to one
// of those locks the logical table here. Throws 0A000: the shards would not tell of it, and wait where it has altered
// them.
void require_nothing_written(Oid table) {
  const parameter parameters[] = {parameter::oid(table)};
  const rows found = execute(sql(R"sql(
    SELECT l.relation
    FROM pg_catalog.pg_locks l
    JOIN pg_catalog.pg_dist_partition p ON p.logicalrelid::pg_catalog.oid [=] l.relation
    WHERE l.locktype [=] 'relation' AND l.pid [=] pg_catalog.pg_backend_pid() AND l.granted
      AND l.mode [<>] ALL ('{AccessShareLock,RowShareLock}')
      AND (p.repmodel [=] 't' OR p.colocationid [=] (
             SELECT o.colocationid FROM pg_catalog.pg_dist_partition o WHERE o.logicalrelid::pg_catalog.oid [=] $1))
    ORDER BY l.relation
    LIMIT 1
  )sql"),
                             parameters);
  if (found.count() > 0)
    throw fault{.sqlstate = sqlstate::feature_not_supported,
                .message = fmt::format("\"{}\" cannot be checked in a transaction that has written to \"{}\"",
                                       table_name(table), table_name(found.oid(0, 1))),
                .detail = "Its shards tell what is committed.",
                .hint = "Commit, then check."};
}

} // namespace

rows rows_of_shards(Oid table, const fragment &query, const fragment &columns) {
  require_nothing_written(table);
  const std::vector<std::string> results =
      ask_shards(table, sql("SELECT pg_catalog.json_agg(r) FROM ({query}) r", "query"_is = query),
                 "Mend what it says, and ask again.");
  std::vector<Datum> documents;
  for (const std::string &each : results)
    if (!each.empty())
      documents.push_back(call([&] { return CStringGetTextDatum(each.c_str()); }));
  const Datum array = call([&] {
    return PointerGetDatum(
        construct_array(documents.data(), static_cast<int>(documents.size()), TEXTOID, -1, false, TYPALIGN_INT));
  });
  const parameter parameters[] = {{TEXTARRAYOID, array}};
  return execute(sql(R"sql(
    SELECT r.*
    FROM pg_catalog.unnest($1) d (document)
    CROSS JOIN LATERAL pg_catalog.jsonb_to_recordset(d.document::pg_catalog.jsonb) r ({columns})
  )sql",
                     "columns"_is = columns),
                 parameters);
}

fragment in_command(const std::optional<std::string> &value) {
  if (!value)
    return fragment("NULL");
  std::string doubled;
  for (const char each : *value)
    doubled.append(each == '%' ? 2 : 1, each);
  return literal{doubled};
}

} // namespace upkeep::pg
