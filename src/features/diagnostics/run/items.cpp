// What diagnoses mean for the action items. Statuses: open, in_progress, done, then verified or reopened; dismissed,
// superseded. What the user has set, the status, note and due_on, stays.
#include "features/diagnostics/run/statements.hpp"
#include "postgres/sql/key_equality.hpp"
#include "postgres/sql/sql.hpp"

namespace upkeep::diagnostics {

namespace {

using pg::fragment;
using pg::sql;

// So many closed weeks in which the rule passed verify what was done.
constexpr int verifying_weeks = 2;

// The user has done nothing with it.
fragment is_untouched(const run_table &items) {
  std::vector<fragment> conditions{sql("i.status [=] ANY ('{open,reopened}')")};
  for (const char *column : {"note", "due_on"})
    if (items.has(column))
      conditions.push_back(sql("i.{column} IS NULL", "column"_is = pg::identifier{column}));
  return pg::joined(conditions, " AND ");
}

// The condition that rows of two tables, or of queries from them, are of one shop.
fragment same_shop(const run_table &table, const char *alias, const run_table &other, const char *other_alias) {
  const pg::key_equality equality = pg::equality_of(table.type("shop_id"), other.type("shop_id"));
  return sql("{alias}.shop_id {equals} {other}.shop_id{cast}", "alias"_is = fragment(alias),
             "equals"_is = equality.equals, "other"_is = fragment(other_alias), "cast"_is = equality.cast);
}

bool has_diagnostic(const run_tables &tables) {
  return tables.diagnostics.has("id") && tables.items.can_write("diagnostic_id");
}

// week: the rows that were written. wanted: what those that are left ask for, a row for each action of what fires.
fragment wanted_ctes(const run_tables &tables) {
  const run_table &weeks = tables.diagnostics;
  const bool has_state = weeks.has("state");
  return sql(R"sql(
    WITH
    -- A week after which a closed one has been diagnosed says nothing about what is to be done now.
    week AS MATERIALIZED (
      SELECT {id} AS id, w.shop_id, w.week_start, w.issues::pg_catalog.jsonb AS issues, {rules} AS rules,
        {is_closed} AS is_closed, $3 [->] k.language AS titles
      FROM ROWS FROM (pg_catalog.unnest($1), pg_catalog.unnest($2), pg_catalog.unnest($4))
        AS k(shop, week_start, language)
      JOIN {weeks} w ON {of_shop} AND w.week_start [=] k.week_start
      WHERE NOT EXISTS (SELECT FROM {weeks} l WHERE {same_shop} AND l.week_start [>] w.week_start {later_is_closed})
    ),
    wanted AS MATERIALIZED (
      SELECT w.id, w.shop_id, w.week_start, e.issue [->>] 'fingerprint' AS fingerprint, e.issue [->>] 'code' AS code,
        e.issue [->>] 'severity' AS severity, (e.issue [->>] 'impact')::pg_catalog.numeric AS impact,
        e.issue [->] 'response' [->>] 'status' AS answer, a.action [->>] 'code' AS action,
        a.action [->] 'params' AS params,
        COALESCE(w.titles [->>] (a.action [->>] 'code'), $3 [->] 'en' [->>] (a.action [->>] 'code'),
                 a.action [->>] 'code') AS title
      FROM week w
      CROSS JOIN LATERAL pg_catalog.jsonb_array_elements(w.issues) e(issue)
      CROSS JOIN LATERAL pg_catalog.jsonb_array_elements(e.issue [->] 'actions') a(action)
      WHERE (e.issue [->>] 'baseline_state') [<>] 'absent'
    )
  )sql",
             "id"_is = weeks.has("id") ? sql("w.id") : sql("NULL"),
             "rules"_is = weeks.has("rules") ? sql("w.rules::pg_catalog.jsonb") : sql("NULL::pg_catalog.jsonb"),
             "is_closed"_is = has_state ? sql("w.state [=] 'closed'") : sql("true"), "weeks"_is = pg::table{weeks.oid},
             "of_shop"_is = tables.of_shop(weeks, "w", "k.shop"), "same_shop"_is = same_shop(weeks, "l", weeks, "w"),
             "later_is_closed"_is = has_state ? sql("AND l.state [=] 'closed'") : fragment());
}

fragment same_item(const run_tables &tables) {
  return sql("{same_shop} AND i.fingerprint [=] x.fingerprint AND i.action [=] x.action",
             "same_shop"_is = same_shop(tables.items, "i", tables.diagnostics, "x"));
}

// Of what was not evaluated, or muted for want of data, nobody knows whether it is gone.
fragment has_ended(const run_tables &tables) {
  if (!tables.diagnostics.has("rules"))
    return sql("true");
  return sql(R"sql(
    ((w.rules [->] i.code [->>] 'status') [=] 'PASSED' OR (w.rules [->] i.code [->>] 'by') [=] 'ROAS_BELOW_BREAK_EVEN')
  )sql");
}

fragment is_verified(const run_tables &tables) {
  const run_table &weeks = tables.diagnostics;
  if (!weeks.has("rules"))
    return sql("false");
  return sql(R"sql(
    i.status [=] 'done' AND (
      SELECT pg_catalog.count(*)
      FROM {weeks} v
      WHERE {same_shop} AND v.week_start [>] i.last_week {is_closed}
        AND (v.rules::pg_catalog.jsonb [->] i.code [->>] 'status') [=] 'PASSED') [>=] {verifying_weeks}
  )sql",
             "weeks"_is = pg::table{weeks.oid}, "same_shop"_is = same_shop(weeks, "v", tables.items, "i"),
             "is_closed"_is = weeks.has("state") ? sql("AND v.state [=] 'closed'") : fragment(),
             "verifying_weeks"_is = verifying_weeks);
}

} // namespace

// What is worse is reopened, as responses are. What would stay as it is is not written. A title follows the shop's
// language as long as it is one of ours and nobody has begun.
fragment follow_items_sql(const run_tables &tables) {
  const fragment untouched = is_untouched(tables.items);
  const fragment status = sql(R"sql(
    CASE WHEN NOT i.status [=] ANY ('{open,reopened,in_progress}') THEN 'reopened'
         WHEN x.answer [=] 'dismissed' AND {is_untouched} THEN 'dismissed'
         ELSE i.status END
  )sql",
                              "is_untouched"_is = untouched);
  const fragment title = sql(R"sql(
    CASE WHEN {is_untouched} AND EXISTS (
           SELECT FROM pg_catalog.jsonb_each($3) t WHERE (t.value [->>] x.action) [=] i.title::pg_catalog.text)
         THEN x.title ELSE i.title END
  )sql",
                             "is_untouched"_is = untouched);
  const bool linked = has_diagnostic(tables);
  return sql(R"sql(
    {wanted}
    UPDATE {items} i
    SET {diagnostic} severity = x.severity, impact = x.impact, last_week = x.week_start, status = {status},
      title = {title}
    FROM wanted x
    WHERE {same_item} AND (i.last_week [<=] x.week_start) IS NOT FALSE
      AND (i.status [=] ANY ('{open,reopened,in_progress}')
           OR ((x.answer [=] ANY ('{dismissed,snoozed_until}')) IS NOT TRUE
               AND (i.status [=] 'superseded'
                    OR (i.status [=] ANY ('{done,verified}') AND i.last_week [<] x.week_start)
                    OR (i.status [=] ANY ('{done,verified,dismissed}')
                        AND ((x.severity [=] 'critical' AND i.severity [=] 'warning')
                             OR x.impact [>] (i.impact [*] 1.5))))))
      AND pg_catalog.jsonb_build_array({link} i.severity, i.impact, i.last_week, i.status, i.title)
          [<>] pg_catalog.jsonb_build_array({new_link} x.severity, x.impact, x.week_start, {status}, {title})
  )sql",
             "wanted"_is = wanted_ctes(tables), "items"_is = pg::table{tables.items.oid},
             "diagnostic"_is = linked ? sql("diagnostic_id = x.id,") : fragment(), "status"_is = status,
             "title"_is = title, "same_item"_is = same_item(tables),
             "link"_is = fragment(linked ? "i.diagnostic_id," : ""), "new_link"_is = fragment(linked ? "x.id," : ""));
}

fragment settle_items_sql(const run_tables &tables) {
  const run_table &weeks = tables.diagnostics;
  return sql(R"sql(
    {wanted},
    fired AS MATERIALIZED (
      SELECT x.shop_id, pg_catalog.array_agg(x.fingerprint) AS fingerprints
      FROM wanted x
      GROUP BY x.shop_id
    )
    UPDATE {items} i
    SET status = CASE WHEN i.status [=] 'done' THEN 'verified' ELSE 'superseded' END
    FROM week w
    LEFT JOIN fired f ON {fired_of_shop}
    WHERE {item_of_shop} AND w.is_closed AND i.last_week [<=] w.week_start
      AND (i.fingerprint [=] ANY (f.fingerprints)) IS NOT TRUE
      AND (({is_untouched} AND {has_ended}) OR ({is_verified}))
  )sql",
             "wanted"_is = wanted_ctes(tables), "items"_is = pg::table{tables.items.oid},
             "fired_of_shop"_is = same_shop(weeks, "f", weeks, "w"),
             "item_of_shop"_is = same_shop(tables.items, "i", weeks, "w"),
             "is_untouched"_is = is_untouched(tables.items), "has_ended"_is = has_ended(tables),
             "is_verified"_is = is_verified(tables));
}

fragment open_items_sql(const run_tables &tables) {
  const bool linked = has_diagnostic(tables);
  return sql(R"sql(
    {wanted}
    INSERT INTO {items} (shop_id, {diagnostic_id} fingerprint, code, action, params, title, severity, impact, status,
      first_week, last_week)
    SELECT x.shop_id, {id} x.fingerprint, x.code, x.action, x.params, x.title, x.severity, x.impact, 'open',
      x.week_start, x.week_start
    FROM wanted x
    WHERE (x.answer [=] ANY ('{dismissed,snoozed_until,done}')) IS NOT TRUE
      AND NOT EXISTS (SELECT FROM {items} i WHERE {same_item})
    ORDER BY x.shop_id, x.fingerprint, x.action
    ON CONFLICT (shop_id, fingerprint, action) DO NOTHING
  )sql",
             "wanted"_is = wanted_ctes(tables), "items"_is = pg::table{tables.items.oid},
             "diagnostic_id"_is = fragment(linked ? "diagnostic_id," : ""), "id"_is = fragment(linked ? "x.id," : ""),
             "same_item"_is = same_item(tables));
}

} // namespace upkeep::diagnostics
