-- metrics with partitions, inheritance, updated_at, touch; for owners, writers with few rights, row security,
-- a hostile search_path.
CREATE SCHEMA across;
GRANT USAGE, CREATE ON SCHEMA across TO regress_upkeep_owner;
GRANT USAGE ON SCHEMA across TO regress_upkeep_other;
SET search_path = across, public;

-- partitions with their columns in another order, with dropped columns, and rows that move
CREATE TABLE ratios (shop_id int PRIMARY KEY, k numeric);
INSERT INTO ratios VALUES (1, 2), (2, 3);
CREATE TABLE part (id int, region text, shop_id int, a int, m numeric(8,2), n bigint, PRIMARY KEY (id, region))
  PARTITION BY LIST (region);
CREATE TABLE part_eu (n bigint, gone int, m numeric(8,2), region text NOT NULL, a int, gone2 text, shop_id int,
  id int NOT NULL);
ALTER TABLE part_eu DROP COLUMN gone, DROP COLUMN gone2;
ALTER TABLE part ATTACH PARTITION part_eu FOR VALUES IN ('eu');
CREATE TABLE part_rest PARTITION OF part DEFAULT PARTITION BY HASH (id);
CREATE TABLE part_rest_0 PARTITION OF part_rest FOR VALUES WITH (MODULUS 1, REMAINDER 0);
SELECT upkeep.enable_metrics('part', ARRAY['m = a / 3', 'n = a * settings.k'], 'ratios',
  on_settings_change => 'recalculate');
INSERT INTO part (id, region, shop_id, a) VALUES (1, 'eu', 1, 10), (2, 'us', 1, 20), (3, 'us', 2, 30), (4, 'eu', 2, 40);
INSERT INTO part_eu (id, region, shop_id, a, m) VALUES (5, 'eu', 1, 50, -1);
COPY part (id, region, shop_id, a) FROM stdin;
6	asia	1	60
7	eu	2	70
\.
SELECT tableoid::regclass, id, shop_id, a, m, n FROM part ORDER BY id;
UPDATE part SET region = 'us', a = a + 1, m = 0 WHERE id = 1;
UPDATE part SET region = 'eu', shop_id = 2 WHERE id = 2;
UPDATE part_eu SET a = a + 1 WHERE id = 4;
MERGE INTO part p USING (VALUES (3, 'eu', 33), (8, 'us', 80)) v (id, region, a) ON p.id = v.id
  WHEN MATCHED THEN UPDATE SET a = v.a, region = v.region
  WHEN NOT MATCHED THEN INSERT (id, region, shop_id, a) VALUES (v.id, v.region, 1, v.a);
INSERT INTO part (id, region, shop_id, a) VALUES (8, 'us', 1, 0) ON CONFLICT (id, region) DO UPDATE SET a = 90;
SELECT tableoid::regclass, id, shop_id, a, m, n FROM part ORDER BY id;
UPDATE ratios SET k = 10 WHERE shop_id = 2;
SELECT tableoid::regclass, id, shop_id, a, m, n FROM part WHERE shop_id = 2 ORDER BY id;
CREATE TABLE part_asia (LIKE part);
ALTER TABLE part DETACH PARTITION part_rest;
CREATE TABLE part_us PARTITION OF part FOR VALUES IN ('us');
INSERT INTO part (id, region, shop_id, a) VALUES (9, 'us', 2, 9) RETURNING m, n;
-- detached, it no longer follows; attached it does
INSERT INTO part_rest (id, region, shop_id, a) VALUES (19, 'us', 2, 9) RETURNING m, n;
ALTER TABLE part ATTACH PARTITION part_asia FOR VALUES IN ('asia');
INSERT INTO part (id, region, shop_id, a) VALUES (10, 'asia', 2, 9) RETURNING m, n;
SELECT object, triggers, enabled FROM upkeep.managed
  WHERE object::oid IN (SELECT oid FROM pg_class WHERE relnamespace = 'across'::regnamespace);
SELECT * FROM upkeep.check_metrics('part');
SELECT state, message FROM failure('SELECT upkeep.disable_metrics(''part_eu'')');
-- a partition's figures drift, and are found from the top and from the partition
ALTER TABLE part_eu DISABLE TRIGGER zz_upkeep_metrics;
UPDATE part SET a = 1000 WHERE id = 4;
SELECT * FROM upkeep.check_metrics('part');
SELECT * FROM upkeep.check_metrics('part_eu');
SELECT finding FROM upkeep.check()
  WHERE object::oid IN (SELECT oid FROM pg_class WHERE relnamespace = 'across'::regnamespace AND relname ~ '^part');
ALTER TABLE part_eu ENABLE TRIGGER zz_upkeep_metrics;
UPDATE ratios SET k = 11 WHERE shop_id = 2;
SELECT count(*) FROM upkeep.check_metrics('part');
-- settings that are partitioned
CREATE TABLE far_ratios (shop_id int PRIMARY KEY, k numeric) PARTITION BY LIST (shop_id);
CREATE TABLE far_ratios_1 (k numeric, gone int, shop_id int NOT NULL);
ALTER TABLE far_ratios_1 DROP COLUMN gone;
ALTER TABLE far_ratios ATTACH PARTITION far_ratios_1 FOR VALUES IN (1);
CREATE TABLE far_ratios_rest PARTITION OF far_ratios DEFAULT;
SELECT upkeep.enable_metrics('part', ARRAY['m = a / 3', 'n = a * settings.k'], 'far_ratios',
  on_settings_change => 'recalculate');
INSERT INTO far_ratios VALUES (1, 1), (2, 2);
SELECT id, shop_id, n FROM part ORDER BY id;
UPDATE far_ratios_1 SET k = 5;
UPDATE far_ratios SET shop_id = 9 WHERE shop_id = 1;
SELECT id, shop_id, n FROM part ORDER BY id;
INSERT INTO far_ratios_1 VALUES (4, 1);
TRUNCATE far_ratios;
SELECT count(n), count(*) FROM part;
SELECT count(*) FROM upkeep.check_metrics('part');
SELECT finding FROM upkeep.check() WHERE object::oid IN (SELECT oid FROM pg_class
  WHERE relnamespace = 'across'::regnamespace AND relname ~ '^part|^far');
DROP TABLE part, part_rest, far_ratios;

-- inheritance: each child has its own trigger
CREATE TABLE mother (id int, shop_id int, a int, m int);
CREATE TABLE daughter (b int) INHERITS (mother);
CREATE TABLE granddaughter () INHERITS (daughter);
INSERT INTO mother VALUES (1, 1, 5);
SELECT upkeep.enable_metrics('mother', ARRAY['m = a * settings.k'], 'ratios', on_settings_change => 'recalculate');
INSERT INTO mother VALUES (2, 1, 5);
INSERT INTO daughter VALUES (3, 1, 5);
INSERT INTO granddaughter VALUES (4, 1, 5);
SELECT tableoid::regclass, id, m FROM mother ORDER BY id;
UPDATE mother SET a = 6;
UPDATE ratios SET k = 7 WHERE shop_id = 1;
SELECT tableoid::regclass, id, m FROM mother ORDER BY id;
SELECT object, triggers FROM upkeep.managed WHERE object::text ~ 'mother|daughter|ratios' ORDER BY 1, 2;
SELECT upkeep.disable_metrics('mother');
SELECT object, triggers FROM upkeep.managed WHERE object::text ~ 'mother|daughter|ratios' ORDER BY 1, 2;
INSERT INTO granddaughter VALUES (5, 1, 5) RETURNING m;

-- updated_at: a new figure is a change of the row; with touch_updated_at => false that of a recalculation is none
CREATE TABLE parent (id int PRIMARY KEY, updated_at timestamptz DEFAULT '2020-01-01');
CREATE TABLE stamped (id int PRIMARY KEY, parent_id int REFERENCES parent, shop_id int, a int, m int,
  version int DEFAULT 1, updated_at timestamptz DEFAULT '2020-01-01');
INSERT INTO parent VALUES (1), (2);
SELECT upkeep.enable_updated_at('parent'), upkeep.enable_updated_at('stamped', version_column => 'version'),
  upkeep.enable_touch('stamped', 'parent');
SELECT upkeep.enable_metrics('stamped', ARRAY['m = a * settings.k'], 'ratios', on_settings_change => 'recalculate');
INSERT INTO stamped (id, parent_id, shop_id, a) VALUES (1, 1, 1, 1), (2, 2, 2, 1), (3, 1, 1, 0);
SELECT moved('stamped', 'UPDATE ratios SET k = 20 WHERE shop_id = 1');
SELECT moved('parent', 'UPDATE ratios SET k = 21 WHERE shop_id = 1');
SELECT id, m, version FROM stamped ORDER BY 1;
SELECT moved('stamped', 'UPDATE stamped SET m = 5');
SELECT upkeep.enable_metrics('stamped', ARRAY['m = a * settings.k'], 'ratios', on_settings_change => 'recalculate',
  touch_updated_at => false);
SELECT moved('stamped', 'UPDATE ratios SET k = 30 WHERE shop_id = 1');
SELECT moved('parent', 'UPDATE ratios SET k = 31 WHERE shop_id = 1');
SELECT id, m, version FROM stamped ORDER BY 1;
-- only recalculation is quiet: what the user writes is stamped, also after it
SELECT moved('stamped', 'UPDATE stamped SET a = 2 WHERE id = 1');
SELECT moved('parent', 'UPDATE stamped SET a = 3 WHERE id = 1');
SELECT moved('stamped', 'UPDATE ratios SET k = 32 WHERE shop_id = 1; UPDATE stamped SET a = 4 WHERE id = 1');
-- what another trigger writes because of it is no recalculation
CREATE TABLE echo (id int PRIMARY KEY, x int, updated_at timestamptz DEFAULT '2020-01-01');
INSERT INTO echo VALUES (1, 0), (2, 0), (3, 0);
SELECT upkeep.enable_updated_at('echo');
CREATE FUNCTION echoes() RETURNS trigger LANGUAGE plpgsql
  AS $$ BEGIN UPDATE across.echo SET x = x + 1 WHERE id = NEW.id; RETURN NULL; END $$;
CREATE TRIGGER echoes AFTER UPDATE ON stamped FOR EACH ROW EXECUTE FUNCTION echoes();
SELECT moved('echo', 'UPDATE ratios SET k = 33 WHERE shop_id = 1');
SELECT id, version FROM stamped ORDER BY 1;
-- with the other rules of updated_at
SELECT upkeep.enable_updated_at('stamped', explicit => 'reject', version_column => 'version');
SELECT moved('stamped', 'UPDATE ratios SET k = 34 WHERE shop_id = 1');
SELECT upkeep.enable_metrics('stamped', ARRAY['m = a * settings.k'], 'ratios', on_settings_change => 'recalculate');
SELECT moved('stamped', 'UPDATE ratios SET k = 35 WHERE shop_id = 1');
SELECT upkeep.enable_updated_at('stamped', ignore_columns => '{m}', version_column => 'version');
SELECT moved('stamped', 'UPDATE ratios SET k = 36 WHERE shop_id = 1');
SELECT moved('stamped', 'UPDATE stamped SET m = 99');
SELECT id, m, version FROM stamped ORDER BY 1;
SET upkeep.pause = 'updated_at, touch';
SELECT moved('stamped', 'UPDATE ratios SET k = 37 WHERE shop_id = 1');
RESET upkeep.pause;
SELECT id, m FROM stamped ORDER BY 1;
DROP TABLE stamped, parent, echo;

-- a table of one's own session
CREATE TEMP TABLE passing (shop_id int, a int, m int);
SELECT upkeep.enable_metrics('passing', ARRAY['m = a * settings.k'], 'ratios', on_settings_change => 'recalculate');
INSERT INTO passing VALUES (1, 1) RETURNING m;
UPDATE ratios SET k = 2 WHERE shop_id = 1;
SELECT m FROM passing;
DROP TABLE passing;
SELECT object, feature, finding FROM upkeep.check() WHERE object = 'ratios'::regclass;
CREATE TABLE lasting (shop_id int, a int, m int);
SELECT upkeep.enable_metrics('lasting', ARRAY['m = a'], 'ratios');
SELECT upkeep.disable_metrics('lasting');
DROP TABLE ratios;

-- C++ edition {
-- enabling is for the owner of the table and of the settings
CREATE TABLE of_super (shop_id int PRIMARY KEY, k numeric);
GRANT SELECT, REFERENCES, TRIGGER, UPDATE ON of_super TO regress_upkeep_owner;
SET ROLE regress_upkeep_owner;
CREATE TABLE own (id int PRIMARY KEY, shop_id int, a int, m int);
CREATE TABLE own_settings (shop_id int PRIMARY KEY, k numeric);
INSERT INTO own_settings VALUES (1, 5);
SELECT * FROM failure('SELECT upkeep.enable_metrics(''own'', ARRAY[''m = a * settings.k''], ''of_super'')');
SELECT upkeep.enable_metrics('own', ARRAY['m = a * settings.k'], 'own_settings', on_settings_change => 'recalculate');
GRANT SELECT, INSERT, UPDATE, DELETE, TRIGGER ON own TO regress_upkeep_other;
RESET ROLE;
SELECT * FROM failure('SELECT upkeep.enable_metrics(''own'', ARRAY[''m = a * settings.k''], ''of_super'')');
SET ROLE regress_upkeep_other;
SELECT c, f.*
  FROM unnest(ARRAY['SELECT upkeep.enable_metrics(''own'', ARRAY[''m = a''])', 'SELECT upkeep.disable_metrics(''own'')',
    'CALL upkeep.recalculate(''own'')', 'SELECT * FROM upkeep.check_metrics(''own'')']) c, failure(c) f;
-- a trigger made by hand reads nobody's settings
CREATE TEMP TABLE mine (shop_id int, m numeric);
CREATE TRIGGER x BEFORE INSERT ON mine FOR EACH ROW
  EXECUTE FUNCTION upkeep.metrics('formula=m = settings.k', 'settings=across.own_settings');
SELECT * FROM failure('INSERT INTO mine VALUES (1)');
DROP TABLE mine;
RESET ROLE;
GRANT CREATE ON SCHEMA across TO regress_upkeep_other;
INSERT INTO own VALUES (0, 1, 1);
-- settings that write to a table whose owner does not let them
SET ROLE regress_upkeep_other;
CREATE TABLE across.other_settings (shop_id int PRIMARY KEY, k numeric);
CREATE TRIGGER x AFTER INSERT OR UPDATE ON across.other_settings FOR EACH ROW
  EXECUTE FUNCTION upkeep.metrics_settings();
RESET ROLE;
CREATE TABLE super_rows (shop_id int, m numeric);
SELECT * FROM failure('SELECT upkeep.enable_metrics(''super_rows'', ARRAY[''m = settings.k''], '
  '''other_settings'', on_settings_change => ''recalculate'')');
SET ROLE regress_upkeep_other;
SELECT state, message FROM failure('INSERT INTO across.other_settings VALUES (1, 1)');
RESET ROLE;
DROP TABLE super_rows, other_settings;
REVOKE CREATE ON SCHEMA across FROM regress_upkeep_other;
DELETE FROM own;

-- one who may only INSERT, under row security of both tables, which is forced upon their owner too
ALTER TABLE own_settings ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY nobody ON own_settings USING (false);
ALTER TABLE own ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY only_insert ON own FOR INSERT WITH CHECK (shop_id = 1 AND m < 1000);
REVOKE SELECT, UPDATE, DELETE ON own FROM regress_upkeep_other;
SET ROLE regress_upkeep_other;
INSERT INTO own VALUES (1, 1, 7, 12345), (2, 1, 8, NULL);
SELECT state, message FROM failure('INSERT INTO own VALUES (3, 2, 7)');
-- a policy sees the figure, not what the client sent
SELECT state, message FROM failure('INSERT INTO own VALUES (3, 1, 7000, 5)');
SELECT state, message FROM failure('SELECT FROM own');
SELECT state, message FROM failure('SELECT FROM own_settings');
SELECT current_user;
RESET ROLE;
SELECT * FROM own ORDER BY id;
-- who changes the settings recalculates rows that no policy shows to anybody
CREATE POLICY changes ON own_settings TO regress_upkeep_other USING (true);
GRANT SELECT, UPDATE, INSERT, DELETE ON own_settings TO regress_upkeep_other;
SET ROLE regress_upkeep_other;
UPDATE own_settings SET k = 6;
RESET ROLE;
SELECT * FROM own ORDER BY id;
SET ROLE regress_upkeep_owner;
SELECT count(*) AS visible FROM own;
SELECT count(*) FROM upkeep.check_metrics('own');
RESET ROLE;
SET session_replication_role = replica;
UPDATE own SET m = 0 WHERE id = 1;
RESET session_replication_role;
SET ROLE regress_upkeep_owner;
SELECT * FROM upkeep.check_metrics('own');
CALL upkeep.recalculate('own');
SET row_security = off;
SELECT count(*) FROM upkeep.check_metrics('own');
RESET row_security;
RESET ROLE;
SELECT * FROM own ORDER BY id;

-- search_path: empty, and hostile
CREATE SCHEMA harm;
GRANT USAGE, CREATE ON SCHEMA harm TO regress_upkeep_other;
SET ROLE regress_upkeep_other;
CREATE FUNCTION harm.lies(int, int) RETURNS boolean LANGUAGE plpgsql
  AS $$ BEGIN RAISE EXCEPTION 'the hostile operator ran as %', current_user; END $$;
CREATE FUNCTION harm.lies(date, date) RETURNS boolean LANGUAGE plpgsql
  AS $$ BEGIN RAISE EXCEPTION 'the hostile operator ran as %', current_user; END $$;
CREATE FUNCTION harm.lies(oid, oid) RETURNS boolean LANGUAGE plpgsql
  AS $$ BEGIN RAISE EXCEPTION 'the hostile operator ran as %', current_user; END $$;
CREATE FUNCTION harm.lies(tid, tid) RETURNS boolean LANGUAGE plpgsql
  AS $$ BEGIN RAISE EXCEPTION 'the hostile operator ran as %', current_user; END $$;
CREATE FUNCTION harm.lies(name, name) RETURNS boolean LANGUAGE plpgsql
  AS $$ BEGIN RAISE EXCEPTION 'the hostile operator ran as %', current_user; END $$;
CREATE OPERATOR harm.= (LEFTARG = int, RIGHTARG = int, FUNCTION = harm.lies);
CREATE OPERATOR harm.= (LEFTARG = oid, RIGHTARG = oid, FUNCTION = harm.lies);
CREATE OPERATOR harm.= (LEFTARG = tid, RIGHTARG = tid, FUNCTION = harm.lies);
CREATE OPERATOR harm.= (LEFTARG = name, RIGHTARG = name, FUNCTION = harm.lies);
CREATE OPERATOR harm.<= (LEFTARG = date, RIGHTARG = date, FUNCTION = harm.lies);
CREATE OPERATOR harm.>= (LEFTARG = date, RIGHTARG = date, FUNCTION = harm.lies);
CREATE FUNCTION harm.unnest(anyarray) RETURNS SETOF anyelement LANGUAGE plpgsql
  AS $$ BEGIN RAISE EXCEPTION 'the hostile function ran as %', current_user; END $$;
CREATE FUNCTION harm.count() RETURNS bigint LANGUAGE plpgsql
  AS $$ BEGIN RAISE EXCEPTION 'the hostile function ran as %', current_user; END $$;
CREATE FUNCTION harm.jsonb_build_object(text, int) RETURNS jsonb LANGUAGE plpgsql
  AS $$ BEGIN RAISE EXCEPTION 'the hostile function ran as %', current_user; END $$;
CREATE DOMAIN harm.date AS pg_catalog.date CHECK (VALUE < '1900-01-01');
CREATE DOMAIN harm.tid AS pg_catalog.text;
CREATE DOMAIN harm.text AS pg_catalog.text CHECK (false);
CREATE TABLE harm.pg_trigger (tgname name);
CREATE TABLE harm.own_settings (shop_id int PRIMARY KEY, k numeric);
CREATE TEMP TABLE pg_class (oid oid);
SET search_path = harm, pg_catalog;
INSERT INTO across.own VALUES (4, 1, 9);
UPDATE across.own_settings SET k = 7;
INSERT INTO across.own_settings VALUES (2, 3);
DELETE FROM across.own_settings WHERE shop_id OPERATOR(pg_catalog.=) 2;
SELECT pg_catalog.count(*) > 0 AS managed FROM upkeep.managed;
SELECT upkeep.evaluate('1 / 3', '{}'), upkeep.aov(10, 4);
RESET ROLE;
ALTER TABLE across.own ADD d pg_catalog.date DEFAULT '2026-01-01';
SET session_replication_role = replica;
UPDATE across.own SET m = 0 WHERE id OPERATOR(pg_catalog.=) 1;
RESET session_replication_role;
SET ROLE regress_upkeep_owner;
SET search_path = harm, pg_catalog;
SELECT * FROM upkeep.check_metrics('across.own', '1');
SELECT pg_catalog.count(*) >= 0 AS checked FROM upkeep.check();
CALL upkeep.recalculate('across.own', '1');
SELECT upkeep.enable_metrics('across.own', ARRAY['m = a * settings.k'], 'across.own_settings',
  on_settings_change => 'recalculate', date_column => 'd');
CALL upkeep.recalculate('across.own', '1', '2025-01-01'::pg_catalog.date, '2027-01-01'::pg_catalog.date);
SET search_path = '';
INSERT INTO across.own VALUES (5, 1, 10);
UPDATE across.own_settings SET k = 8;
SELECT * FROM upkeep.check_metrics('across.own');
CALL upkeep.recalculate('across.own', '1', '2025-01-01', '2027-01-01');
RESET search_path;
RESET ROLE;
SET search_path = across, public;
SELECT id, a, m FROM own ORDER BY id;

-- who loses the right to the settings loses the figures: a table that another takes the settings' name
ALTER TABLE own_settings OWNER TO regress_upkeep_other;
SELECT * FROM failure('INSERT INTO own VALUES (6, 1, 9)');
ALTER TABLE own_settings OWNER TO regress_upkeep_owner;
INSERT INTO own VALUES (6, 1, 9) RETURNING m;
-- the trigger of an owner who became another
ALTER TABLE own OWNER TO regress_upkeep_other;
SELECT state, message FROM failure('INSERT INTO own VALUES (7, 1, 9)');
ALTER TABLE own OWNER TO regress_upkeep_owner;
-- a member of the owning role may
GRANT regress_upkeep_owner TO regress_upkeep_other;
SET ROLE regress_upkeep_other;
SELECT upkeep.enable_metrics('own', ARRAY['m = a * settings.k'], 'own_settings');
SELECT count(*) FROM upkeep.check_metrics('own');
CALL upkeep.recalculate('own');
RESET ROLE;
REVOKE regress_upkeep_owner FROM regress_upkeep_other;
SET client_min_messages = warning;
DROP SCHEMA harm CASCADE;
RESET client_min_messages;
-- }
RESET search_path;
SET client_min_messages = warning;
DROP SCHEMA across CASCADE;
RESET client_min_messages;
