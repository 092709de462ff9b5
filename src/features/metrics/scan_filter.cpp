#include "features/metrics/scan_filter.hpp"

#include "postgres/missing_column.hpp"
#include "postgres/sql/key_equality.hpp"
#include "postgres/sql/sql.hpp"

namespace upkeep::metrics {

using pg::call;
using pg::fragment;
using pg::sql;

scan_condition condition_of(const metrics_plan &plan, Oid table, const scan_filter &filter) {
  scan_condition condition;
  pg::with_relation(table, [&](Relation relation) {
    std::vector<fragment> conditions;
    if (filter.tenant) {
      const std::string &name = plan.options.settings_key;
      const AttrNumber column = pg::require_column(relation, name, "enable_metrics");
      const Oid type = TupleDescAttr(RelationGetDescr(relation), column - 1)->atttypid;
      const pg::key_equality equality = pg::equality_of(type, type);
      Oid input = InvalidOid, parameter = InvalidOid;
      const Datum key = call([&] {
        getTypeInputInfo(type, &input, &parameter);
        return OidInputFunctionCall(input, const_cast<char *>(filter.tenant->c_str()), parameter, -1);
      });
      condition.parameters.push_back({call([=] { return getBaseType(type); }), key});
      conditions.push_back(sql("{key} {equals} ${number}", "key"_is = pg::columns_of("t", {name}),
                               "equals"_is = equality.equals, "number"_is = condition.parameters.size()));
    }
    // The whole of the last day, where the column has a time too.
    for (const auto &[date, comparison] :
         {std::pair{filter.from_date, sql("[>=]")}, std::pair{filter.to_date, sql("[<=]")}}) {
      if (!date)
        continue;
      const std::string &name = plan.options.date_column;
      pg::require_column(relation, name, "enable_metrics");
      condition.parameters.push_back({DATEOID, *date});
      conditions.push_back(sql("{date}::pg_catalog.date {comparison} ${number}",
                               "date"_is = pg::columns_of("t", {name}), "comparison"_is = comparison,
                               "number"_is = condition.parameters.size()));
    }
    if (!conditions.empty())
      condition.sql = sql("WHERE {conditions}", "conditions"_is = pg::joined(conditions, " AND "));
  });
  return condition;
}

} // namespace upkeep::metrics
