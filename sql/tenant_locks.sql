-- tenant_locks: however many tenants a transaction writes, it holds 64 locks at most: on 60 tenants, and on all.
CREATE SCHEMA tenants;
SET search_path = tenants, public;
SET client_min_messages = warning;
CREATE TABLE periods (shop_id int, since date, cogs_ratio numeric, PRIMARY KEY (shop_id, since));
CREATE TABLE daily (shop_id int, day date, revenue bigint, ad_spend bigint, net_profit bigint,
  PRIMARY KEY (shop_id, day));
SELECT upkeep.enable_metrics('daily', settings => 'periods', settings_from => 'since', date_column => 'day',
  on_settings_change => 'recalculate');
CREATE TABLE daily_records (shop_id int, record_date date, orders int, revenue bigint, ad_spend bigint, leads int,
  PRIMARY KEY (shop_id, record_date));
CREATE TABLE weekly_diagnostics (shop_id int, week_start date, stale boolean NOT NULL DEFAULT false, issues jsonb,
  state text, week_label text, rules jsonb, facts jsonb, user_responses jsonb DEFAULT '{}', input_digest text,
  UNIQUE (shop_id, week_start));
SELECT upkeep.enable_weekly_diagnostics('daily_records', 'weekly_diagnostics');
-- the locks on single tenants, and the marks and locks on all
CREATE VIEW held AS SELECT count(*) FILTER (WHERE objid < 1024) AS single,
  string_agg(format('%s:%s', objid, mode), ' ' ORDER BY classid, objid, mode) FILTER (WHERE objid >= 1024) AS marks
  FROM pg_locks WHERE pid = pg_backend_pid() AND locktype = 'advisory';

BEGIN;
INSERT INTO daily VALUES (1, '2026-01-01', 1000, 100);
SELECT * FROM held;
INSERT INTO daily SELECT n, '2026-01-02', 1000, 100 FROM generate_series(1, 5000) n;
SELECT * FROM held;
INSERT INTO daily SELECT n, '2026-01-03', 1000, 100 FROM generate_series(1, 5000) n;
SELECT * FROM held;
COMMIT;
SELECT * FROM held;
-- settings that come, for thousands
BEGIN;
INSERT INTO periods SELECT n, '2026-01-02', 0.5 FROM generate_series(1, 500) n;
SELECT * FROM held;
INSERT INTO daily VALUES (3000, '2026-01-04', 1000, 100);
SELECT * FROM held;
COMMIT;
SELECT count(*) FROM upkeep.check_metrics('daily');
-- edited days, in one statement and in many
BEGIN;
INSERT INTO daily_records SELECT n, '2026-01-01', 1, 1, 1, 1 FROM generate_series(1, 5000) n;
SELECT * FROM held;
COMMIT;
CREATE PROCEDURE edit(first int, last int) LANGUAGE plpgsql AS
  $$ BEGIN FOR n IN first .. last LOOP UPDATE daily_records SET orders = orders + 1 WHERE shop_id = n; END LOOP; END $$;
BEGIN;
CALL edit(1, 40);
SELECT single BETWEEN 30 AND 40 AS few, marks FROM held;
CALL edit(1, 40);
SELECT single BETWEEN 30 AND 40 AS as_few, marks FROM held;
CALL edit(41, 5000);
SELECT * FROM held;
COMMIT;
-- both features count together
BEGIN;
CALL edit(1, 40);
INSERT INTO daily SELECT n, '2026-01-05', 1000, 100 FROM generate_series(1, 500) n;
CALL edit(41, 500);
SELECT single, marks FROM held;
COMMIT;
-- what a savepoint gives back is counted no more, be it of one shop or of all
CREATE PROCEDURE edit_in_vain(first int, last int) LANGUAGE plpgsql AS $$ BEGIN FOR n IN first .. last LOOP BEGIN
  CALL tenants.edit(n, n); RAISE division_by_zero; EXCEPTION WHEN division_by_zero THEN END; END LOOP; END $$;
BEGIN;
CALL edit(1, 1);
CALL edit_in_vain(2, 500);
CALL edit(501, 501);
SELECT * FROM held;
SAVEPOINT s;
CALL edit(1, 1000);
SELECT * FROM held;
SAVEPOINT t;
ROLLBACK TO s;
SELECT * FROM held;
CALL edit(502, 502);
SELECT * FROM held;
SAVEPOINT u;
CALL edit(1, 1000);
RELEASE u;
SAVEPOINT v;
CALL edit(2000, 2000);
ROLLBACK TO v;
CALL edit(3000, 3000);
SELECT * FROM held;
COMMIT;
-- a run takes no more, and knows all shops
CREATE TABLE shop_settings (shop_id int PRIMARY KEY, cogs_ratio numeric);
CREATE TABLE action_items (shop_id int, diagnostic_id int, fingerprint text, code text, action text, params jsonb,
  title text, severity text, impact numeric, status text, first_week date, last_week date, note text, due_on date,
  UNIQUE (shop_id, fingerprint, action));
CREATE TABLE seen (single bigint, marks text);
CREATE FUNCTION look() RETURNS trigger LANGUAGE plpgsql
  AS $$ BEGIN INSERT INTO tenants.seen SELECT * FROM tenants.held; RETURN NULL; END $$;
CREATE TRIGGER look AFTER INSERT ON weekly_diagnostics FOR EACH STATEMENT EXECUTE FUNCTION look();
CALL upkeep.run_weekly_diagnostics('2026-01-01', today => '2026-01-10');
SELECT * FROM seen;
SELECT count(*) AS diagnosed, count(*) FILTER (WHERE stale) AS stale FROM weekly_diagnostics;
DROP SCHEMA tenants CASCADE;
