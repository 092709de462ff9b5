// What a weekly run of the extension reads of a shop, from the tables of upkeep.create_analytics, by any function that
// sends a query: pg's and PGlite's answer { rows }, that of postgres.js the rows.
import { UpkeepError } from './module.js'
import { diagnose, shopToday, weekStart } from './functions.js'

const days_before = 56

const quoted = (name) => `"${String(name).replaceAll('"', '""')}"`

// $1: the shop. What its settings leave open, its row of shops says.
const settingsOf = (schema) => `
  SELECT (coalesce(to_jsonb(s) - '{events,refund_days}'::text[], jsonb_build_object('shop_id', h.id))
    || jsonb_strip_nulls(jsonb_build_object('currency', coalesce(s.currency, h.currency),
         'timezone', coalesce(s.timezone, h.timezone))))::text AS settings
  FROM ${schema}.shops h LEFT JOIN ${schema}.shop_settings s ON s.shop_id = h.id
  WHERE h.id = $1`

// $1: the shop; $2: the first day of its week; $3: its settings.
const factsOf = (schema) => `
  WITH week AS (SELECT CAST($2 AS date) AS week_start, CAST($3 AS jsonb) AS settings),
  -- The cost of goods that a week was evaluated with when it had closed, and keeps.
  kept AS (
    SELECT c.week_start, c.state, c.facts -> 'cogs_ratio' AS ratio, c.facts ->> 'invalid' AS invalid
    FROM ${schema}.weekly_diagnostics c, week w
    WHERE c.shop_id = $1 AND c.week_start BETWEEN w.week_start - ${days_before} AND w.week_start
      AND jsonb_typeof(c.facts -> 'cogs_ratio') = 'number'
  ),
  closed AS (
    SELECT k.ratio FROM kept k JOIN week w USING (week_start) WHERE k.state = 'closed' AND k.invalid IS NULL
  )
  SELECT (
    SELECT jsonb_agg(jsonb_build_object('record_date', d.record_date, 'orders', d.orders, 'revenue', d.revenue::text,
      'ad_spend', d.ad_spend::text, 'leads', d.leads))
    FROM ${schema}.daily_records d
    WHERE d.shop_id = $1 AND d.record_date BETWEEN w.week_start - ${days_before} AND w.week_start + 6
  )::text AS days,
  (w.settings
    || coalesce((
      SELECT jsonb_strip_nulls(jsonb_build_object('revenue_target', g.revenue_target, 'profit_target', g.profit_target))
      FROM ${schema}.monthly_goals g
      WHERE g.shop_id = $1 AND g.month >= date_trunc('month', w.week_start + 6)
        AND g.month < date_trunc('month', w.week_start + 6) + interval '1 month'), '{}')
    || coalesce((SELECT jsonb_build_object('cogs_ratio', c.ratio) FROM closed c), '{}')
    || coalesce((
      SELECT jsonb_build_object('cogs_ratios', jsonb_object_agg(k.week_start, k.ratio))
      FROM kept k
      WHERE k.week_start < w.week_start
        AND (k.ratio = coalesce((SELECT c.ratio FROM closed c), w.settings -> 'cogs_ratio')) IS NOT TRUE
      HAVING count(*) > 0), '{}')
    || coalesce((
      SELECT jsonb_build_object('events', jsonb_agg(to_jsonb(e) ORDER BY e.starts_on, e.ends_on, e.kind COLLATE "C",
        e.name COLLATE "C"))
      FROM (
        SELECT e.starts_on, coalesce(e.ends_on, e.starts_on) AS ends_on, e.name, e.kind
        FROM ${schema}.shop_events e
        WHERE (e.shop_id IS NULL OR e.shop_id = $1) AND e.kind IN ('holiday', 'closed', 'promotion', 'outage')
      ) e
      WHERE e.starts_on <= e.ends_on AND e.ends_on >= w.week_start - ${days_before}
        AND e.starts_on < date_trunc('month', w.week_start + 6) + interval '1 month'
      HAVING count(*) > 0), '{}')
  )::text AS settings
  FROM week w`

const dayBefore = (day) => new Date(Date.parse(day) - 86_400_000).toISOString().slice(0, 10)

async function firstRow(query, text, parameters) {
  const answer = await query(text, parameters)
  return (answer.rows ?? answer)[0]
}

export async function readShop(query, { shop, day, today, schema = 'public' }) {
  const place = quoted(schema)
  const found = await firstRow(query, settingsOf(place), [shop])
  if (!found)
    throw new UpkeepError({
      sqlstate: 'P0002',
      message: `there is no shop ${shop}`,
      hint: 'Pass the id of a row of shops that the connection may read.',
    })
  const now = today ?? shopToday(found.settings)
  const week_start = weekStart(day ?? dayBefore(weekStart(now, found.settings)), found.settings)
  const { days, settings } = await firstRow(query, factsOf(place), [shop, week_start, found.settings])
  return { days: JSON.parse(days ?? '[]'), week_start, settings, today: now, amounts: 'minor' }
}

export const diagnoseShop = async (query, which) => diagnose(await readShop(query, which))
