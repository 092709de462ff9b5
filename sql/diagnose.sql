-- upkeep.diagnose: facts, baselines, rules and what they say.
\pset format unaligned
\pset tuples_only on
CREATE SCHEMA diagnose;
SET search_path = diagnose, pg_catalog;

-- A week's sums over its seven days, the rest on the first ones.
CREATE FUNCTION days(first date, orders int, revenue bigint, ad_spend bigint, leads int)
  RETURNS TABLE (record_date date, orders int, revenue bigint, ad_spend bigint, leads int) LANGUAGE sql AS
$$ SELECT first + i, $2 / 7 + (i < $2 % 7)::int, $3 / 7 + (i < $3 % 7)::int, $4 / 7 + (i < $4 % 7)::int,
     $5 / 7 + (i < $5 % 7)::int
   FROM generate_series(0, 6) i $$;

-- The week of 9 November 2026 behind `weeks` equal ones; settings of before and now.
CREATE FUNCTION weeks_before(weeks int, orders int, revenue bigint, ad_spend bigint, leads int)
  RETURNS TABLE (record_date date, orders int, revenue bigint, ad_spend bigint, leads int) LANGUAGE sql AS
$$ SELECT d.* FROM generate_series(1, weeks) w, days(date '2026-11-09' - 7 * w, $2, $3, $4, $5) d $$;
CREATE TABLE week (record_date date, orders int, revenue bigint, ad_spend bigint, leads int, settings jsonb);
CREATE FUNCTION fill(weeks int, before bigint[], now bigint[], settings jsonb DEFAULT '{"cogs_ratio": 0.45}',
  settings_before jsonb DEFAULT NULL)
  RETURNS void LANGUAGE sql AS
$$ DELETE FROM week;
   INSERT INTO week SELECT *, coalesce(settings_before, settings)
     FROM weeks_before(weeks, before[1]::int, before[2], before[3], before[4]::int);
   INSERT INTO week SELECT *, settings FROM days('2026-11-09', now[1]::int, now[2], now[3], now[4]::int) $$;
CREATE FUNCTION document(today date DEFAULT '2026-11-16') RETURNS jsonb LANGUAGE sql AS
$$ SELECT upkeep.diagnose(record_date, orders, revenue, ad_spend, leads, '2026-11-09', settings, today) FROM week $$;
CREATE FUNCTION issues(today date DEFAULT '2026-11-16') RETURNS SETOF text LANGUAGE sql AS
$$ SELECT format('%s %s %s=%s, expected %s, delta %s (%s %%), impact %s, %s confidence', i ->> 'code',
                 i ->> 'severity', i ->> 'metric',
                 i ->> 'observed', i ->> 'expected', i ->> 'delta_abs', i ->> 'delta_pct', i ->> 'impact',
                 i ->> 'confidence')
   FROM jsonb_array_elements(document(today) -> 'issues') i $$;
CREATE FUNCTION says(code text, today date DEFAULT '2026-11-16') RETURNS jsonb LANGUAGE sql AS
$$ SELECT document(today) -> 'rules' -> code $$;

-- the golden week
SELECT fill(4, '{40,16000000,4000000,400}', '{36,13500000,5760000,480}', '{"cogs_ratio": 0.48}',
  '{"cogs_ratio": 0.45}');
SELECT * FROM issues();
SELECT key, value FROM jsonb_each(document() -> 'rules') ORDER BY key COLLATE "C";
SELECT i ->> 'code', jsonb_path_query_array(i -> 'drivers', '$[*].amount')
  FROM jsonb_array_elements(document() -> 'issues') i WHERE i -> 'drivers' <> 'null';
SELECT jsonb_pretty(document() -> 'issues' -> 1);
SELECT jsonb_pretty(document() -> 'facts' #- '{days}' #- '{weeks}');
SELECT document() ->> 'week_label', document() ->> 'state', document() ->> 'input_digest' ~ '^[0-9a-f]{64}$';

-- every key is there, whatever the rule
SELECT DISTINCT string_agg(key, ' ' ORDER BY key COLLATE "C")
  FROM jsonb_array_elements(document() -> 'issues') i, jsonb_object_keys(i) key GROUP BY i;

-- a missing day is dropped from both weeks
DELETE FROM week;
INSERT INTO week SELECT date '2026-11-01' + d::int, 10, 1000000 * ('{2,2,2,2,3,5,4}'::int[])[d], 100000, 50,
  '{"cogs_ratio": 0.4}' FROM generate_series(1, 7) d;
INSERT INTO week SELECT date '2026-11-08' + d::int, 10, 1000000 * ('{2,2,2,2,3,NULL,4}'::int[])[d], 100000, 50,
  '{"cogs_ratio": 0.4}' FROM generate_series(1, 7) d WHERE d <> 6;
SELECT says('REV_DROP');
SELECT * FROM issues();
-- one with NULL is missing too
INSERT INTO week VALUES ('2026-11-14', 10, NULL, 100000, 50, '{"cogs_ratio": 0.4}');
SELECT says('REV_DROP'), says('DATA_MISSING'), document() -> 'facts' -> 'missing_days';
-- what is left is compared, with little confidence
UPDATE week SET revenue = revenue / 2 WHERE record_date >= '2026-11-09';
SELECT says('REV_DROP'), says('NP_DROP'), says('DATA_MISSING');

-- what four weeks vary by
CREATE FUNCTION with_revenue(VARIADIC millions numeric[]) RETURNS jsonb LANGUAGE plpgsql AS $$
BEGIN
  DELETE FROM week;
  INSERT INTO week SELECT d.*, '{"cogs_ratio": 0.4}' FROM generate_subscripts(millions, 1) w,
    days(date '2026-11-09' - 7 * (array_length(millions, 1) - w), 420, (1000000 * millions[w])::bigint, 700000, 4200) d;
  RETURN says('REV_DROP');
END $$;
SELECT with_revenue(20, 21, 19, 20, 18), with_revenue(20, 21, 19, 20, 16), with_revenue(20, 20, 20, 20, 19);
SELECT with_revenue(20, 21, 19, 20, 16.5), with_revenue(10, 30, 10, 30, 12), with_revenue(20, 16), with_revenue(20, 13),
  with_revenue(13);
-- exactly at the threshold
SELECT with_revenue(20, 20, 20, 20, 20, 20, 20, 20, 17), with_revenue(20, 20, 20, 20, 20, 20, 20, 20, 17.000001);
-- a week with a gap is no baseline
SELECT with_revenue(20, 20, 20, 20, 10);
DELETE FROM week WHERE record_date = '2026-10-21';
SELECT * FROM issues();

-- every rule fires, at each of its severities
CREATE FUNCTION fires(rule text) RETURNS text LANGUAGE sql AS
$$ SELECT coalesce((SELECT format('%s %s impact %s observed %s expected %s: %s', i ->> 'code', i ->> 'severity',
                      i ->> 'impact', i ->> 'observed', i ->> 'expected', i -> 'message' ->> 'en')
                    FROM jsonb_array_elements(document() -> 'issues') i
                    WHERE i ->> 'code' = rule), rule || ' ' || says(rule)::text) $$;
CREATE TABLE cases (number serial, rule text, weeks int, before bigint[], now bigint[], settings jsonb,
  settings_before jsonb);
INSERT INTO cases (rule, weeks, before, now, settings, settings_before) VALUES
  ('NP_NEGATIVE', 8, '{40,16000000,4000000,400}', '{40,16000000,9000000,400}',
    '{"cogs_ratio": 0.45, "currency": "VND"}', NULL),
  ('NP_NEGATIVE', 8, '{40,16000000,4000000,400}', '{40,16000000,8800000,400}',
    '{"cogs_ratio": 0.45, "currency": "VND"}', NULL),
  ('NP_NEGATIVE', 8, '{40,16000000,4000000,400}', '{40,16000000,8900000,400}',
    '{"cogs_ratio": 0.45, "currency": "VND"}', NULL),
  ('NP_DROP', 8, '{420,16000000,4000000,4200}', '{420,16000000,5200000,4200}',
    '{"cogs_ratio": 0.45, "currency": "VND"}', NULL),
  ('NP_DROP', 8, '{420,16000000,4000000,4200}', '{420,16000000,6000000,4200}',
    '{"cogs_ratio": 0.45, "currency": "VND"}', NULL),
  ('REV_DROP', 8, '{420,16000000,4000000,4200}', '{420,13600000,4000000,4200}',
    '{"cogs_ratio": 0.45, "currency": "VND"}', NULL),
  ('REV_DROP', 8, '{420,16000000,4000000,4200}', '{420,11200000,4000000,4200}',
    '{"cogs_ratio": 0.45, "currency": "VND"}', NULL),
  ('REV_DROP', 8, '{420,16000000,4000000,4200}', '{420,11200000,4000000,4200}', '{"currency": "VND"}', NULL),
  ('ROAS_BELOW_BREAK_EVEN', 8, '{40,16000000,4000000,400}', '{40,16000000,8500000,400}',
    '{"cogs_ratio": 0.45, "currency": "VND"}', NULL),
  ('ROAS_BELOW_BREAK_EVEN', 8, '{40,16000000,4000000,400}', '{40,16000000,9600000,400}',
    '{"cogs_ratio": 0.45, "currency": "VND"}', NULL),
  ('ROAS_BELOW_BREAK_EVEN', 8, '{40,16000000,4000000,400}', '{40,16000000,8000000,400}',
    '{"cogs_ratio": 0.45, "currency": "VND"}', NULL),
  ('ROAS_BELOW_TARGET', 8, '{40,16000000,4000000,400}', '{40,16000000,4000000,400}',
    '{"cogs_ratio": 0.45, "target_roas": 4.5}', NULL),
  ('ROAS_BELOW_TARGET', 8, '{40,16000000,4000000,400}', '{40,16000000,4000000,400}',
    '{"cogs_ratio": 0.45, "target_roas": "5.5"}', NULL),
  ('ROAS_BELOW_TARGET', 8, '{40,16000000,4000000,400}', '{40,16000000,4000000,400}',
    '{"cogs_ratio": 0.45, "target_roas": 4}', NULL),
  ('ROAS_BELOW_TARGET', 8, '{40,16000000,4000000,400}', '{40,16000000,9600000,400}',
    '{"cogs_ratio": 0.45, "target_roas": 4}', NULL),
  ('MARGINAL_ROAS_LOW', 8, '{40,16000000,4000000,400}', '{44,17000000,5000000,480}',
    '{"cogs_ratio": 0.45, "currency": "VND"}', NULL),
  ('MARGINAL_ROAS_LOW', 8, '{40,16000000,4000000,400}', '{40,16000000,5000000,480}',
    '{"cogs_ratio": 0.45, "currency": "VND"}', NULL),
  ('MARGINAL_ROAS_LOW', 8, '{40,16000000,4000000,400}', '{60,20000000,5000000,480}',
    '{"cogs_ratio": 0.45, "currency": "VND"}', NULL),
  ('CPL_SPIKE', 8, '{40,16000000,4000000,400}', '{40,16000000,5000000,400}',
    '{"cogs_ratio": 0.45, "currency": "VND"}', NULL),
  ('CPL_SPIKE', 8, '{40,16000000,4000000,400}', '{40,16000000,6000000,400}',
    '{"cogs_ratio": 0.45, "currency": "VND"}', NULL),
  ('CPL_SPIKE', 8, '{40,16000000,4000000,400}', '{20,8000000,6000000,29}',
    '{"cogs_ratio": 0.45, "currency": "VND"}', NULL),
  ('CVR_DROP', 8, '{100,16000000,4000000,400}', '{75,12000000,4000000,400}',
    '{"cogs_ratio": 0.45, "currency": "VND"}', NULL),
  ('CVR_DROP', 8, '{100,16000000,4000000,400}', '{60,10000000,4000000,400}',
    '{"cogs_ratio": 0.45, "currency": "VND"}', NULL),
  ('CVR_DROP', 8, '{9,16000000,4000000,400}', '{7,16000000,4000000,400}',
    '{"cogs_ratio": 0.45, "currency": "VND"}', NULL),
  ('AOV_DROP', 8, '{420,16000000,4000000,4200}', '{420,14000000,4000000,4200}',
    '{"cogs_ratio": 0.45, "currency": "VND"}', NULL),
  ('AOV_DROP', 8, '{420,16000000,4000000,4200}', '{420,12000000,4000000,4200}',
    '{"cogs_ratio": 0.45, "currency": "VND"}', NULL),
  ('AOV_DROP', 8, '{420,16000000,4000000,4200}', '{19,4000000,4000000,4200}',
    '{"cogs_ratio": 0.45, "currency": "VND"}', NULL),
  ('LEADS_DROP', 8, '{40,16000000,4000000,400}', '{30,12000000,3500000,300}',
    '{"cogs_ratio": 0.45, "currency": "VND"}', NULL),
  ('LEADS_DROP', 8, '{40,16000000,4000000,400}', '{20,8000000,4000000,200}',
    '{"cogs_ratio": 0.45, "currency": "VND"}', NULL),
  ('SPEND_NO_ORDERS', 8, '{40,16000000,4000000,400}', '{0,0,250000,40}',
    '{"cogs_ratio": 0.45, "currency": "VND"}', NULL),
  ('SPEND_NO_ORDERS', 8, '{40,16000000,4000000,400}', '{0,0,400000,40}',
    '{"cogs_ratio": 0.45, "currency": "VND", "target_cpa": 110000}', NULL),
  ('SPEND_NO_ORDERS', 0, '{0,0,0,0}', '{0,0,400000,40}', '{"cogs_ratio": 0.45, "currency": "VND"}', NULL),
  ('SPEND_NO_LEADS', 8, '{40,16000000,4000000,400}', '{40,14000000,4000000,6}',
    '{"cogs_ratio": 0.45, "currency": "VND"}', NULL),
  ('SPEND_NO_LEADS', 8, '{40,16000000,4000000,400}', '{40,14000000,4000000,4}',
    '{"cogs_ratio": 0.45, "currency": "VND"}', NULL),
  ('AD_RATIO_HIGH', 8, '{40,16000000,4000000,400}', '{40,16000000,5200000,400}',
    '{"cogs_ratio": 0.45, "currency": "VND"}', NULL),
  ('AD_RATIO_HIGH', 8, '{40,16000000,4000000,400}', '{40,16000000,9000000,400}',
    '{"cogs_ratio": 0.45, "currency": "VND"}', NULL),
  ('AD_RATIO_HIGH', 8, '{40,16000000,4000000,400}', '{40,16000000,9000000,400}', '{"cogs_ratio": 0.45, '
      '"currency": "VND", "roas_below_break_even_warning": 0.5, "roas_below_break_even_critical": 0.5}', NULL),
  ('MARGIN_EROSION', 8, '{40,16000000,4000000,400}', '{40,16000000,4000000,400}', '{"cogs_ratio": 0.48}',
    '{"cogs_ratio": 0.45}'),
  ('MARGIN_EROSION', 8, '{40,16000000,4000000,400}', '{40,16000000,4000000,400}', '{"cogs_ratio": 0.51}',
    '{"cogs_ratio": 0.45}'),
  ('MARGIN_EROSION', 8, '{40,16000000,4000000,400}', '{40,16000000,4000000,400}',
    '{"cogs_ratio": 0.51, "cogs_ratios": {"2026-10-26": 0.45, "2026-11-02": 0.43}}', NULL),
  ('COGS_UNSET', 8, '{40,16000000,4000000,400}', '{40,16000000,4000000,400}', '{}', NULL),
  ('COGS_UNSET', 8, '{40,16000000,4000000,400}', '{40,16000000,4000000,400}', '{"cogs_ratio": 40}', NULL),
  ('COGS_UNSET', 8, '{40,16000000,4000000,400}', '{40,16000000,4000000,400}', '{"cogs_ratio": 0}', NULL),
  ('DATA_SUSPECT', 8, '{40,16000000,4000000,400}', '{40,16000,4000000,400}', '{"cogs_ratio": 0.45}', NULL),
  ('DATA_SUSPECT', 8, '{40,16000000,4000000,400}', '{40,16000000,4000000,20}', '{"cogs_ratio": 0.45}', NULL),
  ('DATA_SUSPECT', 8, '{40,16000000,4000000,400}', '{3,16000000,4000000,400}', '{"cogs_ratio": 0.45}', NULL),
  ('DATA_SUSPECT', 8, '{40,16000000,4000000,400}', '{40,16000000,-700,400}', '{"cogs_ratio": 0.45}', NULL),
  ('GOAL_OFF_PACE', 8, '{40,16000000,4000000,400}', '{40,16000000,4000000,400}',
    '{"cogs_ratio": 0.45, "revenue_target": 74000000, "currency": "VND"}', NULL),
  ('GOAL_OFF_PACE', 8, '{40,16000000,4000000,400}', '{40,16000000,4000000,400}',
    '{"cogs_ratio": 0.45, "revenue_target": 74000000, "profit_target": 30000000, "currency": "VND"}', NULL),
  ('GOAL_OFF_PACE', 8, '{40,16000000,4000000,400}', '{40,16000000,4000000,400}',
    '{"cogs_ratio": 0.45, "revenue_target": 68000000, "currency": "VND"}', NULL);
CREATE FUNCTION try(number int) RETURNS text LANGUAGE sql AS
$$ SELECT fill(weeks, before, now, settings, settings_before) FROM cases WHERE cases.number = $1;
   SELECT fires(rule) FROM cases WHERE cases.number = $1 $$;
SELECT try(number) FROM cases ORDER BY number;

-- missing days
SELECT fill(8, '{40,16000000,4000000,400}', '{40,16000000,4000000,400}');
DELETE FROM week WHERE record_date = '2026-11-12';
SELECT fires('DATA_MISSING');
DELETE FROM week WHERE record_date IN ('2026-11-10', '2026-11-13');
SELECT fires('DATA_MISSING');
DELETE FROM week WHERE record_date >= '2026-11-09';
SELECT fires('DATA_MISSING'), says('NP_DROP'), says('COGS_UNSET');
-- one day with half of the revenue: more orders than chance gives it, as many as ever, and too few to tell
SELECT fill(8, '{420,16000000,4000000,4200}', '{420,16000000,4000000,4200}');
UPDATE week SET revenue = 20000000, orders = 300 WHERE record_date = '2026-11-12';
SELECT fires('DAY_CONCENTRATION');
UPDATE week SET orders = 60 WHERE record_date = '2026-11-12';
SELECT fires('DAY_CONCENTRATION');
UPDATE week SET orders = 2;
SELECT fires('DAY_CONCENTRATION');

-- a streak, and those within what weeks vary by
SELECT with_revenue(20, 20, 20, 20, 20, 20, 19, 18, 17);
SELECT fires('PROFIT_STREAK');
SELECT with_revenue(20, 20, 19, 18, 17);
SELECT fires('PROFIT_STREAK');
SELECT with_revenue(22, 21, 20, 19, 18, 17);
SELECT fires('PROFIT_STREAK');
SELECT with_revenue(22, 21, 20);
SELECT fires('PROFIT_STREAK');
SELECT with_revenue(20, 22, 21);
SELECT fires('PROFIT_STREAK');

-- a week that is still open: complete days only, against the same weekdays
SELECT fill(8, '{420,16000000,4000000,4200}', '{420,8000000,4000000,4200}');
SELECT document('2026-11-13') ->> 'state', document('2026-11-13') -> 'facts' -> 'days_expected',
  says('REV_DROP', '2026-11-13'), says('DATA_MISSING', '2026-11-13');
SELECT * FROM issues('2026-11-13');
SELECT says('REV_DROP', '2026-11-12'), says('REV_DROP', '2026-11-09'), says('NP_NEGATIVE', '2026-11-09');
SELECT says('REV_DROP', '2026-11-08'), document('2026-11-08') ->> 'state',
  document('2026-11-08') -> 'facts' ->> 'invalid';

-- weeks
SELECT upkeep.week_label('2024-12-30'), upkeep.week_label(upkeep.week_start('2027-01-01')),
  upkeep.week_start('2026-11-18', '{"week_start_day": 7}');
SELECT upkeep.diagnose(d::date, 1, 100, 10, 5, '2026-11-15', '{"week_start_day": "Sunday"}',
  '2026-11-22') ->> 'week_label' FROM generate_series(date '2026-11-15', '2026-11-21', '1 day') d;

-- thresholds of the shop
SELECT fill(8, '{420,16000000,4000000,4200}', '{420,13760000,4000000,4200}',
  '{"cogs_ratio": 0.45, "rev_drop_warning": 0.1}');
SELECT fires('REV_DROP'), jsonb_path_query(document(), '$.issues[*] ? (@.code == "REV_DROP").threshold');
UPDATE week SET settings = '{"cogs_ratio": 0.45, "thresholds": {"REV_DROP": {"critical": "0.10"}}}';
SELECT fires('REV_DROP');
UPDATE week
  SET settings = '{"cogs_ratio": 0.45, "thresholds": {"REV_DROP": {"critical": "0.10"}}, "min_impact": 1232001}';
SELECT fires('REV_DROP');
UPDATE week
  SET settings = '{"cogs_ratio": 0.45, "thresholds": {"REV_DROP": {"critical": "0.10"}}, "min_impact": 1232000}';
SELECT fires('REV_DROP');

-- a shop without leads is one, and says so
UPDATE week SET leads = NULL;
SELECT says('LEADS_DROP'), says('CVR_DROP'), says('REV_DROP');

-- the same whatever the order, in parallel, and in numeric
CREATE TABLE many (shop int, record_date date, orders int, revenue bigint, ad_spend bigint, leads int, settings jsonb);
INSERT INTO many SELECT s, date '2026-09-07' + d, h % 9, (h % 7 + 1) * 100000, h % 5 * 20000, h % 30,
    jsonb_build_object('shop_id', s, 'cogs_ratio', CASE
      WHEN d < 30 THEN 0.4 ELSE 0.4 + s % 4 * 0.05 END, 'target_roas', 3, 'currency', 'VND')
  FROM generate_series(1, 60) s, generate_series(0, 75) d,
    LATERAL (SELECT ('x' || substr(md5(s || ' ' || d), 1, 6))::bit(24)::int AS h) x WHERE h % 50 <> 7;
CREATE TABLE forwards AS SELECT shop,
  upkeep.diagnose(record_date, orders, revenue, ad_spend, leads, '2026-11-09', settings, '2026-11-16') AS d
  FROM (SELECT * FROM many ORDER BY shop, record_date) m GROUP BY shop;
CREATE TABLE backwards AS SELECT shop, upkeep.diagnose(record_date, orders, revenue, ad_spend, leads, '2026-11-09',
  settings, '2026-11-16' ORDER BY md5(record_date::text)) AS d FROM many GROUP BY shop;
SELECT count(*), count(*) FILTER (WHERE f.d = b.d), sum(jsonb_array_length(f.d -> 'issues')) > 50 FROM forwards f
  JOIN backwards b USING (shop);
SET parallel_setup_cost = 0; SET parallel_tuple_cost = 0; SET min_parallel_table_scan_size = 0;
SET max_parallel_workers_per_gather = 2;
ALTER TABLE many SET (parallel_workers = 2);
EXPLAIN (COSTS OFF) SELECT shop,
  upkeep.diagnose(record_date, orders, revenue, ad_spend, leads, '2026-11-09', settings, '2026-11-16')
  FROM many GROUP BY shop;
SELECT count(*), count(*) FILTER (WHERE f.d = p.d) FROM forwards f JOIN
  (SELECT shop, upkeep.diagnose(record_date, orders, revenue, ad_spend, leads, '2026-11-09', settings,
    '2026-11-16') AS d FROM many GROUP BY shop) p USING (shop);
SELECT count(*),
  count(*) FILTER (WHERE f.d #- '{facts,unit}' #- '{input_digest}' = n.d #- '{facts,unit}' #- '{input_digest}')
  FROM forwards f JOIN
  (SELECT shop, upkeep.diagnose(record_date, orders::bigint, revenue::numeric, ad_spend::numeric, leads::bigint,
    '2026-11-09', settings, '2026-11-16') AS d FROM many GROUP BY shop) n USING (shop);
RESET parallel_setup_cost; RESET parallel_tuple_cost; RESET min_parallel_table_scan_size;
RESET max_parallel_workers_per_gather;
-- it is the jsonb that its text is, byte for byte, and every key is found
CREATE FUNCTION is_sound(d jsonb) RETURNS boolean LANGUAGE plpgsql AS $$
DECLARE
  again jsonb := d::text::jsonb;
  k text;
  i int;
BEGIN
  IF jsonb_typeof(d) = 'object' THEN
    FOR k IN SELECT jsonb_object_keys(again) LOOP
      IF (d -> k) IS DISTINCT FROM (again -> k) OR NOT is_sound(d -> k) THEN RETURN false; END IF;
    END LOOP;
  ELSIF jsonb_typeof(d) = 'array' THEN
    FOR i IN 0 .. jsonb_array_length(again) - 1 LOOP
      IF (d -> i) IS DISTINCT FROM (again -> i) OR NOT is_sound(d -> i) THEN RETURN false; END IF;
    END LOOP;
  END IF;
  RETURN d = again AND pg_column_size(d) = pg_column_size(again);
END $$;
SELECT count(*), count(*) FILTER (WHERE is_sound(d)) FROM
  (SELECT upkeep.diagnose(record_date, orders, revenue, ad_spend, leads, '2026-11-09', settings, '2026-11-16') AS d
    FROM many WHERE shop <= 12 GROUP BY shop) x;
-- two rows of a day add up
SELECT a = b FROM (SELECT upkeep.diagnose(record_date, orders * 2, revenue * 2, ad_spend * 2, leads * 2, '2026-11-09',
  settings, '2026-11-16') a FROM many WHERE shop = 1) a,
  (SELECT upkeep.diagnose(record_date, orders, revenue, ad_spend, leads, '2026-11-09', settings, '2026-11-16') b
    FROM (SELECT * FROM many UNION ALL SELECT * FROM many) m WHERE shop = 1) b;
-- amounts with cents, of unequal decimals
SELECT d #>> '{facts,scale}', d #>> '{facts,weeks,revenue,8}', d #>> '{facts,weeks,net_profit,8}'
  FROM (SELECT upkeep.diagnose(date '2026-11-09' + i, 2::bigint, 10.5 + i * 0.25, 1::numeric, 5::bigint, '2026-11-09',
    '{"cogs_ratio": 0.5, "currency": "EUR"}', '2026-11-16') d FROM generate_series(0, 6) i) x;

-- days of other weeks are no facts
SELECT a = b
  FROM (SELECT upkeep.diagnose(record_date, orders, revenue, ad_spend, leads, '2026-11-09', settings, '2026-11-16') a
    FROM many WHERE shop = 1) a,
  (SELECT upkeep.diagnose(record_date, orders, revenue, ad_spend, leads, '2026-11-09', settings, '2026-11-16') b
    FROM many WHERE shop = 1 AND record_date BETWEEN '2026-09-14' AND '2026-11-15') b;

-- bad input: a reason, never a wrong figure
CREATE FUNCTION reason(orders int, revenue bigint, ad_spend bigint, leads int, settings jsonb DEFAULT '{}') RETURNS text
  LANGUAGE sql AS
$$ SELECT format('%s / %s / %s', d #>> '{rules,REV_DROP}', d #>> '{facts,invalid}', d ->> 'issues')
  FROM (SELECT upkeep.diagnose('2026-11-09', $1, $2, $3, $4, '2026-11-09', $5, '2026-11-16') d) x $$;
SELECT reason(1, 9223372036854775807, 1, 1);
SELECT reason(1, -9223372036854775808, 1, 1);
SELECT reason(2147483647, 1, 1, 1);
SELECT reason(-2147483648, 1, 1, 1);
SELECT reason(1, 1, 1, 1, '[1, 2]');
SELECT reason(1, 1, 1, 1, '{"cogs_ratio": "a lot"}');
SELECT reason(1, 1, 1, 1, '{"week_start_day": 9}');
SELECT reason(1, 1, 1, 1, '{"thresholds": 5}');
SELECT reason(1, 1, 1, 1, '{"thresholds": {"REV_DROP": {"warning": -1}}}');
SELECT reason(1, 1, 1, 1, '{"target_roas": [3], "currency": 7}');
SELECT reason(1, 1, 1, 1, '{"cogs_ratio": 1e400}');
SELECT upkeep.diagnose('2026-11-09', 1, 'NaN'::numeric, 1, 1, '2026-11-09', '{}', '2026-11-16') #>> '{facts,invalid}',
  upkeep.diagnose('2026-11-09', 1, 'infinity'::numeric, 1, 1, '2026-11-09', '{}', '2026-11-16') #>> '{facts,invalid}',
  upkeep.diagnose('2026-11-09', 1, 0.1234567, 1, 1, '2026-11-09', '{}', '2026-11-16') #>> '{facts,invalid}',
  upkeep.diagnose('2026-11-09', 1, 1e30, 1, 1, '2026-11-09', '{}', '2026-11-16') #>> '{facts,invalid}';
SELECT upkeep.diagnose('2026-11-09', 1, 1, 1, 1, '2026-11-09', '{"timezone": "Mars/Olympus"}',
  NULL) #>> '{facts,invalid}';
SELECT upkeep.diagnose('2026-11-09', 1, 1, 1, 1, '2026-11-09', '{"timezone": "Asia/Ho_Chi_Minh"}',
  NULL) #>> '{facts,today}' = (now() AT TIME ZONE 'Asia/Ho_Chi_Minh')::date::text;
SELECT upkeep.diagnose(NULL, NULL, NULL, NULL::bigint, NULL::int, '2026-11-09', '{"cogs_ratio": 0.4}',
  '2026-11-16') #>> '{rules,DATA_MISSING,severity}';
SELECT upkeep.diagnose('infinity', 1, 1, 1, 1, '2026-11-09', '{}', '2026-11-16') #>> '{facts,days_present}';
SELECT upkeep.diagnose(NULL, 1, 1, 1, 1, '2026-11-09', '{}', '2026-11-16') IS NULL,
  (SELECT upkeep.diagnose(record_date, orders, revenue, ad_spend, leads, '2026-11-09', settings, '2026-11-16') FROM many
    WHERE false) IS NULL;
SELECT d #> '{facts,shop}', d #> '{facts,invalid}' FROM (SELECT upkeep.diagnose('2026-11-09', 1, 1, 1, 1, '2026-11-09',
  '{"thresholds": {"": {"shop_id": "hijack", "week_start_day": 7, "thresholds": {"": {}}}}}', '2026-11-16') d) x;
-- a long tail of decimals is rounded away
SELECT upkeep.diagnose('2026-11-09',
  1, 1, 1, 1, '2026-11-09', '{"cogs_ratio": 0.30000000000000004, "min_impact": 0.33333333333333333333333333}',
  '2026-11-16') #> '{facts,cogs_ratio}';
-- what is negative has no drivers; where goods cost all of the revenue there is no margin
SELECT fill(8, '{70,16000000,4000000,400}', '{-35,-5000,4000000,400}');
SELECT i ->> 'code', i -> 'drivers', i -> 'impact' FROM jsonb_array_elements(document() -> 'issues') i;
SELECT fill(8, '{70,16000000,4000000,400}', '{35,5000000,4000000,-70}');
SELECT i ->> 'code', i -> 'drivers', i -> 'impact' FROM jsonb_array_elements(document() -> 'issues') i;
SELECT d #> '{rules,ROAS_BELOW_BREAK_EVEN}', d #> '{rules,AD_RATIO_HIGH}', d #> '{rules,NP_NEGATIVE}'
  FROM (SELECT upkeep.diagnose(day, 10, r, 100, 20, '2026-11-09', jsonb_build_object('cogs_ratio', k), '2026-11-20') d
  FROM (VALUES (date '2026-11-09', 100::bigint, 0.8), ('2026-11-10', -50, 0.6)) v (day, r, k)) x;
-- around break-even something is always said
SELECT spend, array_agg(i ->> 'code' || ' ' || (i ->> 'severity') || ' ' || (i ->> 'impact') ORDER BY i ->> 'code') FROM
  (SELECT spend, upkeep.diagnose(date '2026-11-09' - d, 10, 1000000, spend, 100, '2026-11-09', '{"cogs_ratio": 0.5}',
    '2026-11-16') AS doc
   FROM unnest('{440000,460000,499000,501000,509000,512000}'::bigint[]) spend, generate_series(-6, 56) d
   GROUP BY spend) x, jsonb_array_elements(doc -> 'issues') i GROUP BY spend ORDER BY spend;
-- one threshold of added spend is that of both severities
SELECT fill(8, '{40,16000000,4000000,400}', '{40,16000000,5200000,480}',
  '{"cogs_ratio": 0.45, "marginal_roas_low_warning": 0.5}');
SELECT says('MARGINAL_ROAS_LOW');
SELECT fill(8, '{40,16000000,4000000,400}', '{40,16000000,6200000,480}',
  '{"cogs_ratio": 0.45, "marginal_roas_low_warning": 0.5}');
SELECT says('MARGINAL_ROAS_LOW');
SELECT state, message, hint FROM unnest(ARRAY[
  $$SELECT upkeep.diagnose('2026-11-09', 1, 1, 1, 1, '5874897-12-23', '{}', '2026-11-16')$$,
  $$SELECT upkeep.diagnose('2026-11-09', 1, 1, 1, 1, '2026-11-09', '{}', 'infinity')$$,
  $$SELECT upkeep.diagnose('2026-11-09', 1, 1, 1, 1, '2026-11-11', '{}', '2026-11-16')$$,
  $$SELECT upkeep.diagnose('2026-11-09', 1, 1, 1, 1, NULL, '{}', '2026-11-16')$$,
  $$SELECT upkeep.diagnose('2026-11-09', 1, 1, 1, 1, 'infinity', '{}', '2026-11-16')$$,
  $$SELECT upkeep.diagnose('2026-11-09', 1, 1, 1, 1, d, '{}', '2026-11-16')
    FROM unnest('{2026-11-09,2026-11-16}'::date[]) d$$,
  $$SELECT upkeep.diagnose('2026-11-09', 1, 1, 1, 1, '2026-11-09', '{}', d) FROM unnest('{2026-11-16,NULL}'::date[]) d$$
]) WITH ORDINALITY t (statement, n), public.failure(statement) ORDER BY n;
RESET search_path;
DROP SCHEMA diagnose CASCADE;
