// upkeep.check_metrics: the rows whose stored figures are not what their formulas say.
#include "features/metrics/metrics_scan.hpp"
#include "features/metrics/scan_filter.hpp"
#include "postgres/as_user.hpp"
#include "postgres/citus/on_shards.hpp"
#include "postgres/citus/shards.hpp"
#include "postgres/sql/arguments.hpp"
#include "postgres/sql/query.hpp"
#include "postgres/sql/result_set.hpp"

namespace upkeep::metrics {

using pg::call;

namespace {

// What tells a row from others: its primary key as an object, else where it lies.
pg::fragment key_expression(Oid table) {
  const pg::parameter parameters[] = {pg::parameter::oid(table)};
  const pg::rows found = pg::execute(pg::sql(R"sql(
    SELECT a.attname::text
    FROM pg_index i, unnest(i.indkey) WITH ORDINALITY AS k(number, position)
    JOIN pg_attribute a ON a.attrelid = $1 AND a.attnum = k.number
    WHERE i.indrelid = $1 AND i.indisprimary AND k.position <= i.indnkeyatts
    ORDER BY k.position
  )sql"),
                                     parameters);
  std::vector<pg::fragment> members;
  for (std::uint64_t row = 0; row < found.count(); ++row) {
    const std::string name = found.text(row, 1).value();
    members.push_back(pg::sql("{key}, t.{column}", "key"_is = pg::literal{name}, "column"_is = pg::identifier{name}));
  }
  if (members.empty())
    return pg::sql("jsonb_build_object('ctid', t.ctid)");
  return pg::sql("jsonb_build_object({members})", "members"_is = pg::joined(members));
}

pg::result_set::nullable numeric(const std::string &plain) {
  if (plain.empty())
    return {};
  return {call([&] { return pg::numeric_from(plain.c_str()); }), false};
}

void check_table(Oid table, const scan_filter &filter, pg::result_set &result) {
  const std::shared_ptr<const metrics_plan> plan = plan_of_table(table);
  const pg::fragment key = key_expression(table);
  metrics_scan scan(table, plan, filter, key, false);
  while (scan.fetch(1000))
    for (std::uint64_t row = 0; row < scan.rows(); ++row) {
      call([] { CHECK_FOR_INTERRUPTS(); });
      for (const metric_finding &each : scan.findings(row))
        if (each.differs) {
          const Datum stored = each.stored_is_null
                                   ? Datum(0)
                                   : call([&] { return pg::to_numeric(each.stored, plan->targets[each.metric].type); });
          result.add(pg::result_set::ready{scan.key(row)},
                     pg::result_set::name(plan->set.metrics()[each.metric].expression.target),
                     pg::result_set::nullable{stored, each.stored_is_null}, numeric(each.expected));
        }
    }
  scan.close();
}

void check_here(Oid target, const scan_filter &filter, pg::result_set &result) {
  for (const Oid table : pg::with_descendants(target, AccessShareLock)) {
    if (call([=] { return get_rel_relkind(table); }) != RELKIND_RELATION)
      continue;
    pg::as_user(pg::owner_of(table), SECURITY_RESTRICTED_OPERATION | SECURITY_NOFORCE_RLS,
                [&] { check_table(table, filter, result); });
  }
}

// What is committed there.
void check_shards(Oid target, const scan_filter &filter, pg::result_set &result) {
  result.add(pg::rows_of_shards(
      target, pg::sql("SELECT * FROM upkeep.check_metrics(%L, {tenant})", "tenant"_is = pg::in_command(filter.tenant)),
      pg::fragment("row_key jsonb, metric name, stored numeric, expected numeric")));
}

} // namespace

} // namespace upkeep::metrics

using namespace upkeep;
using namespace upkeep::metrics;

// upkeep.check_metrics(target, tenant) RETURNS TABLE (row_key jsonb, metric name, stored numeric, expected numeric): no
// rows where every stored figure is the one that its formula and the settings of now give. Reads as the tables' owner,
// changes nothing. Errors: 22004, 42501, 42703, 42704.
UPKEEP_FUNCTION(upkeep_check_metrics) {
  return pg::entry([=] {
    const pg::arguments given(fcinfo);
    const Oid target = given.table(0, "target");
    const scan_filter filter{given.optional_string(1), {}, {}};
    pg::result_set result(fcinfo, 0);
    pg::with_spi([&] {
      pg::require_own_table(target, "check metrics", AccessShareLock);
      plan_of_table(target);
      if (pg::has_shards(target))
        check_shards(target, filter, result);
      else
        check_here(target, filter, result);
    });
    return Datum(0);
  });
}
