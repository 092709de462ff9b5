// upkeep_internal.count_in_shard: what the guard asks of each shard of a distributed table.
#include "features/guard/judge/judge.hpp"
#include "postgres/relation.hpp"
#include "postgres/rows/row_count.hpp"
#include "postgres/sql/arguments.hpp"
#include "postgres/values/conversion.hpp"

#include <limits>

namespace upkeep::guard {

using pg::call;

namespace {

struct shard_question {
  Oid shard;
  std::string counted, column, new_type;
};

// The column as the ALTER TABLE of its logical table has it; `new_type` may say USING too.
const ColumnDef *definition_of(const std::string &new_type) {
  const std::string statement = "ALTER TABLE t ALTER COLUMN c TYPE " + new_type;
  return call([&] {
    const auto *raw = linitial_node(RawStmt, raw_parser(statement.c_str(), RAW_PARSE_DEFAULT));
    const auto *alter = castNode(AlterTableStmt, raw->stmt);
    return castNode(ColumnDef, linitial_node(AlterTableCmd, alter->cmds)->def);
  });
}

std::optional<tally> changed_values(Relation shard, AttrNumber column, const std::string &new_type) {
  pg::renamed_label *labels = nullptr;
  pg::conversion_result result = pg::count_changed(shard, column, definition_of(new_type),
                                                   std::numeric_limits<std::uint64_t>::max(), true, labels);
  // Of which names others were made elsewhere, this shard cannot tell.
  for (const pg::renamed_label *each = labels; each; each = each->next)
    if (strcmp(each->before, each->now) != 0)
      result.count.lost += each->rows;
  return result.is_known ? std::optional(result.count) : std::nullopt;
}

std::optional<tally> answer_to(const shard_question &asked) {
  constexpr auto all = std::numeric_limits<std::uint64_t>::max();
  std::optional<tally> count;
  pg::with_relation(asked.shard, [&](Relation relation) {
    if (asked.counted == "rows") {
      count = pg::count_rows(relation, all);
      return;
    }
    const AttrNumber column = pg::require_column(relation, asked.column, "enable_guard");
    count = asked.counted == "values"  ? pg::count_values(relation, column, all)
            : asked.counted == "nulls" ? pg::count_nulls(relation, column, all)
                                       : changed_values(relation, column, asked.new_type);
  });
  return count;
}

void require_answerable(const shard_question &asked) {
  if (asked.counted != "rows" && asked.counted != "values" && asked.counted != "nulls" && asked.counted != "changed")
    throw fault{.sqlstate = sqlstate::invalid_parameter_value,
                .message = fmt::format("invalid value for \"counted\": \"{}\"", asked.counted),
                .hint = "Valid values are rows, values, nulls and changed."};
  if (!may_drop(asked.shard))
    throw fault{.sqlstate = sqlstate::insufficient_privilege,
                .message = fmt::format("must be owner of table {}", pg::table_name(asked.shard)),
                .hint = "Let the table's owner call this, or a member of the owner's role."};
  if (!call([&] { return ConditionalLockRelationOid(asked.shard, AccessShareLock); }))
    throw fault{.sqlstate = sqlstate::lock_not_available,
                .message = fmt::format("the rows of \"{}\" cannot be counted: it is being altered",
                                       pg::table_name(asked.shard)),
                .hint = "If this transaction has altered it before, commit that first."};
}

} // namespace

} // namespace upkeep::guard

using namespace upkeep;
using namespace upkeep::guard;

// upkeep_internal.count_in_shard(shard regclass, counted text, column_name name, new_type text) RETURNS bigint[]:
// {rows, found}, NULL where that cannot be told. Who may not drop the shard may not count it. Errors: 22023, 42501,
// 42703, 42809, and 55P03 instead of waiting for a lock.
UPKEEP_FUNCTION(upkeep_count_in_shard) {
  return pg::entry([=] {
    const pg::arguments given(fcinfo);
    const shard_question asked{given.table(0, "shard"), given.string(1, "counted"), given.name(2, "column_name"),
                               given.string(3, "new_type")};
    require_answerable(asked);
    const std::optional<tally> count = answer_to(asked);
    fcinfo->isnull = !count;
    if (!count)
      return Datum(0);
    Datum found[] = {Int64GetDatum(static_cast<std::int64_t>(count->rows)),
                     Int64GetDatum(static_cast<std::int64_t>(count->lost))};
    return call([&] { return PointerGetDatum(construct_array(found, 2, INT8OID, 8, FLOAT8PASSBYVAL, 'd')); });
  });
}
