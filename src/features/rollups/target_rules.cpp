#include "features/rollups/target_rules.hpp"

#include "postgres/relation.hpp"
#include "postgres/sql/query.hpp"

namespace upkeep::rollups {

namespace {

std::optional<std::string> rule_of_table(Oid table, const rollup &of) {
  const pg::parameter parameters[] = {
      pg::parameter::oid(table), {BOOLOID, BoolGetDatum(of.inserts)}, {BOOLOID, BoolGetDatum(!of.keeps_empty)}};
  // ON CONFLICT goes with no rule for INSERT or UPDATE at all.
  const pg::rows found = pg::execute(pg::sql(R"sql(
    SELECT r.rulename::pg_catalog.text
    FROM pg_catalog.pg_rewrite r
    WHERE r.ev_class [=] $1
      AND (r.ev_type [=] '2' AND ($2 OR r.is_instead) OR r.ev_type [=] '3' AND $2
        OR r.ev_type [=] '4' AND $3 AND r.is_instead)
    ORDER BY r.rulename
    LIMIT 1
  )sql"),
                                     parameters);
  return found.count() ? found.text(0, 1) : std::nullopt;
}

} // namespace

std::optional<fault> rule_in_the_way(const rollup &of) {
  for (const Oid table : pg::with_descendants(of.target, AccessShareLock))
    if (const std::optional<std::string> rule = rule_of_table(table, of))
      return fault{.sqlstate = sqlstate::feature_not_supported,
                   .message = fmt::format("rule \"{}\" on table \"{}\" would change what a rollup writes", *rule,
                                          pg::table_name(table)),
                   .hint = fmt::format("Do the same by a trigger, and drop the rule: DROP RULE {} ON {};",
                                       pg::quoted(*rule), pg::qualified(table))};
  return std::nullopt;
}

} // namespace upkeep::rollups
