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
BEGIN; SELECT note('later'); INSERT INTO ones VALUES (4, 4); COMMIT;
SELECT undo('later');
DROP SCHEMA undone CASCADE;
