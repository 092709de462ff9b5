-- Two thousand random shops, and what the functions of SQL answer about them: a row a call. Numbers are drawn from the
-- row and a word, so that every run draws the same.
\set ON_ERROR_STOP on
CREATE SCHEMA wasm;
SET search_path = wasm, pg_catalog;

CREATE FUNCTION drawn(n bigint, what text) RETURNS float8 IMMUTABLE LANGUAGE sql AS
$$ SELECT (hashtextextended(what, n) & 1048575) / 1048576.0 $$;
CREATE FUNCTION one_of(n bigint, what text, choices anyarray) RETURNS anyelement IMMUTABLE LANGUAGE sql AS
$$ SELECT choices[1 + floor(drawn(n, what) * cardinality(choices))::int] $$;

-- What a query returns as a text, or its error.
CREATE FUNCTION answer(query text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
  result text;
BEGIN
  EXECUTE query INTO result;
  RETURN result;
EXCEPTION WHEN OTHERS THEN
  RETURN SQLSTATE || ': ' || SQLERRM;
END $$;

CREATE TABLE calls (id int GENERATED ALWAYS AS IDENTITY, name text, arguments jsonb, expected text);

CREATE TABLE shops AS
SELECT shop, shop % 4 <> 0 AS is_minor, monday - (shop % 20 = 7)::int + (shop % 501 = 9)::int AS week_start,
  monday + one_of(shop, 'today', '{7,7,7,8,3,5,0,-1}'::int[]) AS today,
  jsonb_strip_nulls(jsonb_build_object(
    'shop_id', CASE WHEN shop % 2 = 0 THEN to_jsonb(shop) ELSE to_jsonb('shop "' || shop || '"') END,
    'currency', one_of(shop, 'currency', '{VND,EUR,USD,JPY,NULL}'::text[]),
    'language', one_of(shop, 'language', '{en,vi,de,fr,NULL}'::text[]),
    'week_start_day', CASE WHEN shop % 20 = 7 THEN 7 END,
    'cogs_ratio', one_of(shop, 'cogs', '{0.45,0.333333333333,0.6,1,0,NULL}'::numeric[]),
    'cogs_ratios', CASE WHEN shop % 6 = 0 THEN jsonb_build_object(monday - 7, 0.4) END,
    'target_roas', one_of(shop, 'roas', '{3,3.5,NULL,NULL}'::numeric[]),
    'target_cpa', one_of(shop, 'cpa', '{90000,NULL,NULL}'::numeric[]),
    'min_impact', one_of(shop, 'impact', '{100000,NULL,NULL}'::numeric[]),
    'revenue_target', one_of(shop, 'revenue target', '{100000000,1e9,NULL}'::numeric[]),
    'profit_target', one_of(shop, 'profit target', '{20000000,NULL,NULL}'::numeric[]),
    'thresholds', CASE WHEN shop % 7 = 0 THEN
      jsonb '{"REV_DROP": {"warning": 0.05}, "cvr_drop_critical": "0.2", "LEADS_DROP": {"warning": 1e-2}}' END,
    'aov_drop_warning', CASE WHEN shop % 11 = 0 THEN 0.02 WHEN shop % 389 = 0 THEN -1 END,
    'timezone', CASE WHEN shop % 9 = 0 THEN 'Asia/Ho_Chi_Minh' END,
    'closed_weekdays', CASE WHEN shop % 8 = 0 THEN jsonb '[6, 7]' WHEN shop % 397 = 0 THEN jsonb '[9]' END,
    'events', CASE WHEN shop % 10 = 3 THEN jsonb_build_array(jsonb_build_object(
      'starts_on', date '2026-11-05' + shop % 30, 'ends_on', date '2026-11-06' + shop % 30, 'name', E'Tết\n\t"sale"',
      'kind', one_of(shop, 'kind', '{holiday,closed,promotion,outage}'::text[]))) END,
    'refund_days', CASE WHEN shop % 13 = 0 THEN jsonb_build_object(monday + 1, 250000) END
  )) AS settings
FROM generate_series(1, 2000) shop, LATERAL (SELECT date '2026-11-09' + 7 * (shop % 5) AS monday) m;

CREATE TABLE days AS
SELECT s.shop, d.day AS record_date, CASE WHEN drawn(s.shop, day || 'no orders') > 0.01 THEN orders END AS orders,
  round((orders * price / unit)::numeric, decimals) AS revenue,
  CASE WHEN drawn(s.shop, day || 'no spend') > 0.02 THEN round((spend / unit)::numeric, decimals) END AS ad_spend,
  round(orders * (8 + 4 * drawn(s.shop, day || 'leads')))::int AS leads
FROM (SELECT *, CASE WHEN is_minor THEN 1 ELSE 1000 END AS unit, CASE WHEN is_minor THEN 0 ELSE shop % 3 END AS decimals
      FROM shops) s,
  LATERAL (SELECT s.week_start + i AS day, (0.6 + 0.8 * drawn(s.shop, 'noise' || i))
             * CASE WHEN i >= 0 THEN 0.4 + drawn(s.shop, 'now') ELSE 1 END AS trend
           FROM generate_series(-60, 9) i) d,
  LATERAL (SELECT round(40 * drawn(s.shop, 'size') * trend)::int AS orders,
             300000 + 200000 * drawn(s.shop, 'price') + 20000 * drawn(s.shop, day || 'price') AS price,
             1500000 * drawn(s.shop, 'ads') * (0.5 + drawn(s.shop, day || 'ads')) AS spend) f
WHERE drawn(s.shop, day || 'missing') > 0.03 AND (NOT s.settings ? 'closed_weekdays' OR extract(isodow FROM day) < 6)
  AND (s.shop % 50 > 0 OR day >= s.week_start - 10);
-- What can be wrong with amounts.
UPDATE days SET revenue = CASE shop WHEN 4 THEN 'NaN' WHEN 8 THEN 1e17 WHEN 12 THEN 1.1234567 WHEN 16 THEN 1e40
    WHEN 20 THEN 'Infinity' WHEN 3 THEN 2e15 WHEN 5 THEN -5000 ELSE revenue END
  WHERE shop <= 20 AND record_date >= '2026-11-09';

INSERT INTO calls (name, arguments, expected)
SELECT 'diagnose', jsonb_build_object('week_start', s.week_start, 'settings', s.settings::text, 'today', s.today,
    'amounts', CASE WHEN s.is_minor THEN 'minor' ELSE 'decimal' END, 'days', d.days),
  answer(format('SELECT upkeep.diagnose(record_date, orders::%1$s, revenue::%2$s, ad_spend::%2$s, leads::%1$s, %3$L,
                   %4$L, %5$L) FROM wasm.days WHERE shop = %6$s',
    CASE WHEN s.is_minor THEN 'int' ELSE 'bigint' END, CASE WHEN s.is_minor THEN 'bigint' ELSE 'numeric' END,
    s.week_start, s.settings, s.today, s.shop))
FROM shops s, LATERAL (
  SELECT jsonb_agg(jsonb_build_object('record_date', record_date, 'orders', orders, 'revenue', revenue::text,
    'ad_spend', ad_spend::text, 'leads', leads)) AS days
  FROM days d WHERE d.shop = s.shop) d
ORDER BY s.shop;

CREATE TABLE documents AS SELECT id AS n, expected::jsonb AS document FROM calls WHERE expected LIKE '{%';

INSERT INTO calls (name, arguments, expected)
SELECT 'weeklyReport', jsonb_build_object('diagnostic', diagnostic::text, 'format', format, 'language', language),
  answer(format('SELECT upkeep.weekly_report(%L, %L, %L)', diagnostic, format, language))
FROM (SELECT document || jsonb_build_object('shop_name', 'Shop <' || n || '>') AS diagnostic,
        one_of(n, 'format', '{markdown,html,email,html,email,pdf}'::text[]) AS format,
        one_of(n, 'report', '{en,vi,de,NULL,NULL,fr}'::text[]) AS language FROM documents) d;

INSERT INTO calls (name, arguments, expected)
SELECT 'mergeIssues', jsonb_build_object('fresh', fresh::text, 'stored', stored::text, 'user_responses', answers::text,
    'previous', stored::text, 'previous_responses', answers::text),
  answer(format('SELECT upkeep.merge_issues(%L, %L, %L, %L, %L)', fresh, stored, answers, stored, answers))
FROM (SELECT a.document AS fresh, b.document -> 'issues' AS stored,
        (SELECT jsonb_object_agg(i ->> 'fingerprint', jsonb_build_object('until', '2026-11-20',
           'at', '2026-11-10T08:00Z', 'status', one_of(a.n, i ->> 'code', '{ack,dismissed,snoozed_until,done}'::text[]),
           'note', E'\u0007' || a.n))
         FROM jsonb_array_elements(a.document -> 'issues') i) AS answers
      FROM documents a JOIN documents b ON b.n = a.n + 1) m;

INSERT INTO calls (name, arguments, expected)
SELECT 'answeredIssues', jsonb_build_object('issues', issues::text, 'user_responses', answers::text,
    'facts', facts::text),
  answer(format('SELECT upkeep.answered_issues(%L, %L, %L)', issues, answers, facts))
FROM (SELECT document -> 'issues' AS issues, document -> 'facts' AS facts, jsonb_build_object(
        document #>> '{issues,0,fingerprint}', jsonb '{"status": "ack", "at": "2026-11-16"}') AS answers
      FROM documents WHERE document #>> '{issues,0,fingerprint}' IS NOT NULL) a;

-- Figures of ads, of growth, of sales; some of them cannot be.
CREATE TABLE figures AS
SELECT n, round((drawn(n, 'spend') * 10 ^ (n % 9))::numeric, (n % 4)::int) AS spend,
  one_of(n, 'orders', '{0,1,3,5,9,20,41,300,NULL,-1}'::int[]) AS orders,
  round((drawn(n, 'revenue') * 10 ^ (n % 9))::numeric, (n % 3)::int) AS revenue,
  one_of(n, 'leads', '{0,10,50,400,5000,NULL}'::int[]) AS leads,
  one_of(n, 'ratio', '{0.3,0.45,0.5000,0,1,1.2,NULL,NaN}'::numeric[]) AS ratio,
  one_of(n, 'margin', '{0,0.1,0.25,NULL}'::numeric[]) AS margin,
  one_of(n, 'age', '{1,2,3,10,NULL}'::int[]) AS age,
  one_of(n, 'marginal', '{1.5,2.5,0.4,NULL}'::numeric[]) AS marginal,
  one_of(n, 'impressions', '{0,100,4000,90000,5000000000,NULL}'::bigint[]) AS impressions,
  one_of(n, 'clicks', '{0,1,40,900,NULL}'::bigint[]) AS clicks,
  one_of(n, 'aov', '{250000,12.50,NULL,NULL,1e30}'::numeric[]) AS aov,
  one_of(n, 'elasticity', '{0.7,0.5,1,0.31,NULL,0,2}'::numeric[]) AS elasticity
FROM generate_series(1, 2000) n;

INSERT INTO calls (name, arguments, expected)
SELECT 'adDecision', jsonb_build_object('spend', spend::text, 'orders', orders, 'revenue', revenue::text,
    'leads', leads, 'cogs_ratio', ratio::text, 'desired_net_margin', margin::text, 'age_days', age,
    'marginal_roas', marginal::text, 'impressions', impressions, 'clicks', clicks, 'aov', aov::text),
  answer(format('SELECT concat_ws(''|'', decision, early_kill_signals, evidence)
                 FROM upkeep.ad_decision(%L, %L, %L, %L, %L, %L, %L, %L, %L, %L, %L)',
    spend, orders, revenue, leads, ratio, margin, age, marginal, impressions, clicks, aov))
FROM figures;

INSERT INTO calls (name, arguments, expected)
SELECT 'simulateGrowth', jsonb_build_object('target_revenue', target::text, 'revenue', revenue::text,
    'ad_spend', spend::text, 'leads', leads, 'orders', orders, 'cogs_ratio', ratio::text,
    'elasticity', elasticity::text, 'max_observed_spend', spend::text),
  answer(format('SELECT string_agg(concat_ws(''|'', model, ad_spend, leads, orders, revenue, net_profit, marginal_roas,
                   feasibility_level, assumptions), E''\n'')
                 FROM upkeep.simulate_growth(%L, %L, %L, %L, %L, %L, %L, %L)',
    target, revenue, spend, leads, orders, ratio, elasticity, spend))
FROM figures, LATERAL (SELECT round(revenue * (0.5 + 2 * drawn(n, 'target'))::numeric, (n % 3)::int) AS target) t;

INSERT INTO calls (name, arguments, expected)
SELECT 'unitEconomics', jsonb_build_object('sell_price', revenue::text, 'cogs', spend::text,
    'variable_cost_share', margin::text),
  answer(format('SELECT concat_ws(''|'', unit_margin, margin_ratio, break_even_roas, break_even_cpo)
                 FROM upkeep.unit_economics(%L, %L, %L)', revenue, spend, margin))
FROM figures;

INSERT INTO calls (name, arguments, expected)
SELECT 'fitElasticity', jsonb_build_object('points', jsonb_agg(jsonb_build_object('spend', spend::text,
    'revenue', revenue::text) ORDER BY n)), upkeep.fit_elasticity(spend, revenue ORDER BY n)::text
FROM figures GROUP BY n % 100;

INSERT INTO calls (name, arguments, expected)
SELECT 'weekLabel', to_jsonb(day), upkeep.week_label(day)
FROM (SELECT date '0001-01-01' + (drawn(n, 'day') * 3000000)::int AS day FROM generate_series(1, 500) n) d;

INSERT INTO calls (name, arguments, expected)
SELECT 'weekStart', jsonb_build_object('day', day, 'settings', settings::text),
  answer(format('SELECT upkeep.week_start(%L, %L)', day, settings))
FROM generate_series(1, 100) n, LATERAL (
  SELECT date '2026-11-01' + n::int AS day, one_of(n, 'first', ARRAY[jsonb '{}', '{"week_start_day": 7}',
    '{"week_start_day": "sunday"}', '{"week_start_day": null}', '{"week_start_day": "someday"}',
    '{"week_start_day": 8}']) AS settings) d;

INSERT INTO calls (name, arguments, expected)
SELECT 'shopToday', jsonb_build_object('settings', settings::text, 'now', now()),
  answer(format('SELECT upkeep.shop_today(%L)', settings))
FROM unnest(ARRAY[jsonb '{"timezone": "Asia/Ho_Chi_Minh"}', '{"timezone": "Pacific/Kiritimati"}',
  '{"timezone": "Pacific/Pago_Pago"}', '{"timezone": "Europe/London"}', '{"timezone": "nowhere"}']) settings;

INSERT INTO calls (name, arguments, expected)
SELECT 'explainChange', jsonb_build_object('before', before::text, 'after', after::text),
  answer(format('SELECT string_agg(driver || ''|'' || amount, '' '') FROM upkeep.explain_change(%L, %L)',
    before, after))
FROM (SELECT jsonb_strip_nulls(jsonb_build_object('leads', a.leads, 'orders', a.orders, 'revenue', a.revenue,
          'ad_spend', CASE WHEN a.n % 3 > 0 THEN a.spend END,
          'cogs_ratio', CASE WHEN a.n % 3 > 0 THEN coalesce(nullif(a.ratio, 'NaN'), 0.25) END)) AS before,
        jsonb_strip_nulls(jsonb_build_object('leads', b.leads, 'orders', b.orders, 'revenue', b.revenue,
          'ad_spend', CASE WHEN a.n % 3 > 0 THEN b.spend::text END,
          'cogs_ratio', CASE WHEN a.n % 3 > 0 AND a.n % 100 > 0 THEN '0.5' END)) AS after
      FROM figures a JOIN figures b ON b.n = a.n + 1) f;

-- What goal_pace reads.
CREATE TABLE daily_records AS SELECT shop AS shop_id, record_date, revenue, revenue * 0.3 - ad_spend AS net_profit
  FROM days WHERE shop <= 400 AND shop > 20;
CREATE TABLE shop_settings AS SELECT shop AS shop_id, settings ->> 'week_start_day' AS week_start_day,
    CASE WHEN settings -> 'closed_weekdays' = '[6, 7]' THEN '{6,7}'::int[] END AS closed_weekdays
  FROM shops WHERE shop <= 400 AND shop > 20;
CREATE TABLE shop_events AS SELECT shop AS shop_id, (e ->> 'starts_on')::date AS starts_on,
    (e ->> 'ends_on')::date AS ends_on, e ->> 'kind' AS kind, e ->> 'name' AS name
  FROM shops, jsonb_array_elements(settings -> 'events') e WHERE shop <= 400 AND shop > 20;
CREATE TABLE monthly_goals AS SELECT shop AS shop_id, date '2026-11-01' AS month,
    (settings ->> 'revenue_target')::numeric AS revenue_target, (settings ->> 'profit_target')::numeric AS profit_target
  FROM shops WHERE shop <= 400 AND shop > 20;

INSERT INTO calls (name, arguments, expected)
SELECT 'goalPace', jsonb_build_object('month', '2026-11-11', 'today', today, 'goals', to_jsonb(g), 'days', d.days,
    'settings', to_jsonb(s) || jsonb_build_object('events', e.events)),
  answer(format('SELECT string_agg(concat_ws(''|'', metric, target, so_far, projected, pace, required, days_missing),
                   E''\n'')
                 FROM upkeep.goal_pace(%L, ''2026-11-11'', %L, ''wasm.daily_records'', ''wasm.monthly_goals'')',
    s.shop_id, today))
FROM shop_settings s JOIN monthly_goals g USING (shop_id),
  LATERAL (SELECT date '2026-11-16' + s.shop_id % 14 AS today) t,
  LATERAL (SELECT jsonb_agg(e) AS events FROM shop_events e WHERE e.shop_id = s.shop_id) e,
  LATERAL (SELECT jsonb_agg(jsonb_build_object('record_date', record_date, 'revenue', revenue::text,
             'net_profit', net_profit::text)) AS days
           FROM daily_records d WHERE d.shop_id = s.shop_id AND record_date < today) d;

-- Shops as an application keeps them, with events and goals, and what a weekly run says of them.
SELECT upkeep.create_analytics('shops');
SET search_path = shops, wasm, pg_catalog;
SELECT upkeep.seed_analytics('shops', today => '2026-11-17');
DELETE FROM ad_decisions;
INSERT INTO shop_events (shop_id, starts_on, ends_on, name, kind)
SELECT CASE WHEN row_number() OVER (ORDER BY id) > 1 THEN id END, date '2026-10-20', date '2026-10-21', 'Sale',
  'promotion' FROM shops ORDER BY id LIMIT 3;
CALL upkeep.run_weekly_diagnostics('2026-11-02', today => '2026-11-17');
UPDATE shop_settings SET cogs_ratio = 0.41;
CALL upkeep.run_weekly_diagnostics('2026-11-09', today => '2026-11-17');
