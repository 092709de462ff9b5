-- Settings: whose row is taken, what a change of them does under keep and under recalculate, periods,
-- keys of other types.
CREATE SCHEMA shops;
SET search_path = shops, public;
CREATE TABLE settings (shop_id int PRIMARY KEY, cogs_ratio numeric, label text);
CREATE TABLE kept (id int PRIMARY KEY, shop_id int, revenue bigint, ad_spend bigint DEFAULT 0, net_profit bigint);
CREATE TABLE followed (id int PRIMARY KEY, shop_id int, revenue bigint, ad_spend bigint DEFAULT 0, net_profit bigint);
SELECT upkeep.enable_metrics('kept', settings => 'settings'),
  upkeep.enable_metrics('followed', settings => 'settings', on_settings_change => 'recalculate');
CREATE VIEW both_tables AS SELECT id, coalesce(k.shop_id, f.shop_id) AS shop_id, k.net_profit AS kept,
  f.net_profit AS followed FROM kept k FULL JOIN followed f USING (id);
CREATE FUNCTION rows() RETURNS text LANGUAGE sql
  AS $$ SELECT string_agg(format('%s: %s/%s', id, coalesce(kept::text, 'NULL'), coalesce(followed::text, 'NULL')), ', '
    ORDER BY id) FROM shops.both_tables $$;
INSERT INTO kept SELECT g, (ARRAY[1, 2, NULL])[1 + g % 3], 1000 FROM generate_series(1, 6) g;
INSERT INTO followed SELECT * FROM kept;
-- none there, INSERT, UPDATE, an UPDATE of what no formula uses, key change, DELETE, TRUNCATE
SELECT rows();
INSERT INTO settings VALUES (1, 0.4), (2, 0.5);
SELECT rows();
UPDATE settings SET cogs_ratio = cogs_ratio / 2;
SELECT rows();
CREATE TABLE written (n int);
CREATE FUNCTION count_written() RETURNS trigger LANGUAGE plpgsql
  AS $$ BEGIN INSERT INTO shops.written SELECT count(*) FROM changed; RETURN NULL; END $$;
CREATE TRIGGER count_written AFTER UPDATE ON followed REFERENCING NEW TABLE AS changed FOR EACH STATEMENT
  EXECUTE FUNCTION count_written();
UPDATE settings SET label = 'x', cogs_ratio = cogs_ratio;
SELECT count(*) AS recalculated FROM written;
UPDATE settings SET cogs_ratio = 0.9 WHERE shop_id = 1;
SELECT n AS recalculated FROM written;
DROP TRIGGER count_written ON followed;
SELECT rows();
UPDATE settings SET shop_id = 3 WHERE shop_id = 2;
SELECT rows();
UPDATE settings SET shop_id = 2, cogs_ratio = 0 WHERE shop_id = 3;
SELECT rows();
DELETE FROM settings WHERE shop_id = 2;
SELECT rows();
INSERT INTO settings VALUES (2, 1) ON CONFLICT (shop_id) DO UPDATE SET cogs_ratio = 0.1;
INSERT INTO settings VALUES (2, 1) ON CONFLICT (shop_id) DO UPDATE SET cogs_ratio = 0.1;
SELECT rows();
MERGE INTO settings s USING (VALUES (1, 0.2), (4, 0.3)) v (id, k) ON s.shop_id = v.id
  WHEN MATCHED THEN UPDATE SET cogs_ratio = k WHEN NOT MATCHED THEN INSERT VALUES (id, k);
SELECT rows();
TRUNCATE settings;
SELECT rows();
COPY settings FROM stdin;
1	0.4	\N
2	\N	\N
\.
SELECT rows();
-- under keep a later write of the row, whatever it writes, takes the settings of now
UPDATE kept SET id = id WHERE id = 3;
UPDATE kept SET net_profit = 5 WHERE id = 6;
SELECT rows();
SELECT object, finding FROM upkeep.check()
  WHERE object IN ('kept'::regclass, 'followed'::regclass, 'settings'::regclass);
-- under keep check_metrics tells of the settings of now, check() does not
UPDATE settings SET cogs_ratio = 0.3 WHERE shop_id = 1;
SELECT * FROM upkeep.check_metrics('kept') ORDER BY row_key;
SELECT * FROM upkeep.check_metrics('kept', '2');
SELECT object, finding FROM upkeep.check()
  WHERE object IN ('kept'::regclass, 'followed'::regclass, 'settings'::regclass);
UPDATE settings SET cogs_ratio = 0.4 WHERE shop_id = 1;
SELECT count(*) FROM upkeep.check_metrics('followed');
-- of both at once, in one statement; and back, with its subtransaction
BEGIN;
UPDATE settings SET cogs_ratio = 0.25;
SAVEPOINT s;
UPDATE settings SET cogs_ratio = 0.75;
INSERT INTO followed VALUES (7, 1, 1000);
SELECT rows();
ROLLBACK TO s;
SELECT rows();
INSERT INTO followed VALUES (7, 1, 1000) RETURNING net_profit;
ROLLBACK;
SELECT rows();
-- what is refused changes nothing
SELECT * FROM failure('UPDATE settings SET cogs_ratio = 40 WHERE shop_id = 1');
SELECT * FROM failure('UPDATE settings SET cogs_ratio = -0.01 WHERE shop_id = 1');
SELECT * FROM failure('UPDATE settings SET cogs_ratio = ''NaN'' WHERE shop_id = 1');
SELECT rows();
SELECT upkeep.disable_metrics('followed');
UPDATE settings SET cogs_ratio = 40 WHERE shop_id = 1;
SELECT * FROM failure('INSERT INTO kept VALUES (10, 1, 1)');
SELECT state, message FROM failure('SELECT * FROM upkeep.check_metrics(''kept'')');
INSERT INTO kept VALUES (10, 2, 1) RETURNING net_profit;
UPDATE settings SET cogs_ratio = 'NaN' WHERE shop_id = 1;
SELECT * FROM failure('INSERT INTO kept VALUES (11, 1, 1)');
UPDATE settings SET cogs_ratio = 1 WHERE shop_id = 1;
INSERT INTO kept VALUES (11, 1, 1000) RETURNING net_profit;
UPDATE settings SET cogs_ratio = 0 WHERE shop_id = 1;
INSERT INTO kept VALUES (12, 1, 1000) RETURNING net_profit;
UPDATE settings SET cogs_ratio = 0.4 WHERE shop_id = 1;
-- a metric that stands on settings only through another one
CREATE TABLE through (id int PRIMARY KEY, shop_id int, a int, b int);
SELECT upkeep.enable_metrics('through', ARRAY['b = a * 2', 'a = settings.cogs_ratio * 10'], 'settings',
  on_settings_change => 'recalculate');
INSERT INTO through VALUES (1, 1);
UPDATE settings SET cogs_ratio = 0.5 WHERE shop_id = 1;
SELECT * FROM through;
-- settings that no formula uses are not watched
CREATE TABLE idle_settings (shop_id int PRIMARY KEY, k int);
SELECT upkeep.enable_metrics('through', ARRAY['b = a * 2'], 'idle_settings');
SELECT object, triggers FROM upkeep.managed WHERE object IN ('idle_settings'::regclass, 'settings'::regclass)
  ORDER BY 1, 2;
DROP TABLE idle_settings;
UPDATE through SET a = 9 RETURNING b;
DROP TABLE through;

-- settings of settings: the change goes on
CREATE TABLE company (region_id int PRIMARY KEY, margin numeric);
CREATE TABLE region (region_id int, shop_id int PRIMARY KEY, base numeric, k numeric);
CREATE TABLE sales (id int PRIMARY KEY, shop_id int, revenue int, profit int);
SELECT upkeep.enable_metrics('region',
  ARRAY['k = base * settings.margin'], 'company', 'region_id', on_settings_change => 'recalculate'),
  upkeep.enable_metrics('sales', ARRAY['profit = revenue * settings.k'], 'region', on_settings_change => 'recalculate');
INSERT INTO company VALUES (1, 0.5);
INSERT INTO region VALUES (1, 10, 0.2), (2, 20, 0.2);
INSERT INTO sales VALUES (1, 10, 1000), (2, 20, 1000);
SELECT * FROM sales ORDER BY 1;
UPDATE company SET margin = 1;
INSERT INTO company VALUES (2, 2);
SELECT * FROM sales ORDER BY 1;
UPDATE region SET base = 0.1 WHERE shop_id = 10;
DELETE FROM company WHERE region_id = 2;
SELECT * FROM sales ORDER BY 1;

-- two rows for one tenant: an error, not a guess; also that of a change
CREATE TABLE loose (shop_id int, k numeric);
CREATE TABLE on_loose (id int, shop_id int, a int, m numeric);
SELECT upkeep.enable_metrics('on_loose', ARRAY['m = a * settings.k'], 'loose', on_settings_change => 'recalculate');
INSERT INTO loose VALUES (1, 2), (2, 3), (NULL, 4);
INSERT INTO on_loose VALUES (1, 1, 10), (2, 2, 10), (3, NULL, 10) RETURNING m;
SELECT * FROM failure('INSERT INTO loose VALUES (1, 5)');
SELECT upkeep.enable_metrics('on_loose', ARRAY['m = a * settings.k'], 'loose');
INSERT INTO loose VALUES (1, 5);
SELECT * FROM failure('INSERT INTO on_loose VALUES (4, 1, 10)');
INSERT INTO on_loose VALUES (4, 2, 10) RETURNING m;
SELECT state, message FROM failure('SELECT * FROM upkeep.check_metrics(''on_loose'')');
DELETE FROM loose WHERE k = 5;
-- NULL as a key finds nothing, and a change of such a row concerns nobody
SELECT upkeep.enable_metrics('on_loose', ARRAY['m = a * settings.k'], 'loose', on_settings_change => 'recalculate');
UPDATE loose SET k = 9 WHERE shop_id IS NULL;
UPDATE loose SET shop_id = 7 WHERE shop_id IS NULL;
UPDATE loose SET shop_id = NULL WHERE shop_id = 2;
SELECT * FROM on_loose ORDER BY id;
DELETE FROM loose;
SELECT count(m) FROM on_loose;

-- periods: the row in force is the last one not after the date
CREATE TABLE periods (shop_id int, valid_from date, cogs_ratio numeric, PRIMARY KEY (shop_id, valid_from));
CREATE TABLE daily (shop_id int, record_date date, revenue bigint, ad_spend bigint DEFAULT 0, net_profit bigint);
SELECT upkeep.enable_metrics('daily', settings => 'periods', settings_from => 'valid_from',
  on_settings_change => 'recalculate');
CREATE FUNCTION profits() RETURNS text LANGUAGE sql
  AS $$ SELECT string_agg(format('%s %s: %s', shop_id, to_char(record_date, 'MM-DD'),
    coalesce(net_profit::text, 'NULL')), ', ' ORDER BY shop_id, record_date) FROM shops.daily $$;
INSERT INTO periods VALUES (1, '2026-01-10', 0.1), (1, '2026-02-10', 0.2), (1, '-infinity', 0.9),
  (2, '2026-02-01', 0.5);
INSERT INTO daily (shop_id, record_date, revenue) SELECT s, d, 100 FROM generate_series(1, 2) s,
  unnest(ARRAY['2026-01-09', '2026-01-10', '2026-02-09', '2026-02-10', '2026-03-01', NULL]::date[]) d;
SELECT profits();
INSERT INTO periods VALUES (1, '2026-02-20', 0.3), (2, '2026-01-01', 0.6);
SELECT profits();
UPDATE periods SET valid_from = '2026-01-05' WHERE valid_from = '2026-01-10';
SELECT profits();
UPDATE periods SET cogs_ratio = 0 WHERE valid_from = '-infinity';
DELETE FROM periods WHERE valid_from = '2026-02-20';
SELECT profits();
UPDATE periods SET shop_id = 2 WHERE valid_from = '2026-02-10';
SELECT profits();
-- a row moves from a period to another, and from a shop to another
UPDATE daily SET record_date = '2026-01-01' WHERE shop_id = 1 AND record_date = '2026-03-01' RETURNING net_profit;
UPDATE daily SET shop_id = 2, record_date = '2026-02-10' WHERE shop_id = 1 AND record_date = '2026-01-01'
  RETURNING net_profit;
UPDATE daily SET record_date = NULL WHERE shop_id = 2 AND record_date = '2026-02-09' RETURNING net_profit;
SELECT profits();
SELECT count(*) FROM upkeep.check_metrics('daily');
TRUNCATE periods;
SELECT count(net_profit) FROM daily;
-- equal beginnings are two rows for one tenant
ALTER TABLE periods DROP CONSTRAINT periods_pkey;
ALTER TABLE periods ALTER shop_id DROP NOT NULL, ALTER valid_from DROP NOT NULL;
SELECT upkeep.enable_metrics('daily', settings => 'periods', settings_from => 'valid_from');
INSERT INTO periods VALUES (1, '2026-01-01', 0.1), (1, '2026-01-01', 0.2), (1, '2026-02-01', 0.3), (1, NULL, 0.4);
SELECT * FROM failure('UPDATE daily SET revenue = 200 WHERE shop_id = 1 AND record_date = ''2026-01-10''');
UPDATE daily SET revenue = 200 WHERE shop_id = 1 AND record_date >= '2026-02-01' RETURNING record_date, net_profit;
-- dates that are of another type, with the session's time zone
CREATE TABLE stamped (id int, shop_id int, at timestamptz, revenue int, m int);
SELECT upkeep.enable_metrics('stamped', ARRAY['m = revenue * settings.cogs_ratio'], 'periods',
  settings_from => 'valid_from', date_column => 'at');
DELETE FROM periods WHERE valid_from IS NULL OR cogs_ratio = 0.2;
SET timezone = 'UTC';
INSERT INTO stamped VALUES (1, 1, '2026-01-31 23:59:59+00', 100), (2, 1, '2026-02-01 00:00:00+00', 100) RETURNING id, m;
SELECT count(*) FROM upkeep.check_metrics('stamped');
RESET timezone;

-- keys: text, uuid, domains, and types that differ between the tables
CREATE DOMAIN shop_name AS varchar(10);
CREATE FUNCTION pair(settings_type text, row_type text, key text, other_key text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE answer text; found text;
BEGIN
  EXECUTE format(
    'CREATE TABLE key_settings (shop_id %s UNIQUE, k int); CREATE TABLE key_rows (id int, shop_id %s, a int, m int)',
    settings_type, row_type);
  PERFORM upkeep.enable_metrics('key_rows', ARRAY['m = a * settings.k'], 'key_settings',
    on_settings_change => 'recalculate');
  EXECUTE format('INSERT INTO key_rows VALUES (0, %L, 10)', key);
  EXECUTE format('INSERT INTO key_settings VALUES (%L, 2)', key);
  EXECUTE format('INSERT INTO key_rows VALUES (1, %L, 10), (2, %L, 10), (3, %L, 10), (4, NULL, 10)', key,
    other_key, key);
  UPDATE key_settings SET k = 3;
  SELECT string_agg(coalesce(m::text, 'NULL'), ' ' ORDER BY id) INTO answer FROM key_rows;
  EXECUTE format('SELECT string_agg(x::text, '' '') FROM upkeep.check_metrics(''key_rows'', %L) x', key) INTO found;
  DROP TABLE key_rows, key_settings;
  RETURN coalesce(answer || ' drifted: ' || found, answer);
END $$;
SELECT s, r, f.state, f.message, f.hint, CASE WHEN f.state = 'no error' THEN pair(s, r, k, o) END AS figures
  FROM (VALUES ('text', 'text', 'ä', 'b'),
  ('uuid', 'uuid', '00000000-0000-0000-0000-000000000001', '00000000-0000-0000-0000-000000000002'),
  ('int', 'bigint', '7', '8'), ('bigint', 'int', '7', '8'), ('smallint', 'bigint', '7', '8'),
  ('numeric', 'int', '7', '8'), ('numeric', 'numeric(5,2)', '7.00', '7.10'), ('text', 'varchar(5)', 'a', 'b'),
  ('varchar(5)', 'text', 'a', 'a longer one'), ('char(5)', 'text', 'a', 'b'), ('text', 'char(5)', 'a', 'b'),
  ('char(5)', 'char(9)', 'a', 'b'),
  ('name', 'text', 'a', 'b'), ('shop_name', 'text', 'a', 'b'), ('shop_name', 'shop_name', 'a', 'b'),
  ('text', 'shop_name', 'a', 'b'), ('date', 'date', '2026-01-01', '2026-01-02'),
  ('date', 'timestamp', '2026-01-01', '2026-01-02'), ('boolean', 'boolean', 't', 'f'), ('oid', 'int', '7', '8'),
  ('bytea', 'bytea', 'a', 'b'),
  ('text COLLATE "C"', 'text', 'a', 'b'), ('text', 'text COLLATE "C"', 'a', 'A'), ('text', 'int', '7', '8'),
  ('int[]', 'int[]', '{1}', '{2}'), ('point', 'point', '(1,1)', '(2,2)')) v (s, r, k, o),
  failure(format('SELECT pair(%L, %L, %L, %L)', s, r, k, o)) f;

-- settings as they are found: columns added later with a default, dropped ones, long numbers, generated columns,
-- a key whose uniqueness waits
CREATE TABLE grown (gone text, shop_id int PRIMARY KEY DEFERRABLE INITIALLY DEFERRED, percent numeric,
  ratio numeric GENERATED ALWAYS AS (percent / 100) STORED);
CREATE TABLE on_grown (shop_id int, a int, m numeric);
INSERT INTO grown (gone, shop_id, percent) VALUES ('x', 1, 40), ('x', 2, 50), ('x', 3, NULL);
ALTER TABLE grown DROP COLUMN gone, ADD COLUMN late numeric DEFAULT 0.25;
SELECT upkeep.enable_metrics('on_grown', ARRAY['m = a * settings.ratio + settings.late'], 'grown',
  on_settings_change => 'recalculate');
INSERT INTO on_grown VALUES (1, 10), (2, 10), (3, 10), (4, 10) RETURNING m;
UPDATE grown SET percent = 80 WHERE shop_id = 1;
UPDATE grown SET late = DEFAULT WHERE shop_id = 2;
UPDATE grown SET late = 1 WHERE shop_id = 2;
SELECT * FROM on_grown ORDER BY 1;
UPDATE grown SET late = repeat('7', 20000)::numeric WHERE shop_id = 2;
SELECT length(m::text) FROM on_grown WHERE shop_id = 2;
INSERT INTO on_grown VALUES (2, 20) RETURNING length(m::text);
UPDATE grown SET late = 1;
SELECT state, message FROM failure('INSERT INTO grown (shop_id, percent) VALUES (2, 7)');
SELECT upkeep.enable_metrics('on_grown', ARRAY['m = a * settings.ratio + settings.late'], 'grown');
BEGIN;
INSERT INTO grown (shop_id, percent) VALUES (2, 7);
SELECT state, message FROM failure('INSERT INTO on_grown VALUES (2, 30)');
DELETE FROM grown WHERE percent = 50;
INSERT INTO on_grown VALUES (2, 30) RETURNING m;
COMMIT;
-- rows that were changed, deleted and put back in this transaction, in subtransactions too
BEGIN;
DELETE FROM grown WHERE shop_id = 2;
INSERT INTO on_grown VALUES (2, 40) RETURNING m;
SAVEPOINT a;
INSERT INTO grown (shop_id, percent, late) VALUES (2, 100, 0);
INSERT INTO on_grown VALUES (2, 40) RETURNING m;
UPDATE grown SET percent = 200 WHERE shop_id = 2;
INSERT INTO on_grown VALUES (2, 40) RETURNING m;
ROLLBACK TO a;
INSERT INTO on_grown VALUES (2, 40) RETURNING m;
ROLLBACK;
INSERT INTO on_grown VALUES (2, 40) RETURNING m;
-- indexes that are of no use, partial or of an expression, and one that is
ALTER TABLE grown DROP CONSTRAINT grown_pkey;
CREATE UNIQUE INDEX ON grown (shop_id) WHERE percent > 1000;
CREATE UNIQUE INDEX ON grown ((shop_id + 1));
SELECT upkeep.enable_metrics('on_grown', ARRAY['m = a * settings.ratio + settings.late'], 'grown');
INSERT INTO on_grown VALUES (1, 1), (2, 1), (9, 1) RETURNING m;
CREATE UNIQUE INDEX ON grown (shop_id DESC NULLS FIRST) INCLUDE (percent);
INSERT INTO on_grown VALUES (1, 1), (2, 1), (9, 1) RETURNING m;
CREATE UNLOGGED TABLE hashed (shop_id text, k numeric);
CREATE UNIQUE INDEX ON hashed (shop_id text_pattern_ops);
CREATE TABLE on_hashed (shop_id text, m numeric);
SELECT upkeep.enable_metrics('on_hashed', ARRAY['m = settings.k'], 'hashed');
INSERT INTO hashed VALUES ('a', 1), ('A', 2), ('ä', 3);
INSERT INTO on_hashed VALUES ('ä'), ('A'), ('a'), ('') RETURNING m;

-- a volatile function changes the settings within one statement: each row has those that stand there when it is written
TRUNCATE settings;
INSERT INTO settings VALUES (1, 0.1);
CREATE FUNCTION raise_ratio(n int) RETURNS bigint LANGUAGE plpgsql
  AS $$ BEGIN UPDATE shops.settings SET cogs_ratio = n / 10.0 WHERE shop_id = 1; RETURN 1000; END $$;
DELETE FROM kept;
INSERT INTO kept (id, shop_id, revenue) SELECT g, 1, raise_ratio(g) FROM generate_series(1, 5) g;
SELECT string_agg(net_profit::text, ' ' ORDER BY id) FROM kept;
CREATE FUNCTION raise_and_fail(n int) RETURNS bigint LANGUAGE plpgsql
  AS $$ BEGIN UPDATE shops.settings SET cogs_ratio = n / 10.0 WHERE shop_id = 1; RAISE EXCEPTION 'no';
    EXCEPTION WHEN raise_exception THEN RETURN 2000; END $$;
INSERT INTO kept (id, shop_id, revenue)
  SELECT 10 + g, 1, CASE WHEN g % 2 = 0 THEN raise_ratio(g) ELSE raise_and_fail(g) END FROM generate_series(1, 5) g;
SELECT string_agg(net_profit::text, ' ' ORDER BY id) FROM kept WHERE id > 10;
CREATE FUNCTION drop_ratio(n int) RETURNS bigint LANGUAGE plpgsql AS $$ BEGIN DELETE FROM shops.settings;
  IF n % 2 = 0 THEN INSERT INTO shops.settings VALUES (1, 0.5); END IF; RETURN 1000; END $$;
INSERT INTO kept (id, shop_id, revenue) SELECT 20 + g, 1, drop_ratio(g) FROM generate_series(1, 4) g;
SELECT string_agg(coalesce(net_profit::text, 'NULL'), ' ' ORDER BY id) FROM kept WHERE id > 20;
CREATE FUNCTION empty_settings(n int) RETURNS bigint LANGUAGE plpgsql
  AS $$ BEGIN IF n = 2 THEN TRUNCATE shops.settings; END IF; RETURN 1000; END $$;
INSERT INTO kept (id, shop_id, revenue) SELECT 30 + g, 1, empty_settings(g) FROM generate_series(1, 3) g;
SELECT string_agg(coalesce(net_profit::text, 'NULL'), ' ' ORDER BY id) FROM kept WHERE id > 30;
SELECT count(*) FROM upkeep.check_metrics('kept') c, kept k WHERE k.id = (c.row_key ->> 'id')::int AND k.id IN (33);
-- one statement with both: a CTE that changes the settings
INSERT INTO settings VALUES (1, 0.1);
WITH s AS (UPDATE settings SET cogs_ratio = 0.2 RETURNING shop_id) INSERT INTO kept (id, shop_id, revenue)
  SELECT 40, shop_id, 1000 FROM s RETURNING net_profit;
SELECT net_profit FROM kept WHERE id = 40;
-- over many tenants, more than a statement remembers
CREATE TABLE many (shop_id int PRIMARY KEY, k int);
INSERT INTO many SELECT g, g FROM generate_series(1, 70000) g;
CREATE TABLE on_many (shop_id int, m int);
SELECT upkeep.enable_metrics('on_many', ARRAY['m = settings.k'], 'many');
INSERT INTO on_many SELECT 1 + g % 70000 FROM generate_series(0, 70099) g;
SELECT count(*) FILTER (WHERE m IS DISTINCT FROM shop_id) AS wrong, count(*) FROM on_many;
DROP TABLE on_many, many;

-- under repeatable snapshots, alone: what the transaction itself wrote is followed
SELECT upkeep.enable_metrics('followed', settings => 'settings', on_settings_change => 'recalculate');
TRUNCATE settings, followed, kept;
INSERT INTO settings VALUES (1, 0.1);
BEGIN ISOLATION LEVEL REPEATABLE READ;
INSERT INTO followed (id, shop_id, revenue) VALUES (1, 1, 1000), (2, 2, 1000) RETURNING net_profit;
UPDATE settings SET cogs_ratio = 0.2;
INSERT INTO settings VALUES (2, 0.5);
INSERT INTO followed (id, shop_id, revenue) VALUES (3, 2, 1000) RETURNING net_profit;
DELETE FROM settings WHERE shop_id = 2;
INSERT INTO settings VALUES (2, 0.6);
INSERT INTO followed (id, shop_id, revenue) VALUES (4, 3, 1000) RETURNING net_profit;
SELECT id, net_profit FROM followed ORDER BY 1;
COMMIT;
BEGIN ISOLATION LEVEL SERIALIZABLE;
UPDATE followed SET revenue = 2000;
UPDATE settings SET cogs_ratio = 0.3;
SELECT id, net_profit FROM followed ORDER BY 1;
COMMIT;

-- errors in the midst of a statement leave nothing half done
ALTER TABLE followed ADD CHECK (net_profit <> 800);
SELECT state, message FROM failure('UPDATE settings SET cogs_ratio = CASE shop_id WHEN 1 THEN 0.9 ELSE 0.6 END');
SELECT shop_id, cogs_ratio FROM settings ORDER BY 1;
SELECT id, net_profit FROM followed ORDER BY 1;
SELECT state, message FROM failure(
  'INSERT INTO followed (id, shop_id, revenue) VALUES (10, 1, 1000), (11, 2, 2666), (12, 1, ''9999999999999999999'')');
SELECT state, message FROM failure('INSERT INTO followed (id, shop_id, revenue) SELECT 10 + g, 1, CASE g '
  'WHEN 5 THEN 1143 ELSE 7 END FROM generate_series(1, 9) g');
SELECT count(*) FROM followed;

-- pausing: neither rows nor settings are followed, and what drifts is found
SET upkeep.pause = 'metrics';
INSERT INTO kept VALUES (1, 1, 1000, 0, 7);
INSERT INTO followed VALUES (20, 1, 1000, 0, 7);
UPDATE settings SET cogs_ratio = 0.25 WHERE shop_id = 1;
UPDATE followed SET revenue = 4000 WHERE id = 1;
SELECT id, net_profit FROM followed WHERE shop_id = 1 ORDER BY 1;
RESET upkeep.pause;
SELECT * FROM upkeep.check_metrics('followed') ORDER BY row_key;
SELECT finding FROM upkeep.check() WHERE object IN ('followed'::regclass, 'kept'::regclass);
UPDATE settings SET cogs_ratio = 0.5 WHERE shop_id = 1;
SELECT * FROM upkeep.check_metrics('followed') ORDER BY row_key;
-- the triggers on the settings: disabled, dropped
ALTER TABLE settings DISABLE TRIGGER zz_upkeep_metrics_settings;
SELECT object, finding FROM upkeep.check() WHERE object::text IN ('followed', 'kept', 'settings')
  ORDER BY object::text, finding;
DROP TRIGGER zz_upkeep_metrics_settings ON settings;
SELECT object, finding FROM upkeep.check() WHERE object::text IN ('followed', 'kept', 'settings')
  ORDER BY object::text, finding;
SELECT upkeep.enable_metrics('followed', settings => 'settings', on_settings_change => 'recalculate');
SELECT triggers, enabled FROM upkeep.managed WHERE object = 'settings'::regclass ORDER BY 1;
-- a table whose trigger is off is not recalculated
ALTER TABLE followed DISABLE TRIGGER zz_upkeep_metrics;
UPDATE settings SET cogs_ratio = 0.1 WHERE shop_id = 1;
SELECT id, net_profit FROM followed WHERE shop_id = 1 ORDER BY 1;
ALTER TABLE followed ENABLE TRIGGER zz_upkeep_metrics;
-- settings that are dropped; disabling works, and so does enabling with others
DROP TABLE settings;
SELECT * FROM failure('INSERT INTO kept VALUES (2, 1, 1000)');
SELECT finding, hint FROM upkeep.check() WHERE object = 'kept'::regclass;
SELECT upkeep.disable_metrics('kept');
INSERT INTO kept VALUES (2, 1, 1000) RETURNING net_profit;
CREATE TABLE settings (shop_id int PRIMARY KEY, cogs_ratio numeric);
INSERT INTO settings VALUES (1, 0.5);
-- the table of that name is found again, and its changes are not followed yet
INSERT INTO followed (id, shop_id, revenue) VALUES (40, 1, 1000) RETURNING net_profit;
SELECT finding FROM upkeep.check() WHERE object = 'followed'::regclass;
SELECT upkeep.enable_metrics('followed', settings => 'settings', on_settings_change => 'recalculate');
UPDATE settings SET cogs_ratio = 0.4;
SELECT net_profit FROM followed WHERE id = 40;
RESET search_path;
SET client_min_messages = warning;
DROP SCHEMA shops CASCADE;
RESET client_min_messages;
