// upkeep.check_rollup: the figures that are not what the sources say.
#include "features/catalogue.hpp"
#include "features/rollups/comparison/group_tables.hpp"
#include "features/rollups/rollup_list.hpp"
#include "postgres/as_owner.hpp"
#include "postgres/citus/on_shards.hpp"
#include "postgres/citus/shards.hpp"
#include "postgres/latest_snapshot.hpp"
#include "postgres/sql/arguments.hpp"
#include "postgres/sql/query.hpp"
#include "postgres/sql/result_set.hpp"
#include "postgres/sql/row_stream.hpp"
#include "postgres/values/pinned_settings.hpp"

namespace upkeep::rollups {

using pg::call;

namespace {

// Throws 42501 unless the caller sees every row. Row security does not hide rows from a figure, and so an owner may
// know what it is made of even where it is forced upon him.
void require_readable(Oid table) {
  if (!pg::may_read(table) && !pg::has_rights_of_owner(call([] { return GetUserId(); }), table))
    throw fault{.sqlstate = sqlstate::insufficient_privilege,
                .message = fmt::format("must be able to read every row of table {}", pg::table_name(table)),
                .hint = "Grant SELECT on it; where it has row security, let its owner call this."};
}

void add_wrong(const std::string &query, Tuplestorestate *into) {
  pg::stream(query, [=](TupleTableSlot *row) { tuplestore_puttupleslot(into, row); });
}

// What is committed in each shard.
void add_wrong_of_shards(Oid target, std::optional<Oid> source, const ReturnSetInfo &result) {
  const pg::rows found = pg::rows_of_shards(
      target,
      pg::sql("SELECT * FROM upkeep.check_rollup(%L, {source})",
              "source"_is = pg::in_command(source ? std::optional(pg::qualified(*source)) : std::nullopt)),
      pg::fragment("row_key jsonb, metric name, stored text, expected text"));
  pg::add_rows(found, result);
}

// Read once the tables are locked: whoever truncated one has committed by then, and what is seen is one state.
void check_rollup(Oid target, std::optional<Oid> source, const ReturnSetInfo &result) {
  call([=] { LockRelationOid(target, AccessShareLock); });
  require_readable(target);
  const std::vector<rollup> all = rollups_into(target);
  comparison compared(all, rollups_from(all, target, source));
  for (const std::size_t each : compared.involved())
    require_readable(all[each].source);
  if (pg::has_shards(target))
    return add_wrong_of_shards(target, source, result);
  pg::with_latest_snapshot([&] {
    group_tables groups(compared);
    const pg::fragment query = compared.wrong_figures();
    pg::as_owner(all[0].target_owner, [&] { add_wrong(query, result.setResult); });
    groups.close();
  });
}

} // namespace

} // namespace upkeep::rollups

using namespace upkeep;
using namespace upkeep::rollups;

// upkeep.check_rollup(target, source) RETURNS TABLE (row_key jsonb, metric name, stored text, expected text): no rows
// where everything is right. Errors: 22004, 42501, 42704 no rollup, 42P01, and those of the triggers' arguments.
UPKEEP_FUNCTION(upkeep_check_rollup) {
  return pg::entry([=] {
    const pg::arguments given(fcinfo);
    const Oid target = whole_target(given.table(0, "target"));
    const std::optional<Oid> source = given.optional_table(1);
    require_existing(target);
    if (source)
      require_existing(*source);
    call([=] { InitMaterializedSRF(fcinfo, 0); });
    const auto &result = *reinterpret_cast<const ReturnSetInfo *>(fcinfo->resultinfo);
    pg::with_spi([&] { pg::with_pinned_settings([&] { check_rollup(target, source, result); }); });
    return Datum(0);
  });
}
