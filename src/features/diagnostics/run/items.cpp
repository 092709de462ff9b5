// What diagnoses mean for the action items. Statuses: open, in_progress, done, then verified or reopened; dismissed,
// superseded. What the user has set, the status, note and due_on, stays.
#include "features/diagnostics/run/statements.hpp"

namespace upkeep::diagnostics {

namespace {

// So many closed weeks in which the rule passed verify what was done.
constexpr int verifying_weeks = 2;

constexpr const char *is_active = "i.status [=] ANY ('{{open,reopened,in_progress}}')";

// The user has done nothing with it.
std::string is_untouched(const run_table &items) {
  std::string condition = "i.status [=] ANY ('{{open,reopened}}')";
  for (const char *column : {"note", "due_on"})
    if (items.has(column))
      condition += fmt::format(" AND i.{} IS NULL", column);
  return condition;
}

// The condition that rows of two tables, or of queries from them, are of one shop.
std::string same_shop(const run_table &table, const char *alias, const run_table &other, const char *other_alias) {
  const pg::key_equality equality = pg::equality_of(table.type("shop_id"), other.type("shop_id"));
  return fmt::format("{}.shop_id {} {}.shop_id{}", alias, equality.equals, other_alias, equality.cast);
}

bool has_diagnostic(const run_tables &tables) {
  return tables.diagnostics.has("id") && tables.items.can_write("diagnostic_id");
}

// week: the rows that were written. A week after which a closed one has been diagnosed says nothing about what is to
// be done now. wanted: what those that are left ask for, a row for each action of what fires.
std::string wanted_ctes(const run_tables &tables) {
  const run_table &weeks = tables.diagnostics;
  const bool has_state = weeks.has("state");
  return statement("WITH week AS MATERIALIZED (SELECT {0} AS id, w.shop_id, w.week_start, w.issues::pg_catalog.jsonb "
                   "AS issues,"
                   " {1} AS rules, {2} AS is_closed FROM ROWS FROM (pg_catalog.unnest($1), pg_catalog.unnest($2))"
                   " AS k(shop, week_start) JOIN {3} w ON {4} AND w.week_start [=] k.week_start WHERE NOT EXISTS"
                   " (SELECT FROM {3} l WHERE {5} AND l.week_start [>] w.week_start{6}))",
                   weeks.has("id") ? "w.id" : "NULL",
                   weeks.has("rules") ? "w.rules::pg_catalog.jsonb" : "NULL::pg_catalog.jsonb",
                   has_state ? with_operators("w.state [=] 'closed'") : "true", weeks.name(),
                   tables.of_shop(weeks, "w", "k.shop"), same_shop(weeks, "l", weeks, "w"),
                   has_state ? with_operators(" AND l.state [=] 'closed'") : "") +
         with_operators(", wanted AS MATERIALIZED (SELECT w.id, w.shop_id, w.week_start, e.issue [->>] 'fingerprint' "
                        "AS fingerprint,"
                        " e.issue [->>] 'code' AS code, e.issue [->>] 'severity' AS severity,"
                        " (e.issue [->>] 'impact')::pg_catalog.numeric AS impact, e.issue [->] 'response' [->>] "
                        "'status' AS answer,"
                        " a.action [->>] 'code' AS action, a.action [->] 'params' AS params FROM week w"
                        " CROSS JOIN LATERAL pg_catalog.jsonb_array_elements(w.issues) e(issue)"
                        " CROSS JOIN LATERAL pg_catalog.jsonb_array_elements(e.issue [->] 'actions') a(action)"
                        " WHERE (e.issue [->>] 'baseline_state') [<>] 'absent')");
}

std::string same_item(const run_tables &tables) {
  return statement("{} AND i.fingerprint [=] x.fingerprint AND i.action [=] x.action",
                   same_shop(tables.items, "i", tables.diagnostics, "x"));
}

} // namespace

std::string follow_items_sql(const run_tables &tables) {
  const std::string active = statement(is_active);
  const std::string untouched = statement(is_untouched(tables.items));
  // As responses are reopened.
  const std::string is_worse = with_operators("((x.severity [=] 'critical' AND i.severity [=] 'warning')"
                                              " OR x.impact [>] (i.impact [*] 1.5))");
  return wanted_ctes(tables) +
         statement(
             " UPDATE {0} i SET {1}severity = x.severity, impact = x.impact, last_week = x.week_start,"
             " status = CASE WHEN NOT {2} THEN 'reopened' WHEN x.answer [=] 'dismissed' AND {3} THEN 'dismissed'"
             " ELSE i.status END FROM wanted x WHERE {4} AND (i.last_week [<=] x.week_start) IS NOT FALSE AND ({2} OR"
             " ((x.answer [=] ANY ('{{dismissed,snoozed_until}}')) IS NOT TRUE AND (i.status [=] 'superseded'"
             " OR (i.status [=] ANY ('{{done,verified}}') AND i.last_week [<] x.week_start)"
             " OR (i.status [=] ANY ('{{done,verified,dismissed}}') AND {5}))))",
             tables.items.name(), has_diagnostic(tables) ? "diagnostic_id = x.id, " : "", active, untouched,
             same_item(tables), is_worse);
}

std::string settle_items_sql(const run_tables &tables) {
  const run_table &weeks = tables.diagnostics;
  const bool has_rules = weeks.has("rules");
  // Of what was not evaluated, or muted for want of data, nobody knows whether it is gone.
  const std::string has_ended =
      has_rules ? with_operators(" AND ((w.rules [->] i.code [->>] 'status') [=] 'PASSED'"
                                 " OR (w.rules [->] i.code [->>] 'by') [=] 'ROAS_BELOW_BREAK_EVEN')")
                : "";
  const std::string is_verified =
      has_rules ? statement("i.status [=] 'done' AND (SELECT pg_catalog.count(*) FROM {} v WHERE {} AND v.week_start "
                            "[>] i.last_week"
                            "{} AND (v.rules::pg_catalog.jsonb [->] i.code [->>] 'status') [=] 'PASSED') [>=] {}",
                            weeks.name(), same_shop(weeks, "v", tables.items, "i"),
                            weeks.has("state") ? with_operators(" AND v.state [=] 'closed'") : "", verifying_weeks)
                : "false";
  return wanted_ctes(tables) +
         statement(", fired AS MATERIALIZED (SELECT x.shop_id, pg_catalog.array_agg(x.fingerprint) AS fingerprints "
                   "FROM wanted x"
                   " GROUP BY x.shop_id) UPDATE {0} i SET status = CASE WHEN i.status [=] 'done' THEN 'verified'"
                   " ELSE 'superseded' END FROM week w LEFT JOIN fired f ON {1} WHERE {2} AND w.is_closed"
                   " AND i.last_week [<=] w.week_start AND (i.fingerprint [=] ANY (f.fingerprints)) IS NOT TRUE"
                   " AND (({3}{4}) OR ({5}))",
                   tables.items.name(), same_shop(weeks, "f", weeks, "w"), same_shop(tables.items, "i", weeks, "w"),
                   statement(is_untouched(tables.items)), has_ended, is_verified);
}

std::string open_items_sql(const run_tables &tables) {
  const bool linked = has_diagnostic(tables);
  return wanted_ctes(tables) +
         statement(" INSERT INTO {0} (shop_id, {1}fingerprint, code, action, params, title, severity, impact, status, "
                   "first_week,"
                   " last_week) SELECT x.shop_id, {2}x.fingerprint, x.code, x.action, x.params, COALESCE($3 [->>] "
                   "x.action, x.action),"
                   " x.severity, x.impact, 'open', x.week_start, x.week_start FROM wanted x"
                   " WHERE (x.answer [=] ANY ('{{dismissed,snoozed_until,done}}')) IS NOT TRUE"
                   " AND NOT EXISTS (SELECT FROM {0} i WHERE {3}) ORDER BY x.shop_id, x.fingerprint, x.action"
                   " ON CONFLICT (shop_id, fingerprint, action) DO NOTHING",
                   tables.items.name(), linked ? "diagnostic_id, " : "", linked ? "x.id, " : "", same_item(tables));
}

} // namespace upkeep::diagnostics
