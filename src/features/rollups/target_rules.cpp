#include "features/rollups/target_rules.hpp"

#include "postgres/relation.hpp"
#include "postgres/sql/query.hpp"

namespace upkeep::rollups {

namespace {

struct other_events {
  bool inserts = false, deletes = false;
};

std::optional<std::string> rule_of_table(Oid table, const other_events &of) {
  const pg::parameter parameters[] = {
      pg::parameter::oid(table), {BOOLOID, BoolGetDatum(of.inserts)}, {BOOLOID, BoolGetDatum(of.deletes)}};
  // ON CONFLICT goes with no rule for INSERT or UPDATE at all.
  const pg::rows found = pg::execute(pg::sql(R"sql(
    SELECT r.rulename::pg_catalog.text
    FROM pg_catalog.pg_rewrite r
    WHERE r.ev_class [=] $1 AND r.ev_enabled [=] ANY ('{O,A}')
      AND (r.ev_type [=] '2' AND ($2 OR r.is_instead) OR r.ev_type [=] '3' AND $2
        OR r.ev_type [=] '4' AND $3 AND r.is_instead)
    ORDER BY r.rulename
    LIMIT 1
  )sql"),
                                     parameters);
  return found.count() ? found.text(0, 1) : std::nullopt;
}

std::optional<fault> rule_of_tree(Oid target, const other_events &of) {
  for (const Oid table : pg::with_descendants(target, AccessShareLock))
    if (const std::optional<std::string> rule = rule_of_table(table, of))
      return fault{.sqlstate = sqlstate::feature_not_supported,
                   .message = fmt::format("rule \"{}\" on table \"{}\" would change what a rollup writes", *rule,
                                          pg::table_name(table)),
                   .hint = fmt::format("Do the same by a trigger, and drop the rule: DROP RULE {} ON {};",
                                       pg::quoted(*rule), pg::qualified(table))};
  return std::nullopt;
}

} // namespace

std::optional<fault> rule_in_the_way(const rollup &of) {
  return rule_of_tree(of.target, {.inserts = of.inserts, .deletes = !of.keeps_empty});
}

void require_no_lossy_rule(Oid target) {
  if (const std::optional<fault> problem = rule_of_tree(target, {}))
    throw *problem;
}

} // namespace upkeep::rollups
