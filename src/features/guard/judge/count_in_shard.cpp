// upkeep_internal.count_in_shard: what the guard asks of each shard of a distributed table.
#include "features/guard/judge/judge.hpp"
#include "postgres/relation.hpp"
#include "postgres/rows/row_count.hpp"
#include "postgres/sql/arguments.hpp"

#include <limits>

namespace upkeep::guard {

namespace {

tally count_in_shard(Oid shard, const std::string &counted, const std::string &column) {
  constexpr auto all = std::numeric_limits<std::uint64_t>::max();
  tally count;
  pg::with_relation(shard, [&](Relation relation) {
    const AttrNumber number = counted == "rows" ? 0 : pg::require_column(relation, column, "enable_guard");
    count = counted == "rows"     ? pg::count_rows(relation, all)
            : counted == "values" ? pg::count_values(relation, number, all)
                                  : pg::count_nulls(relation, number, all);
  });
  return count;
}

} // namespace

} // namespace upkeep::guard

using namespace upkeep;
using namespace upkeep::guard;

// upkeep_internal.count_in_shard(shard regclass, counted text, column_name name) RETURNS bigint[]: {rows, found}. Who
// may not drop the shard may not count it. Errors: 22023, 42501, 42703, 42809, and 55P03 instead of waiting for a lock.
UPKEEP_FUNCTION(upkeep_count_in_shard) {
  return pg::entry([=] {
    const pg::arguments given(fcinfo);
    const Oid shard = given.table(0, "shard");
    const std::string counted = given.string(1, "counted"), column = given.name(2, "column_name");
    if (counted != "rows" && counted != "values" && counted != "nulls")
      throw fault{.sqlstate = sqlstate::invalid_parameter_value,
                  .message = fmt::format("invalid value for \"counted\": \"{}\"", counted),
                  .hint = "Valid values are rows, values and nulls."};
    if (!may_drop(shard))
      throw fault{.sqlstate = sqlstate::insufficient_privilege,
                  .message = fmt::format("must be owner of table {}", pg::table_name(shard)),
                  .hint = "Let the table's owner call this, or a member of the owner's role."};
    if (!pg::call([=] { return ConditionalLockRelationOid(shard, AccessShareLock); }))
      throw fault{.sqlstate = sqlstate::lock_not_available,
                  .message =
                      fmt::format("the rows of \"{}\" cannot be counted: it is being altered", pg::table_name(shard)),
                  .hint = "If this transaction has altered it before, commit that first."};
    const tally count = count_in_shard(shard, counted, column);
    Datum found[] = {Int64GetDatum(static_cast<std::int64_t>(count.rows)),
                     Int64GetDatum(static_cast<std::int64_t>(count.lost))};
    return pg::call([&] { return PointerGetDatum(construct_array(found, 2, INT8OID, 8, FLOAT8PASSBYVAL, 'd')); });
  });
}
