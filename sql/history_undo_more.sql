-- History: undo of what is half gone, and of keys that move.
SET client_min_messages = warning;
CREATE SCHEMA undone;
SET search_path = undone, public;
CREATE TABLE noted (name text PRIMARY KEY, transaction xid8);
CREATE FUNCTION note(name text) RETURNS void LANGUAGE sql AS
  'INSERT INTO undone.noted VALUES ($1, pg_catalog.pg_current_xact_id())';
CREATE FUNCTION undo(name text) RETURNS bigint LANGUAGE sql AS
  'SELECT upkeep.undo(transaction) FROM undone.noted n WHERE n.name = $1';

-- a transaction whose first entries were purged, or those of one table
CREATE TABLE ones (id int PRIMARY KEY, x int);
CREATE TABLE twos (id int PRIMARY KEY, x int);
SELECT upkeep.enable_history('ones'), upkeep.enable_history('twos');
CREATE TABLE times (at timestamptz);
BEGIN;
SELECT note('cut');
INSERT INTO ones VALUES (1, 1);
INSERT INTO times VALUES (clock_timestamp());
INSERT INTO ones VALUES (2, 2);
COMMIT;
BEGIN;
SELECT note('of two');
INSERT INTO twos VALUES (1, 1);
INSERT INTO ones VALUES (3, 3);
INSERT INTO twos VALUES (2, 2);
COMMIT;
SELECT at AS cut FROM times \gset
CALL upkeep.purge_history(:'cut');
SELECT state, regexp_replace(message, '\d+', 'N') AS message, detail, hint FROM failure($$SELECT undone.undo('cut')$$);
CALL upkeep.purge_history('infinity', 'ones');
SELECT state FROM failure($$SELECT undone.undo('of two')$$);
TABLE ones ORDER BY id;
TABLE twos ORDER BY id;
-- what one statement wrote to two tables, the purged one first or last; what was rolled back first is not missed
CREATE FUNCTION write_both(one int, two int) RETURNS void LANGUAGE sql AS
  'INSERT INTO undone.ones VALUES (one, 0); INSERT INTO undone.twos VALUES (two, 0)';
CREATE FUNCTION write_turned(one int, two int) RETURNS void LANGUAGE sql AS
  'INSERT INTO undone.twos VALUES (two, 0); INSERT INTO undone.ones VALUES (one, 0)';
BEGIN; SELECT note('both'), write_both(21, 21); COMMIT;
BEGIN; SELECT note('turned'), write_turned(22, 22); COMMIT;
CALL upkeep.purge_history('infinity', 'ones');
BEGIN; SELECT note('rolled'); SAVEPOINT a; INSERT INTO ones VALUES (23, 0); ROLLBACK TO a;
INSERT INTO twos VALUES (23, 0); COMMIT;
SELECT name, state FROM noted, failure(format('SELECT undone.undo(%L)', name)) WHERE name IN ('both', 'turned');
SELECT undo('rolled');
DELETE FROM ones WHERE id > 20;
DELETE FROM twos WHERE id > 20;
BEGIN; SELECT note('later'); INSERT INTO ones VALUES (4, 4); COMMIT;
SELECT undo('later');

-- a transaction that took months, one of them without entries of its own
CREATE TABLE upkeep.history_2020_01 (LIKE upkeep.history_entries);
CREATE TABLE upkeep.history_2020_02 (LIKE upkeep.history_entries);
CREATE TABLE upkeep.history_2020_03 (LIKE upkeep.history_entries);
ALTER TABLE upkeep.history_entries ATTACH PARTITION upkeep.history_2020_01
  FOR VALUES FROM ('2020-01-01 00:00+00') TO ('2020-02-01 00:00+00');
ALTER TABLE upkeep.history_entries ATTACH PARTITION upkeep.history_2020_02
  FOR VALUES FROM ('2020-02-01 00:00+00') TO ('2020-03-01 00:00+00');
ALTER TABLE upkeep.history_entries ATTACH PARTITION upkeep.history_2020_03
  FOR VALUES FROM ('2020-03-01 00:00+00') TO ('2020-04-01 00:00+00');
BEGIN; SELECT note('long');
INSERT INTO ones VALUES (31, 0), (32, 0);
UPDATE ones SET x = 1 WHERE id = 31;
UPDATE ones SET x = 2 WHERE id = 32;
COMMIT;
SET session_replication_role = replica;
UPDATE upkeep.history_entries e
SET at = CASE e.statement WHEN 1 THEN timestamptz '2020-01-31 00:00+00' ELSE '2020-03-01 00:00+00' END
FROM noted n WHERE n.name = 'long' AND e.transaction = n.transaction;
RESET session_replication_role;
SELECT e.tableoid::regclass AS month, e.statement, e.action, e.key
FROM upkeep.history_entries e JOIN noted n USING (transaction) WHERE n.name = 'long' ORDER BY e.id;
SELECT undo('long');
SELECT count(*) AS gone FROM ones WHERE id IN (31, 32);
CALL upkeep.purge_history('2020-05-01');

-- keys that changed and came back, by statements and by undo; values that changed under another key
INSERT INTO ones VALUES (10, 0);
BEGIN; SELECT note('up'); UPDATE ones SET id = 11 WHERE id = 10; COMMIT;
BEGIN; SELECT note('down'); UPDATE ones SET id = 10 WHERE id = 11; COMMIT;
SELECT undo('down');
SELECT undo('up');
BEGIN; SELECT note('value'); UPDATE ones SET x = 1 WHERE id = 10; COMMIT;
UPDATE ones SET id = 11 WHERE id = 10;
UPDATE ones SET id = 12 WHERE id = 11;
SELECT state, message FROM failure($$SELECT undone.undo('value')$$);
UPDATE ones SET x = 2 WHERE id = 12;
UPDATE ones SET id = 10 WHERE id = 12;
SELECT state, message FROM failure($$SELECT undone.undo('value')$$);
UPDATE ones SET x = 1 WHERE id = 10;
SELECT undo('value');
SELECT * FROM ones WHERE id >= 10;

-- many rows, as left and not
INSERT INTO twos SELECT n, n FROM generate_series(101, 3000) n;
BEGIN; SELECT note('many'); UPDATE twos SET x = -x WHERE id > 100; COMMIT;
UPDATE twos SET x = x WHERE id > 100;
UPDATE twos SET x = 0 WHERE id = 2000;
SELECT state, message FROM failure($$SELECT undone.undo('many')$$);
UPDATE twos SET x = -id WHERE id = 2000;
SELECT undo('many');
SELECT count(*) FROM twos WHERE x = id AND id > 100;

-- keys that others follow ON UPDATE CASCADE, into their own keys and further
CREATE TABLE firsts (id int PRIMARY KEY, x int);
CREATE TABLE seconds (first_id int REFERENCES firsts ON UPDATE CASCADE, n int, y int, PRIMARY KEY (first_id, n));
CREATE TABLE thirds (id int PRIMARY KEY, first_id int, n int,
  FOREIGN KEY (first_id, n) REFERENCES seconds ON UPDATE CASCADE);
CREATE TABLE nulled (id int PRIMARY KEY, first_id int REFERENCES firsts ON UPDATE SET NULL);
SELECT upkeep.enable_history(t) FROM unnest('{firsts,seconds,thirds,nulled}'::regclass[]) t;
INSERT INTO firsts VALUES (1, 1), (5, 5);
INSERT INTO seconds VALUES (1, 1, 1), (1, 2, 2), (5, 3, 3);
INSERT INTO thirds VALUES (1, 1, 1), (2, 1, 2);
INSERT INTO nulled VALUES (1, 1);
CREATE FUNCTION state() RETURNS text LANGUAGE sql AS $$
  SELECT string_agg(r, ' ' ORDER BY r) FROM (
    SELECT 'f' || t::text FROM undone.firsts t UNION ALL SELECT 's' || t::text FROM undone.seconds t
    UNION ALL SELECT 't' || t::text FROM undone.thirds t UNION ALL SELECT 'n' || t::text FROM undone.nulled t) a(r)
$$;
SELECT state();
BEGIN;
SELECT note('cascade');
UPDATE seconds SET y = 9 WHERE n = 1;
UPDATE firsts SET id = 2 WHERE id = 1;
UPDATE seconds SET y = 10 WHERE n = 1;
UPDATE seconds SET first_id = 5 WHERE n = 2;
COMMIT;
SELECT state();
BEGIN; SELECT note('undo of cascade'); SELECT undo('cascade'); COMMIT;
SELECT state();
SELECT undo('undo of cascade');
SELECT state();

-- rows that go and come under one key; those that refer to them
CREATE TABLE parents (id int PRIMARY KEY, x int);
CREATE TABLE children (id int PRIMARY KEY, parent_id int REFERENCES parents DEFERRABLE);
SELECT upkeep.enable_history('parents'), upkeep.enable_history('children');
INSERT INTO parents VALUES (1, 1), (2, 2);
INSERT INTO children VALUES (1, 1);
BEGIN;
SELECT note('again');
SET CONSTRAINTS ALL DEFERRED;
DELETE FROM parents WHERE id = 1;
INSERT INTO parents VALUES (1, 11);
UPDATE children SET parent_id = 2;
COMMIT;
SELECT undo('again');
SELECT p, c FROM parents p LEFT JOIN children c ON c.parent_id = p.id ORDER BY p;
BEGIN;
SELECT note('another');
DELETE FROM parents WHERE id = 2;
UPDATE children SET parent_id = NULL;
UPDATE parents SET id = 2 WHERE id = 1;
COMMIT;
SELECT undo('another');
TABLE parents ORDER BY id;

-- a key that only the database gives
CREATE TABLE given (id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY, x int);
SELECT upkeep.enable_history('given');
INSERT INTO given (x) VALUES (1);
BEGIN; SELECT note('given'); UPDATE given SET id = DEFAULT; COMMIT;
SELECT * FROM failure($$SELECT undone.undo('given')$$);
ALTER TABLE given ALTER id SET GENERATED BY DEFAULT;
SELECT undo('given');
TABLE given;
DROP SCHEMA undone CASCADE;
