SET search_path = analytics, public;
-- Each shop has its settings: goods cost 40 % of what they sell for.
INSERT INTO users (email) VALUES ('owner@example.com');
INSERT INTO shops (owner_id, name, currency)
  SELECT users.id, shop, CASE WHEN min(record_date) < '2022-01-01' THEN 'INR' ELSE 'VND' END
  FROM users, input GROUP BY users.id, shop;
INSERT INTO shop_settings (shop_id, cogs_ratio) SELECT id, 0.4 FROM shops;
INSERT INTO daily_records (shop_id, record_date, orders, revenue, ad_spend, leads)
  SELECT s.id, i.record_date, i.orders, i.revenue, i.ad_spend, i.leads FROM input i JOIN shops s ON s.name = i.shop;

-- Every closed week, as if each Monday had come; the last one twice, which writes nothing.
SET client_min_messages = warning;
SELECT format('CALL upkeep.run_weekly_diagnostics(%L, today => %L)', w::date, w::date + 7)
  FROM (SELECT generate_series(min(record_date), max(record_date), interval '7 days') AS w FROM input) weeks \gexec
RESET client_min_messages;

\echo
\echo 'Every week that was diagnosed:'
SELECT week_label AS week, count(*) AS shops, sum(jsonb_array_length(issues)) AS issues,
       count(*) FILTER (WHERE issues @> '[{"severity": "critical"}]') AS "shops with a critical one"
FROM weekly_diagnostics GROUP BY week_label ORDER BY week_label;

\echo 'What the last one found:'
SELECT s.name AS shop, coalesce(string_agg(i ->> 'code', ', '
  ORDER BY n) FILTER (WHERE i ->> 'baseline_state' <> 'absent'), 'nothing') AS issues
FROM weekly_diagnostics w JOIN shops s ON s.id = w.shop_id
LEFT JOIN LATERAL jsonb_array_elements(w.issues) WITH ORDINALITY x (i, n) ON true
WHERE w.week_start = (SELECT max(week_start) FROM weekly_diagnostics) GROUP BY s.name ORDER BY s.name;

-- The week whose fired issues cost most; of the shop of all campaigns where there is one.
CREATE VIEW public.worst AS
SELECT to_jsonb(w) || jsonb_build_object('shop_name', s.name) AS diagnosis
FROM analytics.weekly_diagnostics w JOIN analytics.shops s ON s.id = w.shop_id,
  LATERAL (SELECT coalesce(max((i ->> 'impact')::numeric), 0) AS impact FROM jsonb_array_elements(w.issues) i
    WHERE i ->> 'baseline_state' <> 'absent') x
ORDER BY s.name = 'All campaigns' DESC, impact DESC, week_start LIMIT 1;
\echo 'The worst of them:'
\echo
\pset tuples_only on
\pset format unaligned
SELECT upkeep.weekly_report(diagnosis) FROM public.worst;
