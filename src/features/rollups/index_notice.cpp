// Whether an index of the source finds the rows of a group.
#include "features/rollups/expected.hpp"
#include "features/rollups/requirements.hpp"
#include "postgres/relation.hpp"
#include "postgres/sql/query.hpp"

#include <algorithm>

namespace upkeep::rollups {

using pg::call;

namespace {

// A key as an index has it: a column, or an expression in parentheses.
std::string index_element(const rollup &of, const group_key &key) {
  if (const std::optional<pg::fragment> column = integer_column(of, key))
    return *column;
  return key.value.column() ? key.value.sql() : fmt::format("({})", key.value.sql());
}

// The first `count` elements of a whole btree or hash index.
std::vector<std::vector<std::string>> index_beginnings(Oid source, int count) {
  const pg::parameter parameters[] = {pg::parameter::oid(source), {INT4OID, Int32GetDatum(count)}};
  const pg::rows found = pg::execute(pg::sql(R"sql(
    SELECT i.indexrelid::pg_catalog.text, pg_catalog.pg_get_indexdef(i.indexrelid, n, false)
    FROM pg_catalog.pg_index i, pg_catalog.generate_series(1, $2) n
    WHERE i.indrelid [=] $1 AND i.indisvalid AND i.indpred IS NULL AND i.indnkeyatts [>=] $2
    ORDER BY i.indexrelid, n
  )sql"),
                                     parameters);
  std::vector<std::vector<std::string>> beginnings;
  for (std::uint64_t row = 0; row < found.count(); ++row) {
    if (row % count == 0)
      beginnings.emplace_back();
    beginnings.back().push_back(found.text(row, 2).value());
  }
  return beginnings;
}

} // namespace

void notice_unless_indexed(const rollup &of) {
  std::vector<std::string> wanted;
  for (const group_key &each : of.keys)
    wanted.push_back(index_element(of, each));
  const auto is_wanted = [&](const std::string &element) {
    return std::ranges::any_of(
        wanted, [&](const std::string &each) { return each == element || each == fmt::format("({})", element); });
  };
  for (const std::vector<std::string> &beginning : index_beginnings(of.source, static_cast<int>(wanted.size())))
    if (std::ranges::all_of(beginning, is_wanted))
      return;
  const std::string source = pg::qualified(of.source), list = joined(wanted, ", ");
  call([&] {
    ereport(NOTICE,
            errmsg("no index of \"%s\" begins with the keys of the rollup: reading a group reads all of it",
                   get_rel_name(of.source)),
            errhint("CREATE INDEX ON %s (%s);", source.c_str(), list.c_str()));
  });
}

} // namespace upkeep::rollups
