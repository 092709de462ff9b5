// What a shop is diagnosed from beside its days: its settings, goals, events, and the cost of goods of earlier weeks.
#include "features/diagnostics/run/diagnose_parts.hpp"
#include "features/diagnostics/run/statements.hpp"

namespace upkeep::diagnostics {

namespace {

using pg::fragment;
using pg::sql;

bool has_targets(const run_tables &tables) {
  return tables.goals && (tables.goals->has("revenue_target") || tables.goals->has("profit_target"));
}

fragment of_month(Oid type) {
  if (type != DATEOID && type != TIMESTAMPOID)
    return sql("g.month::pg_catalog.text [=] pg_catalog.to_char(k.week_start [+] 6, 'YYYY-MM')");
  return sql(R"sql(
    g.month [>=] pg_catalog.date_trunc('month', (k.week_start [+] 6)::pg_catalog.timestamp)
    AND g.month [<] (pg_catalog.date_trunc('month', (k.week_start [+] 6)::pg_catalog.timestamp)
                     [+] '1 month'::pg_catalog.interval)
  )sql");
}

// The goals g of the month that the week ends in.
fragment goals_join(const run_tables &tables) {
  if (!has_targets(tables))
    return {};
  return sql("LEFT JOIN {goals} g ON {of_shop} AND {of_month}", "goals"_is = pg::table{tables.goals->oid},
             "of_shop"_is = tables.of_shop(*tables.goals, "g", "k.shop"),
             "of_month"_is = of_month(tables.goals->type("month")));
}

fragment goals_of_shop(const run_tables &tables) {
  if (!has_targets(tables))
    return {};
  std::vector<fragment> members;
  for (const char *goal : {"revenue_target", "profit_target"})
    if (tables.goals->has(goal))
      members.push_back(member(goal, sql("g.{goal}", "goal"_is = pg::identifier{goal})));
  return sql("[||] COALESCE(pg_catalog.jsonb_strip_nulls(pg_catalog.jsonb_build_object({members})), '{}')",
             "members"_is = pg::joined(members));
}

bool keeps_ratios(const run_tables &tables) {
  return tables.diagnostics.has("facts") && tables.diagnostics.has("state");
}

// The cost of goods c that a week was evaluated with when it had closed, and keeps. Row by row: the planner cannot know
// how many rows the conditions on JSON leave, and must not read the table for each shop.
fragment closed_join(const run_tables &tables) {
  if (!keeps_ratios(tables))
    return {};
  return sql(R"sql(
    LEFT JOIN LATERAL (
      SELECT c.facts::pg_catalog.jsonb [->] 'cogs_ratio' AS ratio
      FROM {diagnostics} c
      WHERE {of_shop} AND c.week_start [=] k.week_start AND c.state::pg_catalog.text [=] 'closed'
        AND (c.facts::pg_catalog.jsonb [->>] 'invalid') IS NULL
      OFFSET 0
    ) c ON pg_catalog.jsonb_typeof(c.ratio) [=] 'number'
  )sql",
             "diagnostics"_is = pg::table{tables.diagnostics.oid},
             "of_shop"_is = tables.of_shop(tables.diagnostics, "c", "k.shop"));
}

fragment closed_ratio(const run_tables &tables) {
  if (!keeps_ratios(tables))
    return {};
  return sql(R"sql(
    [||] CASE WHEN c.ratio IS NULL THEN '{}' ELSE pg_catalog.jsonb_build_object('cogs_ratio', c.ratio) END
  )sql");
}

// The cost of goods of the week itself.
fragment own_ratio(const run_tables &tables) {
  return keeps_ratios(tables) ? sql("COALESCE(c.ratio, k.settings [->] 'cogs_ratio')")
                              : sql("(k.settings [->] 'cogs_ratio')");
}

// The cost of goods in the weeks before, where it was another.
fragment earlier_ratios(const run_tables &tables) {
  if (!tables.diagnostics.has("facts"))
    return {};
  return sql(R"sql(
    [||] COALESCE((
      SELECT pg_catalog.jsonb_build_object('cogs_ratios', pg_catalog.jsonb_object_agg(r.week_start, r.ratio))
      FROM (
        SELECT w.week_start, w.facts::pg_catalog.jsonb [->] 'cogs_ratio' AS ratio
        FROM {diagnostics} w
        WHERE {of_shop} AND w.week_start [>=] (k.week_start [-] {days_before}) AND w.week_start [<] k.week_start
        OFFSET 0
      ) r
      WHERE pg_catalog.jsonb_typeof(r.ratio) [=] 'number' AND (r.ratio [=] {own_ratio}) IS NOT TRUE
      HAVING pg_catalog.count(*) [>] 0), '{}')
  )sql",
             "diagnostics"_is = pg::table{tables.diagnostics.oid},
             "of_shop"_is = tables.of_shop(tables.diagnostics, "w", "k.shop"), "days_before"_is = days_before,
             "own_ratio"_is = own_ratio(tables));
}

// The events e, of kinds that a diagnosis knows, with dates that every reader of JSON understands.
fragment events_of(const run_tables &tables, const fragment &condition) {
  return sql(R"sql(
    SELECT *
    FROM (
      SELECT GREATEST(e.starts_on, '0001-01-01'::pg_catalog.date) AS starts_on,
        LEAST(COALESCE(e.ends_on, e.starts_on), '9999-12-31'::pg_catalog.date) AS ends_on,
        e.name::pg_catalog.text AS name, e.kind::pg_catalog.text AS kind
      FROM {events} e
      WHERE e.starts_on IS NOT NULL AND {condition}
    ) e
    WHERE e.starts_on [<=] e.ends_on AND e.kind [=] ANY ('{holiday,closed,promotion,outage}')
  )sql",
             "events"_is = pg::table{tables.events->oid}, "condition"_is = condition);
}

// The last day that events of a week that ends on `day` concern: a goal is paced to the end of its month.
fragment end_of_month(const fragment &day) {
  return sql(R"sql(
    ((pg_catalog.date_trunc('month', ({day})::pg_catalog.timestamp) [+] '1 month'::pg_catalog.interval)
       ::pg_catalog.date [-] 1)
  )sql",
             "day"_is = day);
}

// The events that touch what a diagnosis of the shop reads: its own, and those of all shops.
fragment events_of_shop(const run_tables &tables) {
  if (!tables.events)
    return {};
  return sql(R"sql(
    [||] COALESCE((
      SELECT pg_catalog.jsonb_build_object('events', pg_catalog.jsonb_agg(
        pg_catalog.jsonb_build_object('starts_on', e.starts_on, 'ends_on', e.ends_on, 'name', e.name, 'kind', e.kind)
        ORDER BY e.starts_on, e.ends_on, e.kind COLLATE pg_catalog."C", e.name COLLATE pg_catalog."C"))
      FROM (
        SELECT * FROM event_of_all
        UNION ALL
        {events_of_one}
      ) e
      WHERE e.starts_on [<=] {end_of_month} AND e.ends_on [>=] (k.week_start [-] {days_before})
      HAVING pg_catalog.count(*) [>] 0), '{}')
  )sql",
             "events_of_one"_is = events_of(tables, tables.of_shop(*tables.events, "e", "k.shop")),
             "end_of_month"_is = end_of_month(sql("k.week_start [+] 6")), "days_before"_is = days_before);
}

// The events of all shops, read once.
fragment events_of_all(const run_tables &tables) {
  if (!tables.events)
    return {};
  const fragment condition = sql(R"sql(
    e.shop_id IS NULL AND e.starts_on [<=] {end_of_month} AND COALESCE(e.ends_on, e.starts_on) [>=] $7
  )sql",
                                 "end_of_month"_is = end_of_month(sql("$8")));
  return sql("event_of_all AS MATERIALIZED (\n  {events}\n),", "events"_is = events_of(tables, condition));
}

// What customers got back on days whose revenue is below 0.
fragment refunds_of_shop(const run_tables &tables) {
  const std::vector<std::string> columns = tables.refund_columns();
  if (columns.empty())
    return {};
  fragment amount = sql("0::pg_catalog.numeric");
  for (const std::string &column : columns)
    amount = sql("{amount} [+] COALESCE(d.{column}::pg_catalog.numeric, 0)", "amount"_is = amount,
                 "column"_is = pg::identifier{column});
  return sql(R"sql(
    [||] COALESCE((
      SELECT pg_catalog.jsonb_build_object('refund_days', pg_catalog.jsonb_object_agg(r.day, r.amount))
      FROM (
        SELECT d.record_date AS day, pg_catalog.sum({amount}) AS amount
        FROM {records} d
        WHERE {of_shop}
          AND d.record_date [>=] (k.week_start [-] {days_before}) AND d.record_date [<=] (k.week_start [+] 6)
        GROUP BY d.record_date
        HAVING pg_catalog.sum(d.revenue) [<] 0
      ) r
      WHERE r.amount [>] 0 AND r.amount [<] 'infinity'
      HAVING pg_catalog.count(*) [>] 0), '{}')
  )sql",
             "amount"_is = amount, "records"_is = pg::table{tables.records.oid},
             "of_shop"_is = tables.of_shop(tables.records, "d", "k.shop"), "days_before"_is = days_before);
}

} // namespace

fragment shop_ctes(const run_tables &tables) {
  return sql(R"sql(
    {events_of_all}
    -- The shops, each with all of its settings, computed once.
    shop AS MATERIALIZED (
      SELECT DISTINCT ON (k.shop) k.shop, k.week_start, k.today,
        k.settings {goals} {closed_ratio} {earlier_ratios} {events} {refunds} AS settings, k.is_busy
      FROM ROWS FROM (pg_catalog.unnest($1), pg_catalog.unnest($2), pg_catalog.unnest($3), pg_catalog.unnest($4),
                      pg_catalog.unnest($5)) AS k(shop, week_start, today, settings, is_busy)
      {closed_join}
      {goals_join}
      ORDER BY k.shop
    )
  )sql",
             "events_of_all"_is = events_of_all(tables), "goals"_is = goals_of_shop(tables),
             "closed_ratio"_is = closed_ratio(tables), "earlier_ratios"_is = earlier_ratios(tables),
             "events"_is = events_of_shop(tables), "refunds"_is = refunds_of_shop(tables),
             "closed_join"_is = closed_join(tables), "goals_join"_is = goals_join(tables));
}

} // namespace upkeep::diagnostics
