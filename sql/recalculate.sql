-- recalculate, check_metrics and check(): figures that drifted while triggers did not fire are found and put right.
CREATE SCHEMA drift;
SET search_path = drift, public;
CREATE TABLE settings (shop_id int PRIMARY KEY, cogs_ratio numeric);
INSERT INTO settings VALUES (1, 0.1), (2, 0.2), (3, 0.3);
CREATE TABLE daily (shop_id int, record_date date, orders int, revenue bigint,
  ad_spend bigint, aov bigint, net_profit bigint, version int DEFAULT 1, updated_at timestamptz DEFAULT '2020-01-01',
  PRIMARY KEY (shop_id, record_date));
SELECT upkeep.enable_metrics('daily', settings => 'settings'),
  upkeep.enable_updated_at('daily', version_column => 'version');
INSERT INTO daily (shop_id, record_date, orders, revenue, ad_spend)
  SELECT 1 + g % 4, DATE '2026-01-01' + g / 4, g % 7, g * 10, g FROM generate_series(0, 399) g;
SELECT count(*) FROM upkeep.check_metrics('daily');
CALL upkeep.recalculate('daily');
SELECT count(*) AS stamped FROM daily WHERE updated_at > '2020-01-01';
-- what replicas, disabled triggers and settings under keep leave behind
CREATE FUNCTION make_drift() RETURNS void LANGUAGE plpgsql AS $$ BEGIN
  SET LOCAL session_replication_role = replica;
  UPDATE drift.daily SET net_profit = net_profit + 1 WHERE record_date = '2026-01-05';
  UPDATE drift.daily SET aov = NULL WHERE shop_id = 2 AND record_date BETWEEN '2026-02-01' AND '2026-02-05';
  UPDATE drift.daily SET aov = 7 WHERE orders = 0 AND shop_id = 4;
  INSERT INTO drift.daily (shop_id, record_date, orders, revenue, ad_spend, aov)
    VALUES (3, '2027-01-01', 2, 5, 1, NULL);
  SET LOCAL session_replication_role = origin;
END $$;
SELECT make_drift();
SELECT * FROM upkeep.check_metrics('daily') ORDER BY row_key, metric;
SELECT count(*) AS of_shop_4 FROM upkeep.check_metrics('daily', '4');
SELECT count(*) AS of_nobody FROM upkeep.check_metrics('daily', '99');
SELECT feature, finding, hint FROM upkeep.check() WHERE object = 'daily'::regclass;
SELECT sum(version) = 401 AS changed_nothing FROM daily;
-- tenant, first and last day, both included
CALL upkeep.recalculate('daily', '4');
SELECT count(*), count(*) FILTER (WHERE row_key ->> 'shop_id' = '4') FROM upkeep.check_metrics('daily');
CALL upkeep.recalculate('daily', from_date => '2026-02-02', to_date => '2026-02-04');
SELECT row_key ->> 'record_date' AS day FROM upkeep.check_metrics('daily', '2') ORDER BY 1;
CALL upkeep.recalculate('daily', '2', '2026-02-05');
CALL upkeep.recalculate('daily', '2', NULL, '2026-01-31');
SELECT row_key FROM upkeep.check_metrics('daily', '2') ORDER BY 1;
CALL upkeep.recalculate('daily', tenant => '2', from_date => '2026-02-01', to_date => '2026-01-01');
SET client_min_messages = warning;
CALL upkeep.recalculate('daily', batch_size => 7);
RESET client_min_messages;
SELECT count(*) FROM upkeep.check_metrics('daily');
SELECT finding FROM upkeep.check() WHERE object = 'daily'::regclass;
-- only the rows that differed were written
SELECT count(*) FILTER (WHERE version = 2) AS written, count(*) FILTER (WHERE updated_at > '2020-01-01') AS stamped,
  max(version) FROM daily;
CALL upkeep.recalculate('daily', batch_size => 1000000);
SELECT * FROM upkeep.progress;
-- settings under keep, followed when told
UPDATE settings SET cogs_ratio = 0.5 WHERE shop_id = 1;
SELECT count(*), min(metric), max(metric) FROM upkeep.check_metrics('daily');
CALL upkeep.recalculate('daily', '2');
CALL upkeep.recalculate('daily', '1');
SELECT count(*) FROM upkeep.check_metrics('daily');
DELETE FROM settings WHERE shop_id = 1;
CALL upkeep.recalculate('daily', '1', to_date => '2026-01-03');
SELECT count(*) FROM daily WHERE shop_id = 1 AND net_profit IS NULL;
INSERT INTO settings VALUES (1, 0.1);
CALL upkeep.recalculate('daily', '1');
-- other formulas for rows that are there
SELECT upkeep.enable_metrics('daily', ARRAY['aov = 2 * revenue / orders'], touch_updated_at => false);
CREATE TABLE before AS SELECT shop_id, record_date, version, updated_at FROM daily;
CALL upkeep.recalculate('daily', '1');
SELECT count(*) AS differ FROM upkeep.check_metrics('daily', '1');
SELECT count(*) AS touched FROM daily JOIN before b USING (shop_id, record_date)
  WHERE (daily.version, daily.updated_at) IS DISTINCT FROM (b.version, b.updated_at);
SELECT upkeep.enable_metrics('daily', settings => 'settings');
CALL upkeep.recalculate('daily', '1');
SELECT count(*) > 50 AS touched FROM daily JOIN before b USING (shop_id, record_date)
  WHERE daily.version = b.version AND daily.updated_at > b.updated_at;

-- it commits: not within a transaction, a function, a savepoint; within a procedure or DO of its own it may
\set SHOW_CONTEXT never
BEGIN;
CALL upkeep.recalculate('daily');
ROLLBACK;
\set SHOW_CONTEXT errors
SELECT * FROM failure('CALL upkeep.recalculate(''daily'')');
DO $$ BEGIN CALL upkeep.recalculate('drift.daily', '3'); CALL upkeep.recalculate('drift.daily', '4'); END $$;
CREATE PROCEDURE nightly() LANGUAGE plpgsql AS $$ DECLARE tenant text;
  BEGIN FOREACH tenant IN ARRAY '{1,2}'::text[] LOOP CALL upkeep.recalculate('drift.daily', tenant); END LOOP; END $$;
CALL nightly();
\set VERBOSITY sqlstate
BEGIN;
CALL nightly();
ROLLBACK;
CALL upkeep.recalculate(NULL);
CALL upkeep.recalculate('daily', batch_size => 0);
CALL upkeep.recalculate('daily', batch_size => -1);
CALL upkeep.recalculate('daily', batch_size => NULL);
CALL upkeep.recalculate('daily', 'x');
CALL upkeep.recalculate('daily', '99999999999');
CALL upkeep.recalculate('settings');
CALL upkeep.recalculate(0::regclass);
-- C++ edition {
CALL upkeep.recalculate('pg_catalog.pg_class');
-- }
CREATE VIEW daily_view AS SELECT * FROM daily;
CALL upkeep.recalculate('daily_view');
SET default_transaction_read_only = on;
CALL upkeep.recalculate('daily');
RESET default_transaction_read_only;
\set VERBOSITY default
SELECT c, f.* FROM unnest(ARRAY['NULL', '''settings''', '''daily_view''', '0::regclass', '''daily'', ''x''']) c,
  failure(format('SELECT upkeep.check_metrics(%s)', c)) f;

-- an error stops it; what was committed stays, and called again it does the rest
CREATE TABLE guarded (id int PRIMARY KEY, a int, m int);
SELECT upkeep.enable_metrics('guarded', ARRAY['m = a * 2']);
SET session_replication_role = replica;
INSERT INTO guarded SELECT g, g, 0 FROM generate_series(1, 10) g;
RESET session_replication_role;
ALTER TABLE guarded ADD CONSTRAINT guard CHECK (m <> 14) NOT VALID;
\set VERBOSITY sqlstate
CALL upkeep.recalculate('guarded', batch_size => 3);
\set VERBOSITY default
SELECT string_agg(m::text, ' ' ORDER BY id) FROM guarded;
SELECT * FROM upkeep.progress;
ALTER TABLE guarded DROP CONSTRAINT guard;
CALL upkeep.recalculate('guarded');
CALL upkeep.recalculate('guarded');
-- a filter that needs a column the table lacks
\set VERBOSITY sqlstate
CALL upkeep.recalculate('guarded', '1');
CALL upkeep.recalculate('guarded', from_date => '2026-01-01');
\set VERBOSITY default
SELECT state, message FROM failure('SELECT upkeep.check_metrics(''guarded'', ''1'')');
-- empty tables, tables without a key; a batch is committed and told, and rows that a batch has moved are not done twice
CREATE TABLE unkeyed (a int, m int);
SELECT upkeep.enable_metrics('unkeyed', ARRAY['m = a + 1']);
CALL upkeep.recalculate('unkeyed');
SET session_replication_role = replica;
INSERT INTO unkeyed SELECT g FROM generate_series(1, 1000) g;
RESET session_replication_role;
SELECT count(DISTINCT row_key), min(jsonb_object_keys), count(*)
  FROM upkeep.check_metrics('unkeyed'), jsonb_object_keys(row_key);
CALL upkeep.recalculate('unkeyed', batch_size => 400);
SELECT count(*) FROM upkeep.check_metrics('unkeyed');
-- partitions, inheritance children, keys with quotes and of other types, days with a time
CREATE TABLE part ("Shop, ID" text, at timestamptz, a int, m int) PARTITION BY LIST ("Shop, ID");
CREATE TABLE part_a PARTITION OF part FOR VALUES IN ('a''"');
CREATE TABLE part_b (m int, gone int, a int, at timestamptz, "Shop, ID" text);
ALTER TABLE part_b DROP COLUMN gone;
ALTER TABLE part ATTACH PARTITION part_b FOR VALUES IN ('b');
SELECT upkeep.enable_metrics('part', ARRAY['m = a'], settings_key => 'Shop, ID', date_column => 'at');
SET timezone = 'UTC';
SET session_replication_role = replica;
INSERT INTO part SELECT s, timestamptz '2026-01-01 23:59:59+00' + d * interval '1 day', d
  FROM unnest('{"a''\"",b}'::text[]) s, generate_series(0, 9) d;
RESET session_replication_role;
CALL upkeep.recalculate('part', 'a''"', '2026-01-02', '2026-01-03');
SELECT "Shop, ID", a FROM part WHERE m IS NOT NULL ORDER BY 1, 2;
CALL upkeep.recalculate('part_b', NULL, '2026-01-09', '2026-01-10');
SELECT "Shop, ID", a FROM part WHERE m IS NOT NULL ORDER BY 1, 2;
SET client_min_messages = warning;
CALL upkeep.recalculate('part', batch_size => 4);
RESET client_min_messages;
SELECT count(*) FROM upkeep.check_metrics('part');
RESET timezone;
CREATE TABLE mother (id int, a int, m int);
CREATE TABLE daughter (b int) INHERITS (mother);
SELECT upkeep.enable_metrics('mother', ARRAY['m = a']);
SET session_replication_role = replica;
INSERT INTO mother VALUES (1, 1);
INSERT INTO daughter VALUES (2, 2);
RESET session_replication_role;
SELECT stored, expected FROM upkeep.check_metrics('mother') ORDER BY 2;
CALL upkeep.recalculate('mother');
SELECT * FROM mother ORDER BY id;
-- too large, NaN in a column that is stored, a figure with needless zeros
CREATE TABLE exact (id int PRIMARY KEY, a numeric, m numeric(5,2), u numeric, i smallint);
SELECT upkeep.enable_metrics('exact', ARRAY['m = a', 'u = a / 3', 'i = a']);
INSERT INTO exact VALUES (1, 999.994), (2, 999.995), (3, 32767.4), (4, 1e200), (5, 3);
SET session_replication_role = replica;
UPDATE exact SET m = 'NaN', u = 'Infinity', i = 7 WHERE id = 1;
UPDATE exact SET u = 1.0000 WHERE id = 5;
UPDATE exact SET m = 1 WHERE id = 2;
RESET session_replication_role;
SELECT * FROM upkeep.check_metrics('exact') ORDER BY row_key, metric;
SELECT finding FROM upkeep.check() WHERE object = 'exact'::regclass AND finding ~ '"u"' ORDER BY 1;
CALL upkeep.recalculate('exact');
SELECT id, m, i FROM exact ORDER BY id;
SELECT * FROM upkeep.check_metrics('exact');
SET session_replication_role = replica;
UPDATE exact SET a = 'NaN' WHERE id = 3;
RESET session_replication_role;
SELECT state, message FROM failure('SELECT * FROM upkeep.check_metrics(''exact'')');
-- the cursor of a session stays what it was, and no portal or plan is left
BEGIN;
DECLARE c CURSOR WITH HOLD FOR SELECT count(*) FROM daily;
COMMIT;
CALL upkeep.recalculate('daily', '1');
FETCH c;
CLOSE c;
SELECT count(*) AS portals FROM pg_cursors WHERE name <> '';
SELECT count(*) AS locks FROM pg_locks WHERE locktype = 'advisory' AND pid = pg_backend_pid();
RESET search_path;
SET client_min_messages = warning;
DROP SCHEMA drift CASCADE;
RESET client_min_messages;
