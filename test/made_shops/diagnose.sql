-- The made shops are diagnosed week by week, as if each Monday had come, and what was found is compared.
SET client_min_messages = warning;
SELECT upkeep.create_analytics('made_shops') \g /dev/null
INSERT INTO shops (name, currency) SELECT shop, 'VND' FROM made;
INSERT INTO shop_settings (shop_id, cogs_ratio, closed_weekdays, target_roas, target_cpa)
  SELECT id, CASE WHEN name <> 'Without COGS' THEN 0.45 END, CASE WHEN name = 'No weekends' THEN ARRAY[6, 7] END,
    CASE WHEN name = 'Ambitious' THEN 8 END, CASE WHEN name = 'Ads alone' THEN 200000 END FROM shops;
ALTER TABLE daily_records ADD COLUMN IF NOT EXISTS refunds bigint;
INSERT INTO daily_records (shop_id, record_date, orders, revenue, ad_spend, leads, refunds)
  SELECT s.id, d.day, d.orders, d.revenue, d.spend, d.leads, d.refunds FROM days d JOIN shops s ON s.name = d.shop;
INSERT INTO shop_events (shop_id, starts_on, ends_on, name, kind)
  SELECT s.id, monday() + e.first, monday() + e.last, e.name, e.kind
  FROM (VALUES ('Holiday', 0, 6, 'Tet', 'holiday'), ('After a holiday', -21, -15, 'Tet', 'holiday'),
    ('Promotion', 0, 6, 'Sale', 'promotion'), ('Stocktaking', 2, 3, 'Stocktaking', 'closed'),
    ('Known outage', 2, 3, 'Pixel broken', 'outage')) e(shop, first, last, name, kind) JOIN shops s ON s.name = e.shop;
INSERT INTO monthly_goals (shop_id, month, revenue_target)
  SELECT id, '2026-11-01', 960000000 FROM shops WHERE name = 'Behind its goal';

SELECT format('CALL upkeep.run_weekly_diagnostics(%L, today => %L)', monday() - 7 * w, monday() - 7 * w + 7)
  FROM generate_series(8, 1, -1) w \gexec
UPDATE shop_settings SET cogs_ratio = 0.53 WHERE shop_id = (SELECT id FROM shops WHERE name = 'Dearer goods');
CALL upkeep.run_weekly_diagnostics(monday(), today => monday() + 7);
RESET client_min_messages;

CREATE VIEW found AS
  SELECT s.name AS shop, i ->> 'code' AS code, i ->> 'severity' AS severity, r.basis, i
  FROM weekly_diagnostics w JOIN shops s ON s.id = w.shop_id, jsonb_array_elements(w.issues) i
    JOIN upkeep.rules r ON r.code = i ->> 'code'
  WHERE w.week_start = monday() AND i ->> 'baseline_state' <> 'absent';
-- A row for each shop: what was found, and of it what is missing and what is too much.
CREATE VIEW compared AS
  SELECT m.shop, m.what, m.must,
    (SELECT string_agg(code, ', ' ORDER BY code) FROM found f WHERE f.shop = m.shop) AS found,
    (SELECT string_agg(wanted, ', ' ORDER BY wanted) FROM unnest(m.must) wanted
      WHERE NOT EXISTS (SELECT FROM found f WHERE f.shop = m.shop AND f.code = split_part(wanted, ':', 1)
        AND split_part(wanted, ':', 2) IN ('', f.severity))) AS missed,
    (SELECT string_agg(code, ', ' ORDER BY code) FROM found f WHERE f.shop = m.shop
      AND code NOT IN (SELECT split_part(wanted, ':', 1) FROM unnest(m.must) wanted)
      AND (code = ANY (m.must_not) OR 'any' = ANY (m.must_not) OR ('trend' = ANY (m.must_not) AND basis = 'trend')))
      AS wrong
  FROM made m;
-- Of a rule that events keep quiet, and of weeks that are compared with nothing.
CREATE VIEW kept_quiet AS
  SELECT s.name AS shop, count(*) FILTER (WHERE r.value ->> 'by' = 'event') AS by_event, count(*) AS trend
  FROM weekly_diagnostics w JOIN shops s ON s.id = w.shop_id, jsonb_each(w.rules) r
    JOIN upkeep.rules d ON d.code = r.key
  WHERE w.week_start = monday() AND d.basis = 'trend' GROUP BY s.name;
CREATE VIEW set_aside AS
  SELECT s.name AS shop, string_agg(concat_ws(' ', x.value ->> 'week', x.value ->> 'reason'), ', ') AS weeks
  FROM weekly_diagnostics w JOIN shops s ON s.id = w.shop_id,
    jsonb_array_elements(w.facts -> 'comparison' -> 'weeks_set_aside') x
  WHERE w.week_start = monday() GROUP BY s.name;
