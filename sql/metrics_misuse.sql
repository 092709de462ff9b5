-- What others can do to settings, and what a table that is out of order does to the rest.
CREATE SCHEMA odd;
SET search_path = odd, public;
GRANT ALL ON SCHEMA odd TO regress_upkeep_owner, regress_upkeep_other;

-- C++ edition {
-- Anybody can name anybody's settings in a trigger of his own: it reads nothing,
-- and the settings' owner is not stopped.
SET ROLE regress_upkeep_owner;
CREATE TABLE s (shop_id int PRIMARY KEY, k numeric);
CREATE TABLE t (shop_id int, a int, m numeric);
SELECT upkeep.enable_metrics('t', ARRAY['m = a * settings.k'], 's', on_settings_change => 'recalculate');
INSERT INTO s VALUES (1, 5);
INSERT INTO t VALUES (1, 2);
RESET ROLE;
SET ROLE regress_upkeep_other;
CREATE TABLE x (shop_id int, m numeric);
CREATE TRIGGER x BEFORE INSERT ON x FOR EACH ROW
  EXECUTE FUNCTION upkeep.metrics('formula=m = settings.k', 'settings=odd.s');
SELECT state, message FROM failure('INSERT INTO x VALUES (1)');
CREATE TABLE y (shop_id int, m numeric);
CREATE TRIGGER y BEFORE INSERT ON y FOR EACH ROW
  EXECUTE FUNCTION upkeep.metrics('formula=m = (settings.k', 'settings=odd.s');
RESET ROLE;
SET ROLE regress_upkeep_owner;
UPDATE s SET k = 6;
SELECT * FROM t;
RESET ROLE;
SELECT finding FROM upkeep.check() WHERE object IN ('x'::regclass, 'y'::regclass);
DROP TABLE x, y;

-- One's own table that is out of order is a WARNING, and the others follow.
SET ROLE regress_upkeep_owner;
CREATE TABLE u (shop_id int, a int, m numeric);
SELECT upkeep.enable_metrics('u', ARRAY['m = a * settings.k'], 's', on_settings_change => 'recalculate');
INSERT INTO u VALUES (1, 3);
ALTER TABLE u RENAME a TO b;
UPDATE s SET k = 7;
SELECT t.m, u.m FROM t, u;
ALTER TABLE u RENAME b TO a;
UPDATE s SET k = 8;
SELECT t.m, u.m FROM t, u;
SELECT upkeep.disable_metrics('u');
RESET ROLE;

-- A lock on a table with other settings, or none, is nothing to wait for: the arguments are read first.
CREATE TABLE big (shop_id bigint, a int, m numeric);
SELECT upkeep.enable_metrics('big', ARRAY['m = a * settings.k'], 's');
INSERT INTO big VALUES (5000000000, 1), (1, 1) RETURNING *;
DROP TABLE big;
-- }

-- Keys of two collations.
CREATE TABLE s5 (shop_id text COLLATE "POSIX" PRIMARY KEY, k numeric);
CREATE TABLE t5 (shop_id text COLLATE "C", a int, m numeric);
SELECT upkeep.enable_metrics('t5', ARRAY['m = a * settings.k'], 's5', on_settings_change => 'recalculate');
INSERT INTO s5 VALUES ('a', 2);
INSERT INTO t5 VALUES ('a', 2) RETURNING m;
UPDATE s5 SET k = 4;
SELECT m FROM t5;
SELECT * FROM upkeep.check_metrics('t5');
SELECT count(*) FROM upkeep.check() WHERE object = 't5'::regclass;

-- A row that cannot be computed is a finding, drift is one beside what is too large.
CREATE TABLE t6 (a numeric, m smallint);
SELECT upkeep.enable_metrics('t6', ARRAY['m = a']);
INSERT INTO t6 VALUES (1), (40000);
SET session_replication_role = replica;
UPDATE t6 SET m = 7 WHERE a = 1;
RESET session_replication_role;
SELECT finding FROM upkeep.check() WHERE object = 't6'::regclass;

-- Who cannot compute does not claim to.
-- C++ edition {
SET upkeep.pause = 'metrics';
CALL upkeep.recalculate('t6');
RESET upkeep.pause;
ALTER TABLE t6 DISABLE TRIGGER zz_upkeep_metrics;
CALL upkeep.recalculate('t6');
ALTER TABLE t6 ENABLE TRIGGER zz_upkeep_metrics;
-- }
CALL upkeep.recalculate('t6');
SELECT * FROM t6;
SET session_replication_role = replica;
INSERT INTO t6 VALUES ('NaN');
RESET session_replication_role;
SELECT finding FROM upkeep.check() WHERE object = 't6'::regclass;

-- The settings' index goes and comes; it may be of no use.
CREATE TABLE s7 (shop_id int, k numeric, CONSTRAINT one UNIQUE (shop_id) DEFERRABLE INITIALLY DEFERRED);
CREATE TABLE t7 (shop_id int, a int, m numeric);
SELECT upkeep.enable_metrics('t7', ARRAY['m = a * settings.k'], 's7');
INSERT INTO s7 VALUES (1, 2);
INSERT INTO t7 VALUES (1, 10) RETURNING m;
ALTER TABLE s7 DROP CONSTRAINT one;
INSERT INTO t7 VALUES (1, 11) RETURNING m;
CREATE UNIQUE INDEX part ON s7 (shop_id) WHERE k > 100;
INSERT INTO t7 VALUES (1, 12) RETURNING m;
CREATE UNIQUE INDEX whole ON s7 (shop_id);
INSERT INTO t7 VALUES (1, 13), (2, 13), (NULL, 13) RETURNING m;
BEGIN;
UPDATE s7 SET k = 3;
INSERT INTO t7 VALUES (1, 14) RETURNING m;
SAVEPOINT a;
DELETE FROM s7;
INSERT INTO t7 VALUES (1, 15) RETURNING m;
ROLLBACK TO a;
INSERT INTO t7 VALUES (1, 16) RETURNING m;
ROLLBACK;

-- A figure that takes the long way beside others: the others are stored too.
CREATE TABLE w (id int PRIMARY KEY, a numeric, b numeric, m0 numeric(20,0), m1 numeric(38,37));
SELECT upkeep.enable_metrics('w', ARRAY['m0 = a + 1', 'm1 = 1 / b']);
INSERT INTO w VALUES (1, 5, 0.7);
UPDATE w SET a = 100 RETURNING m0;
INSERT INTO w VALUES (2, 5, 0.7, 777, 1.4285714285714285714285714285714285714) RETURNING m0;

-- C++ edition {
-- recalculate by a superuser runs the owner's code as the owner, and leaves none of it for later.
CREATE TABLE seen (who name, what text);
GRANT INSERT ON seen TO PUBLIC;
SET ROLE regress_upkeep_owner;
CREATE FUNCTION notes() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO odd.seen VALUES (current_user, tg_name);
  PERFORM set_config('search_path', 'odd', false);
  RETURN NEW;
END $$;
CREATE FUNCTION odd.checks(int) RETURNS boolean LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO odd.seen VALUES (current_user, 'domain');
  RETURN true;
END $$;
CREATE DOMAIN tenant AS int CHECK (odd.checks(VALUE));
CREATE TABLE v (shop_id tenant, orders int, revenue int, aov int);
SELECT upkeep.enable_metrics('v');
CREATE TRIGGER now BEFORE UPDATE ON v FOR EACH ROW EXECUTE FUNCTION notes();
INSERT INTO v VALUES (1, 2, 10);
RESET ROLE;
SET session_replication_role = replica;
UPDATE v SET aov = 7;
RESET session_replication_role;
TRUNCATE seen;
CALL upkeep.recalculate('v', '1');
SELECT DISTINCT * FROM seen ORDER BY 1, 2;
SHOW search_path;
CREATE CONSTRAINT TRIGGER later AFTER UPDATE ON v DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION notes();
SET session_replication_role = replica;
UPDATE v SET aov = 7;
RESET session_replication_role;
CALL upkeep.recalculate('v', '1');
SET ROLE regress_upkeep_owner;
CALL upkeep.recalculate('v', '1');
RESET ROLE;
-- }

-- Rows that came in while metrics were paused have locked no settings: their update does.
BEGIN;
SET LOCAL upkeep.pause = 'metrics';
INSERT INTO s5 VALUES ('b', 3);
INSERT INTO t5 VALUES ('b', 5);
SET LOCAL upkeep.pause = '';
UPDATE t5 SET a = 6 WHERE shop_id = 'b' RETURNING m;
ROLLBACK;
