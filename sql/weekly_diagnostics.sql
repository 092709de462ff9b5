-- run_weekly_diagnostics: every shop's week, written once; what users answered and did stays.
-- Days that are edited later.
CREATE SCHEMA weekly;
SET search_path = weekly, public;
CREATE TABLE shop_settings (shop_id int PRIMARY KEY, cogs_ratio numeric, currency text DEFAULT 'VND', timezone text,
  week_start_day text, thresholds jsonb);
CREATE TABLE daily_records (shop_id int, record_date date, orders int, revenue bigint, ad_spend bigint, leads int,
  aov bigint, updated_at timestamptz, note text, PRIMARY KEY (shop_id, record_date));
CREATE TABLE weekly_diagnostics (id int GENERATED ALWAYS AS IDENTITY, shop_id int, week_start date, week_label text,
  state text, issues jsonb, rules jsonb, facts jsonb, user_responses jsonb DEFAULT '{}',
  input_digest text, stale boolean NOT NULL DEFAULT false, UNIQUE (shop_id, week_start));
CREATE TABLE action_items (shop_id int, diagnostic_id int, fingerprint text, code text, action text, params jsonb,
  title text, severity text, impact numeric, status text, first_week date, last_week date, note text, due_on date,
  UNIQUE (shop_id, fingerprint, action));
SELECT upkeep.enable_weekly_diagnostics('daily_records', 'weekly_diagnostics');
-- nine weeks to 2026-11-15 of a shop, with revenue that varies a little
CREATE FUNCTION fill(shop int, first date DEFAULT '2026-09-14', last date DEFAULT '2026-11-15',
  factor numeric DEFAULT 1) RETURNS void LANGUAGE sql
  SET search_path = weekly AS $$
  INSERT INTO daily_records (shop_id, record_date, orders, revenue, ad_spend, leads)
  SELECT shop, d::date, 6, factor * (2000000 + 20000 * ((d::date - date '2026-09-14') / 7 % 4)), 500000, 60
  FROM generate_series(first, last, '1 day') d
  ON CONFLICT (shop_id, record_date) DO UPDATE SET revenue = EXCLUDED.revenue $$;
-- which rows have been written, or locked, since remember()
CREATE VIEW versions AS SELECT 'w' || id AS what, xmin::text AS x, xmax::text AS y, ctid AS z FROM weekly_diagnostics
  UNION ALL SELECT 'i' || shop_id || fingerprint || action, xmin::text, xmax::text, ctid FROM action_items;
CREATE TABLE remembered AS SELECT * FROM versions;
CREATE FUNCTION remember() RETURNS void LANGUAGE sql
  AS 'TRUNCATE weekly.remembered; INSERT INTO weekly.remembered SELECT * FROM weekly.versions';
CREATE VIEW written AS SELECT what FROM versions v
  WHERE NOT EXISTS (SELECT FROM remembered r WHERE (r.what, r.x, r.y, r.z) = (v.what, v.x, v.y, v.z));
CREATE VIEW issues AS SELECT shop_id, week_label, e ->> 'code' AS code, e ->> 'severity' AS severity,
  e ->> 'impact' AS impact, e ->> 'baseline_state' AS state, e -> 'response' ->> 'status' AS response
  FROM weekly_diagnostics, jsonb_array_elements(issues) WITH ORDINALITY i(e, n) ORDER BY shop_id, week_start, n;
CREATE VIEW items AS SELECT shop_id AS shop, code, action, severity, impact, status, first_week, last_week, note
  FROM action_items ORDER BY 1, 2, 3;

-- shop 1 is well; 2 has lost revenue; 3 has only records, 4 only settings; the settings of 5 make no sense
INSERT INTO shop_settings (shop_id, cogs_ratio) VALUES (1, 0.45), (2, 0.45), (4, 0.45), (5, 0.45);
UPDATE shop_settings SET thresholds = '{"REV_DROP": {"warning": "a lot"}}' WHERE shop_id = 5;
SELECT fill(1), fill(2), fill(3), fill(5), fill(2, '2026-11-09', '2026-11-15', 0.5);
CALL upkeep.run_weekly_diagnostics('2026-11-11', today => '2026-11-16');
SELECT id, shop_id, week_start, week_label, state, facts ->> 'invalid' AS invalid, length(input_digest), stale,
  facts ->> 'cogs_ratio' AS cogs_ratio FROM weekly_diagnostics ORDER BY shop_id;
SELECT * FROM issues;
SELECT * FROM items;
SELECT DISTINCT title, diagnostic_id, params FROM action_items WHERE shop_id = 2 ORDER BY title;
-- the same facts: not a row is touched, however the shops are batched
SELECT remember();
CALL upkeep.run_weekly_diagnostics('2026-11-09', today => '2026-11-16', batch_size => 2);
CALL upkeep.run_weekly_diagnostics('2026-11-15', '2', '2026-11-20');
SELECT * FROM written;
SELECT * FROM upkeep.progress;

-- answers and what is done; then facts change
UPDATE weekly_diagnostics SET user_responses = (SELECT jsonb_object_agg(e ->> 'fingerprint', CASE e ->> 'code'
  WHEN 'NP_DROP' THEN '{"status": "dismissed", "note": "campaign"}' WHEN 'REV_DROP' THEN '{"status": "ack"}'
  WHEN 'AOV_DROP' THEN '{"status": "snoozed_until", "until": "2026-11-30"}' ELSE '["what?"]' END::jsonb)
  FROM jsonb_array_elements(issues) e)
 WHERE shop_id = 2;
UPDATE action_items SET status = 'in_progress', note = 'on it'
  WHERE shop_id = 2 AND code = 'NP_DROP' AND action = 'REVIEW_COSTS';
UPDATE action_items SET status = 'done' WHERE shop_id = 2 AND code = 'REV_DROP' AND action = 'CHECK_STOCK';
SELECT remember();
CALL upkeep.run_weekly_diagnostics('2026-11-09', today => '2026-11-16');
SELECT count(*) AS written FROM written;
UPDATE daily_records SET revenue = revenue - 10 WHERE shop_id = 2 AND record_date = '2026-11-10';
SELECT shop_id, stale FROM weekly_diagnostics WHERE stale;
CALL upkeep.run_weekly_diagnostics('2026-11-09', today => '2026-11-16');
SELECT * FROM issues WHERE shop_id = 2;
SELECT * FROM items WHERE shop = 2;
SELECT user_responses IS NOT NULL AS answers, stale FROM weekly_diagnostics WHERE shop_id = 2;
-- worse: reopened, the note stays
UPDATE daily_records SET revenue = revenue / 4 WHERE shop_id = 2 AND record_date BETWEEN '2026-11-09' AND '2026-11-15';
CALL upkeep.run_weekly_diagnostics('2026-11-09', today => '2026-11-16');
SELECT * FROM issues WHERE shop_id = 2;
SELECT e -> 'response' AS response FROM weekly_diagnostics, jsonb_array_elements(issues) e
  WHERE shop_id = 2 AND e ->> 'code' = 'NP_DROP';
SELECT * FROM items WHERE shop = 2;

-- the next week all is well: what is gone is absent for a week, items that nobody touched are superseded
SELECT fill(1, '2026-11-16', '2026-12-13'), fill(2, '2026-11-16', '2026-12-13'), fill(3, '2026-11-16', '2026-12-13');
UPDATE shop_settings SET thresholds = NULL;
CALL upkeep.run_weekly_diagnostics('2026-11-16', today => '2026-11-23');
SELECT * FROM issues WHERE week_label = '2026-W47';
SELECT * FROM items WHERE shop = 2;
UPDATE action_items SET status = 'done' WHERE shop_id = 2 AND status = 'in_progress';
-- what passes in two later closed weeks is verified
CALL upkeep.run_weekly_diagnostics('2026-11-23', today => '2026-11-30');
SELECT * FROM issues WHERE week_label = '2026-W48';
SELECT code, action, status FROM items WHERE shop = 2 AND status NOT IN ('superseded');
-- an old week that is run again says nothing about what is to be done now
SELECT fill(2, '2026-11-16', '2026-11-22', 0.2);
SELECT week_label, stale FROM weekly_diagnostics WHERE shop_id = 2 ORDER BY 1;
SELECT remember();
CALL upkeep.run_weekly_diagnostics('2026-11-16', today => '2026-11-30');
SELECT count(*) FILTER (WHERE what LIKE 'w%') AS diagnoses, count(*) FILTER (WHERE what LIKE 'i%') AS items
  FROM written;
SELECT code, state FROM issues WHERE shop_id = 2 AND week_label = '2026-W47';
-- it fires again: reopened
SELECT fill(2, '2026-11-16', '2026-11-22');
CALL upkeep.run_weekly_diagnostics('2026-11-16', today => '2026-11-30');
SELECT fill(2, '2026-11-30', '2026-12-06', 0.4);
CALL upkeep.run_weekly_diagnostics('2026-11-30', today => '2026-12-07');
SELECT * FROM issues WHERE shop_id = 2 AND week_label = '2026-W49';
SELECT * FROM items WHERE shop = 2;

-- the open week; a week that has not begun; a shop alone
CALL upkeep.run_weekly_diagnostics('2026-12-07', '1', '2026-12-10');
SELECT week_label, state, facts ->> 'as_of' AS as_of FROM weekly_diagnostics WHERE shop_id = 1 AND state = 'open';
SELECT count(*) FROM weekly_diagnostics;
\set VERBOSITY sqlstate
CALL upkeep.run_weekly_diagnostics('2026-12-14', today => '2026-12-10');
CALL upkeep.run_weekly_diagnostics(shop => '77');
CALL upkeep.run_weekly_diagnostics(shop => 'x');
CALL upkeep.run_weekly_diagnostics('infinity');
CALL upkeep.run_weekly_diagnostics(today => '-infinity');
CALL upkeep.run_weekly_diagnostics(batch_size => 0);
CALL upkeep.run_weekly_diagnostics(batch_size => NULL);
BEGIN;
CALL upkeep.run_weekly_diagnostics();
ROLLBACK;
\set VERBOSITY default
SELECT count(*) FROM weekly_diagnostics;
SELECT * FROM failure('CALL upkeep.run_weekly_diagnostics()');
CALL upkeep.run_weekly_diagnostics('2026-12-14', today => '2026-12-10');
CALL upkeep.run_weekly_diagnostics(shop => '77');

-- weeks as each shop counts them, and time zones, one of which there is not
TRUNCATE weekly_diagnostics, action_items;
UPDATE shop_settings SET week_start_day = CASE shop_id WHEN 1 THEN 'Sunday' WHEN 2 THEN '0'
  WHEN 4 THEN 'thu' ELSE 'someday' END;
CALL upkeep.run_weekly_diagnostics('2026-11-18', today => '2026-12-10');
SELECT shop_id, week_start, week_label, facts ->> 'days_present' AS days, facts ->> 'invalid' AS invalid
  FROM weekly_diagnostics ORDER BY 1;
TRUNCATE weekly_diagnostics, action_items;
UPDATE shop_settings SET week_start_day = NULL, timezone = CASE shop_id WHEN 1 THEN 'Pacific/Kiritimati'
  WHEN 2 THEN 'Etc/GMT+12' WHEN 4 THEN 'Mars/Base' END;
CALL upkeep.run_weekly_diagnostics();
SELECT shop_id, week_start = upkeep.week_start(upkeep.shop_today(CASE s.timezone
  WHEN 'Mars/Base' THEN '{}' ELSE to_jsonb(s) END)) - 7 AS is_last_week, state, facts ->> 'invalid' AS invalid
  FROM weekly_diagnostics LEFT JOIN shop_settings s USING (shop_id) ORDER BY 1;
UPDATE shop_settings SET timezone = NULL;

-- goals of the month; a cost of goods that was another
CREATE TABLE monthly_goals (shop_id int, month date, revenue_target bigint, profit_target bigint);
INSERT INTO monthly_goals VALUES
  (1, '2026-11-01', 200000000, NULL), (1, '2026-12-01', 1, NULL), (2, '2026-11-01', NULL, NULL);
TRUNCATE weekly_diagnostics, action_items;
SET client_min_messages = warning;
DO $$ BEGIN FOR week IN 0..4 LOOP
  CALL upkeep.run_weekly_diagnostics(date '2026-10-05' + 7 * week, today => '2026-11-09'); END LOOP; END $$;
RESET client_min_messages;
UPDATE shop_settings SET cogs_ratio = 0.6 WHERE shop_id = 1;
CALL upkeep.run_weekly_diagnostics('2026-11-09', '1', today => '2026-11-16');
SELECT week_label, facts -> 'goal' ->> 'target' AS goal, facts -> 'cogs_ratio' AS cogs_ratio,
  rules -> 'MARGIN_EROSION' ->> 'status' AS erosion FROM weekly_diagnostics WHERE shop_id = 1 ORDER BY 1;
DROP TABLE monthly_goals;
CREATE TABLE monthly_goals (shop_id int, month text, profit_target bigint);
INSERT INTO monthly_goals VALUES (1, '2026-11', 90000000);
CALL upkeep.run_weekly_diagnostics('2026-11-09', '1', today => '2026-11-16');
SELECT week_label, facts -> 'goal' ->> 'target' AS goal FROM weekly_diagnostics
  WHERE shop_id = 1 AND week_label >= '2026-W45' ORDER BY 1;
DELETE FROM weekly_diagnostics WHERE week_label < '2026-W45';
DROP TABLE monthly_goals;

-- wordings
INSERT INTO upkeep.wordings VALUES ('REV_DROP', 'fr', 'CA {observed} ({delta_pct})'), ('REV_DROP', 'en', '{unknown}'),
  ('CHECK_STOCK', 'en', 'Look into the store');
SELECT fill(3, '2026-11-09', '2026-11-15', 0.5);
CALL upkeep.run_weekly_diagnostics('2026-11-09', '3', today => '2026-11-16');
SELECT e -> 'message' ->> 'fr' AS fr, e -> 'message' ->> 'en' NOT LIKE '%unknown%' AS en
  FROM weekly_diagnostics, jsonb_array_elements(issues) e WHERE shop_id = 3 AND e ->> 'code' = 'REV_DROP';
SELECT title FROM action_items WHERE shop_id = 3 AND action = 'CHECK_STOCK';
DELETE FROM upkeep.wordings;

-- which days make which diagnoses stale
CREATE FUNCTION stale_after(statement text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE result text;
BEGIN
  UPDATE weekly_diagnostics SET stale = false WHERE stale;
  EXECUTE statement;
  SELECT string_agg(shop_id || ':' || week_label, ' ' ORDER BY shop_id, week_start) INTO result FROM weekly_diagnostics
    WHERE stale;
  UPDATE weekly_diagnostics SET stale = false WHERE stale;
  RETURN coalesce(result, 'none');
END $$;
SELECT shop_id, string_agg(week_label, ' ' ORDER BY week_label) FROM weekly_diagnostics GROUP BY 1 ORDER BY 1;
SELECT s, stale_after(s) FROM unnest(ARRAY[
  $$UPDATE daily_records SET note = 'x', aov = 1, updated_at = now()$$,
  $$UPDATE daily_records SET revenue = revenue$$,
  $$UPDATE daily_records SET revenue = revenue + 1 WHERE record_date = '2026-11-15' AND shop_id < 3$$,
  $$UPDATE daily_records SET leads = NULL WHERE record_date = '2026-11-08' AND shop_id = 1$$,
  $$UPDATE daily_records SET orders = 7 WHERE record_date = '2026-09-14' AND shop_id = 1$$,
  $$UPDATE daily_records SET ad_spend = ad_spend + 1 WHERE record_date = '2026-11-16' AND shop_id = 1$$,
  $$DELETE FROM daily_records WHERE record_date = '2026-09-14' AND shop_id = 3$$,
  $$INSERT INTO daily_records VALUES (1, '2026-09-13'), (3, '2026-09-13')$$,
  $$INSERT INTO daily_records VALUES (4, '2026-11-01'), (1, '5874897-12-31'), (1, '4713-01-01 BC'), (1, 'infinity'), $$
    || $$(1, '-infinity')$$,
  $$UPDATE daily_records SET shop_id = 5, record_date = '2026-09-10' WHERE shop_id = 4$$,
  $$INSERT INTO daily_records VALUES (1, '2026-11-10', 1) ON CONFLICT (shop_id, record_date) DO UPDATE $$
    || $$SET orders = 100$$,
  $$SET upkeep.pause = 'weekly_diagnostics'; UPDATE daily_records SET orders = 101; RESET upkeep.pause$$,
  $$TRUNCATE daily_records$$]) s;
DELETE FROM daily_records WHERE isfinite(record_date) IS FALSE;

-- the triggers as they are managed and checked
SELECT object, feature, options, triggers FROM upkeep.managed WHERE feature = 'weekly_diagnostics' ORDER BY 4;
SELECT * FROM upkeep.export_sql('daily_records');
SELECT finding FROM upkeep.check() WHERE feature = 'weekly_diagnostics';
DROP TRIGGER zz_upkeep_weekly_diagnostics_truncate ON daily_records;
SELECT object, finding, hint FROM upkeep.check() WHERE feature = 'weekly_diagnostics';
ALTER TABLE weekly_diagnostics RENAME COLUMN stale TO old;
SELECT DISTINCT object, finding FROM upkeep.check() WHERE feature = 'weekly_diagnostics';
SELECT state, message, hint FROM failure('INSERT INTO daily_records VALUES (1, ''2026-11-10'')');
ALTER TABLE weekly_diagnostics RENAME COLUMN old TO stale;
SELECT upkeep.disable_weekly_diagnostics('daily_records');
SELECT upkeep.disable_weekly_diagnostics('daily_records');
SELECT count(*) FROM upkeep.managed WHERE feature = 'weekly_diagnostics';
CREATE TABLE other (shop text, day timestamptz, stale text, shop_id uuid, week_start date);
SELECT c, f.state, f.message, f.hint FROM unnest(ARRAY['NULL, ''weekly_diagnostics''',
  '''daily_records'', NULL', '''daily_records'', ''other''', '''other'', ''weekly_diagnostics''',
  '''other'', ''weekly_diagnostics'', ''shop'', ''day''',
  '''issues'', ''weekly_diagnostics''', '''daily_records'', ''issues''']) c,
  failure(format('SELECT upkeep.enable_weekly_diagnostics(%s)', c)) f;
-- partitions, other names
CREATE TABLE days (shop int, day date, orders int, revenue int) PARTITION BY RANGE (day);
CREATE TABLE days_old PARTITION OF days FOR VALUES FROM (MINVALUE) TO ('2026-10-01');
SELECT upkeep.enable_weekly_diagnostics('days', 'weekly_diagnostics', 'shop', 'day');
CREATE TABLE days_new PARTITION OF days FOR VALUES FROM ('2026-10-01') TO (MAXVALUE);
SELECT object, finding FROM upkeep.check() WHERE feature = 'weekly_diagnostics' AND object = 'days_new'::regclass;
SELECT upkeep.enable_weekly_diagnostics('days', 'weekly_diagnostics', 'shop', 'day');
SELECT s, stale_after(s) FROM unnest(ARRAY[
  $$INSERT INTO days VALUES (1, '2026-11-08', 1, 1), (2, '2026-09-10', 1, 1)$$,
  $$INSERT INTO days_old VALUES (2, '2026-09-12', 1, 1)$$,
  $$UPDATE days SET day = '2026-11-09' WHERE shop = 2 AND day = '2026-09-12'$$,
  $$UPDATE days SET revenue = revenue$$,
  $$TRUNCATE days_old$$]) s;
-- by somebody who may write the records only
GRANT USAGE ON SCHEMA weekly TO regress_upkeep_other;
GRANT INSERT, SELECT ON days TO regress_upkeep_other;
SET ROLE regress_upkeep_other;
INSERT INTO days VALUES (1, '2026-11-07', 1, 1);
SELECT f.state, f.message
  FROM failure('SELECT upkeep.enable_weekly_diagnostics(''days'', ''weekly_diagnostics'', ''shop'', ''day'')') f;
RESET ROLE;
SELECT count(*) FROM weekly_diagnostics WHERE stale;
DROP TABLE days;

-- tables of others: only what is needed, amounts as numeric, keys of text; RLS and a search_path that lies in wait
CREATE SCHEMA weekly_plain;
CREATE TABLE weekly_plain.daily_records (shop_id varchar(20), record_date date, orders bigint, revenue numeric(14,2),
  ad_spend float8, leads smallint);
CREATE TABLE weekly_plain.shop_settings (shop_id text, cogs_ratio float8, currency text);
CREATE TABLE weekly_plain.weekly_diagnostics (shop_id text, week_start date, issues jsonb,
  UNIQUE (shop_id, week_start));
CREATE TABLE weekly_plain.action_items (shop_id text, fingerprint text, code text, action text, params jsonb,
  title text, severity text, impact numeric, status text, first_week date, last_week date,
  UNIQUE (fingerprint, action, shop_id));
INSERT INTO weekly_plain.shop_settings VALUES ('a''s', 0.5, 'EUR'), ('b', 0.5, 'EUR');
SELECT fill(1);
INSERT INTO weekly_plain.daily_records SELECT s, record_date, orders, revenue * CASE
  WHEN s = 'b' AND record_date > '2026-11-08' THEN 0.004 ELSE 0.01 END, ad_spend * 0.01, leads
  FROM daily_records, unnest('{a''s,b,c}'::text[]) s WHERE shop_id = 1;
CREATE SCHEMA weekly_hostile;
CREATE FUNCTION weekly_hostile.never(text, text) RETURNS boolean LANGUAGE plpgsql
  AS $$ BEGIN RAISE 'a hostile operator'; END $$;
CREATE OPERATOR weekly_hostile.= (LEFTARG = text, RIGHTARG = text, FUNCTION = weekly_hostile.never);
CREATE FUNCTION weekly_hostile.now() RETURNS timestamptz LANGUAGE plpgsql
  AS $$ BEGIN RAISE 'a hostile function'; END $$;
CREATE FUNCTION weekly_hostile.unnest(date[]) RETURNS SETOF date LANGUAGE plpgsql
  AS $$ BEGIN RAISE 'a hostile function'; END $$;
CREATE DOMAIN weekly_hostile.date AS text;
SET search_path = weekly_hostile, weekly_plain, public, pg_catalog;
CALL upkeep.run_weekly_diagnostics('2026-11-09', today => '2026-11-16');
CALL upkeep.run_weekly_diagnostics('2026-11-09', today => '2026-11-16', shop => 'a''s');
CALL upkeep.run_weekly_diagnostics('2026-11-16', today => '2026-11-23');
SET search_path = weekly, public;
SELECT shop_id, week_start, jsonb_path_query_array(issues, '$[*].code') AS codes, issues -> 0 -> 'observed' AS observed,
  issues -> 0 -> 'baseline_state' AS state FROM weekly_plain.weekly_diagnostics ORDER BY 1, 2;
SELECT shop_id, code, action, status, impact FROM weekly_plain.action_items ORDER BY 1, 2, 3;
SELECT table_name, c.* FROM (VALUES ('weekly_plain.weekly_diagnostics'), ('weekly_plain.action_items')) t(table_name),
  LATERAL (SELECT count(*) FROM pg_index WHERE indrelid = t.table_name::regclass AND indisunique) c;
\set VERBOSITY terse
CALL upkeep.run_weekly_diagnostics(daily_records => 'other');
CALL upkeep.run_weekly_diagnostics(daily_records => 'weekly_plain.daily_records', shop_settings => 'other');
ALTER TABLE weekly_plain.weekly_diagnostics DROP CONSTRAINT weekly_diagnostics_shop_id_week_start_key;
SET search_path = weekly_plain, public;
CALL upkeep.run_weekly_diagnostics();
CREATE UNIQUE INDEX ON weekly_diagnostics (shop_id, week_start) WHERE shop_id <> 'x';
CALL upkeep.run_weekly_diagnostics();
CREATE UNIQUE INDEX ON weekly_diagnostics (week_start, shop_id);
ALTER TABLE daily_records ALTER COLUMN record_date TYPE timestamp;
CALL upkeep.run_weekly_diagnostics();
ALTER TABLE daily_records ALTER COLUMN record_date TYPE date, ALTER COLUMN leads TYPE numeric;
CALL upkeep.run_weekly_diagnostics();
ALTER TABLE daily_records ALTER COLUMN leads TYPE int;
DROP TABLE action_items;
CALL upkeep.run_weekly_diagnostics();
SET search_path = weekly, public;
\set VERBOSITY default
SET search_path = public;
CALL upkeep.run_weekly_diagnostics();
SET search_path = weekly, public;
-- the caller's rights, and no more
TRUNCATE weekly_diagnostics, action_items;
SELECT fill(2);
ALTER TABLE daily_records ENABLE ROW LEVEL SECURITY;
ALTER TABLE shop_settings ENABLE ROW LEVEL SECURITY;
CREATE POLICY own ON daily_records USING (shop_id = 2);
CREATE POLICY own ON shop_settings USING (shop_id = 2);
GRANT SELECT ON daily_records, shop_settings TO regress_upkeep_other;
SET ROLE regress_upkeep_other;
\set VERBOSITY sqlstate
CALL upkeep.run_weekly_diagnostics('2026-11-09', today => '2026-11-16');
\set VERBOSITY default
RESET ROLE;
GRANT SELECT, INSERT, UPDATE ON weekly_diagnostics, action_items TO regress_upkeep_other;
SET ROLE regress_upkeep_other;
CALL upkeep.run_weekly_diagnostics('2026-11-09', today => '2026-11-16');
RESET ROLE;
SELECT shop_id FROM weekly_diagnostics;

-- a schema of its own for what tables can be like
RESET search_path;
CREATE SCHEMA weekly_own;
SET search_path = weekly_own, public;
CREATE TABLE daily_records (shop_id char(3), record_date date, orders bigint, revenue bigint,
  ad_spend bigint, leads int);
CREATE TABLE shop_settings (shop_id char(3), cogs_ratio numeric);
CREATE TABLE weekly_diagnostics (shop_id char(3), week_start date, issues jsonb, rules jsonb, facts jsonb, state text,
  input_digest text, week_label text GENERATED ALWAYS AS ('week of ' || (week_start - date '2026-01-01')) STORED,
  UNIQUE (shop_id, week_start));
CREATE TABLE action_items (shop_id char(3), fingerprint text, code text, action text, params jsonb, title varchar(200),
  severity text, impact numeric, status text, first_week date, last_week date, UNIQUE (fingerprint, action, shop_id));
-- shops of char(n), with settings twice; no count of a day is not a number; generated columns are not written
INSERT INTO shop_settings VALUES ('abc', 0.5), ('abc', 0.4), ('abc', 0.6), ('abd', 0.5), ('b', 0.5);
INSERT INTO daily_records SELECT s, d::date, CASE s WHEN 'abc' THEN 9000000000 WHEN 'b' THEN 6 END, 2000, 500, 60
  FROM unnest('{abc,abd,b}'::text[]) s, generate_series(date '2026-09-14', '2026-11-15', '1 day') d;
CALL upkeep.run_weekly_diagnostics('2026-11-09', today => '2026-11-16', batch_size => 1);
CALL upkeep.run_weekly_diagnostics('2026-11-09', today => '2026-11-16', shop => 'abd');
SELECT shop_id, week_label, facts -> 'cogs_ratio' AS cogs_ratio, facts ->> 'invalid' AS invalid
  FROM weekly_diagnostics ORDER BY 1;
-- a closed week keeps the cost of goods that it had, an open one takes today's
UPDATE shop_settings SET cogs_ratio = 0.7 WHERE shop_id = 'b';
UPDATE daily_records SET revenue = 1900 WHERE record_date = '2026-11-10';
CALL upkeep.run_weekly_diagnostics('2026-11-09', 'b', '2026-11-16');
CALL upkeep.run_weekly_diagnostics('2026-11-16', 'b', '2026-11-18');
SELECT week_start, state, facts -> 'cogs_ratio' AS cogs_ratio, facts -> 'weeks' -> 'revenue' ->> 8 AS revenue
  FROM weekly_diagnostics WHERE shop_id = 'b' ORDER BY 1;
-- what stands beside a table counts only as a table of the same owner
CREATE FUNCTION trap() RETURNS char(3) LANGUAGE plpgsql
  AS $$ BEGIN RAISE WARNING 'a trap, as %', current_user; RETURN 'b'; END $$;
CREATE VIEW monthly_goals AS SELECT trap() AS shop_id, date '2026-11-01' AS month, 1 AS revenue_target;
CREATE VIEW shops AS SELECT trap() AS id, 'EUR' AS currency;
CALL upkeep.run_weekly_diagnostics('2026-11-09', today => '2026-11-16');
ALTER VIEW monthly_goals OWNER TO regress_upkeep_other;
CALL upkeep.run_weekly_diagnostics('2026-11-09', today => '2026-11-16');
DROP VIEW monthly_goals, shops;
CREATE TABLE monthly_goals (shop_id char(3), month date, revenue_target int);
INSERT INTO monthly_goals VALUES ('b', '2026-11-01', 1);
ALTER TABLE monthly_goals OWNER TO regress_upkeep_other;
CALL upkeep.run_weekly_diagnostics('2026-11-09', today => '2026-11-16');
DROP TABLE monthly_goals;
-- columns of another type
\set VERBOSITY terse
TRUNCATE weekly_diagnostics, action_items;
ALTER TABLE weekly_diagnostics DROP COLUMN week_label, ALTER COLUMN week_start TYPE timestamp;
CALL upkeep.run_weekly_diagnostics('2026-11-09', today => '2026-11-16');
ALTER TABLE weekly_diagnostics ALTER COLUMN week_start TYPE date;
ALTER TABLE action_items ALTER COLUMN last_week TYPE timestamptz;
CALL upkeep.run_weekly_diagnostics('2026-11-09', today => '2026-11-16');
ALTER TABLE action_items ALTER COLUMN last_week TYPE date;
CREATE TYPE item_status AS ENUM ('open', 'done');
ALTER TABLE action_items ALTER COLUMN status TYPE item_status USING status::item_status;
CALL upkeep.run_weekly_diagnostics('2026-11-09', today => '2026-11-16');
ALTER TABLE action_items ALTER COLUMN status TYPE text;
ALTER TABLE daily_records ALTER COLUMN shop_id TYPE text;
\set VERBOSITY default
CALL upkeep.run_weekly_diagnostics('2026-11-09', today => '2026-11-16');
SELECT count(*) FROM weekly_diagnostics;
SET search_path = weekly, public;

-- the calendar
SELECT d, upkeep.week_start(d), upkeep.week_label(upkeep.week_start(d)), upkeep.week_start(d, '{"week_start_day": 7}'),
  upkeep.week_label(upkeep.week_start(d, '{"week_start_day": "Sun"}'))
  FROM unnest('{2024-12-30,2027-01-01,2026-11-15,2026-11-21,0001-01-10,9999-12-31}'::date[]) d;
SELECT s, upkeep.week_start('2026-11-11', s::jsonb) FROM unnest('{"{\"week_start_day\": 0}","{\"week_start_day\": '
  '\"3\"}","{\"week_start_day\": \"WEDNESDAY\"}","{\"week_start_day\": null}","{\"a\": 1}"}'::text[]) s;
SELECT c, f.* FROM unnest(ARRAY['week_start(''infinity'')', 'week_label(''-infinity'')', 'week_start(''10000-01-01'')',
  'week_start(''2026-11-11'', ''[]'')', 'week_start(''2026-11-11'', ''{"week_start_day": 8}'')',
  'week_start(''2026-11-11'', ''{"week_start_day": "someday"}'')',
  'week_start(''2026-11-11'', ''{"week_start_day": true}'')', 'week_start(''2026-11-11'', ''{"week_start_day": {}}'')',
  'shop_today(''{"timezone": "Mars/Base"}'')', 'shop_today(''1'')']) c, failure(format('SELECT upkeep.%s', c)) f;
SELECT upkeep.shop_today('{"timezone": "Asia/Ho_Chi_Minh"}') = (now() AT TIME ZONE 'Asia/Ho_Chi_Minh')::date,
  upkeep.shop_today('{}') = current_date, upkeep.shop_today('{"timezone": null}') = current_date,
  upkeep.shop_today('{"timezone": "Pacific/Kiritimati"}') - upkeep.shop_today(
    '{"timezone": "Etc/GMT+12"}') BETWEEN 1 AND 2;

-- scheduled, where pg_cron is
SELECT * FROM failure('SELECT upkeep.schedule_weekly_diagnostics()');
SELECT state FROM failure('SELECT upkeep.schedule_weekly_diagnostics(NULL)');
RESET search_path;
SET client_min_messages = warning;
DROP SCHEMA weekly, weekly_plain, weekly_hostile, weekly_own CASCADE;
RESET client_min_messages;
