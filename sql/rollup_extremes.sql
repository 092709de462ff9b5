-- Rollups of least and greatest values, and of any and all: read anew only where an extreme may have left.
\set VERBOSITY terse
SET client_min_messages = warning;
CREATE SCHEMA rollup_extremes;
SET search_path = rollup_extremes, public;
CREATE COLLATION insensitive (provider = icu, locale = 'und-u-ks-level2', deterministic = false);
CREATE TYPE mood AS ENUM ('sad', 'fine', 'glad');
CREATE DOMAIN score AS int CHECK (VALUE < 1000);
CREATE TABLE groups (
  id uuid PRIMARY KEY, least int, greatest numeric(6,1), first_name text COLLATE "C",
  last_name text COLLATE insensitive, mood mood, latest timestamptz, tags int[], code char(6), id_of uuid,
  best score, any_good boolean, all_good boolean);
CREATE TABLE items (
  id int PRIMARY KEY, group_id uuid, v int, n numeric, name text, mood mood, at timestamptz, tags int[], good boolean);
CREATE INDEX ON items (group_id);
\set a '''00000000-0000-0000-0000-00000000000a'''
\set b '''00000000-0000-0000-0000-00000000000b'''
SELECT upkeep.enable_rollup('groups', 'items', ARRAY['least = min(v)', 'greatest = max(n)', 'first_name = min(name)',
  'last_name = max(name)', 'mood = max(mood)', 'latest = max(at) FILTER (WHERE good)', 'tags = min(tags)',
  'code = max(name)', 'id_of = max(group_id)', 'best = max(v)', 'any_good = bool_or(good)',
  'all_good = bool_and(good)'],
  '{id = group_id}', missing => 'ignore');
INSERT INTO groups (id) VALUES (:a), (:b);
INSERT INTO items VALUES
  (1, :a, 5, 1.25, 'bob', 'sad', '2026-01-01Z', '{1,2}', true),
  (2, :a, 7, -3, 'Al', 'fine', '2026-01-02Z', '{1}', false),
  (3, :b, NULL, NULL, NULL, NULL, NULL, NULL, NULL);
\set names 'right(id::text, 1) AS id, least, greatest, first_name, last_name, mood, code, right(id_of::text, 1) AS of'
\set others 'latest AT TIME ZONE ''UTC'' AS latest, tags, best, any_good AS any, all_good AS all'
\set shown 'SELECT ' :names ', ' :others ' FROM groups ORDER BY id;'
:shown
-- More extreme values take the place of those that are there, at once.
UPDATE items SET v = 9, n = 2, name = 'carol' WHERE id = 2;
:shown
-- What is not extreme may go.
INSERT INTO items VALUES (4, :a, 8, 0, 'bz', 'sad', '2025-01-01Z', '{2}', true);
DELETE FROM items WHERE id = 4;
:shown
-- One of two that are the same, then the other.
INSERT INTO items VALUES (5, :a, 9, 2.04, 'CAROL', 'fine', '2026-01-01Z', '{1}', NULL);
DELETE FROM items WHERE id = 2;
:shown
DELETE FROM items WHERE id = 5;
:shown
-- The extreme goes and a better, an equal, a worse one comes.
UPDATE items SET v = v - 1, n = n + 1, at = at + interval '1 day' WHERE id = 1;
:shown
UPDATE items SET v = v + 1, n = n - 1, at = at - interval '1 day', good = NOT good WHERE id = 1;
:shown
UPDATE items SET group_id = :b;
:shown
SELECT * FROM upkeep.check_rollup('groups');
-- Nothing is left.
DELETE FROM items;
:shown
-- Both in one statement; what the column cannot hold.
INSERT INTO items
  SELECT n, CASE WHEN n % 2 = 0 THEN :a::uuid ELSE :b END, n, n / 3.0, 'n' || n, 'fine', NULL, ARRAY[n], n > 5
  FROM generate_series(1, 20) n;
WITH gone AS (DELETE FROM items WHERE id IN (1, 2, 19, 20))
INSERT INTO items VALUES (30, :a, 0, 100, 'a', 'glad', now(), '{0}', true);
SELECT * FROM upkeep.check_rollup('groups');
MERGE INTO items i USING (SELECT generate_series(3, 30) AS id) s ON i.id = s.id
  WHEN MATCHED AND i.id IN (3, 30) THEN DELETE
  WHEN MATCHED AND i.id > 15 THEN UPDATE SET v = -v
  WHEN NOT MATCHED THEN INSERT VALUES (s.id, :b, 50 + s.id, s.id, 'm', 'sad', now(), '{1}', false);
SELECT * FROM upkeep.check_rollup('groups');
SELECT least, greatest, best, mood, tags FROM groups ORDER BY id;
INSERT INTO items (id, group_id, v) VALUES (100, :a, 1000);
INSERT INTO items (id, group_id, n) VALUES (100, :a, 99999.95);
-- A stored extreme that is not there any more is put right by whatever concerns it.
SET upkeep.pause = 'rollup';
UPDATE groups SET least = NULL, best = NULL WHERE id = :a;
RESET upkeep.pause;
DELETE FROM items WHERE id = (SELECT id FROM items WHERE group_id = :a ORDER BY v LIMIT 1);
SELECT least FROM groups WHERE id = :a;
CALL upkeep.recalculate_rollup('groups');
SELECT * FROM upkeep.check_rollup('groups');
-- By a statement.
CREATE FUNCTION nothing() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NULL; END $$;
CREATE TRIGGER seen AFTER UPDATE ON groups FOR EACH STATEMENT EXECUTE FUNCTION nothing();
DELETE FROM items WHERE id > 12;
SELECT * FROM upkeep.check_rollup('groups');
SELECT least, greatest, best, mood, tags FROM groups ORDER BY id;
UPDATE items SET group_id = :a WHERE v > 8;
SELECT * FROM upkeep.check_rollup('groups');
DELETE FROM items;
:shown
-- Rows that the statement's own triggers change or take away again.
CREATE TABLE peaks (k int PRIMARY KEY, n int, peak int);
CREATE TABLE measures (id int PRIMARY KEY, k int, v int);
CREATE INDEX ON measures (k);
SELECT upkeep.enable_rollup('peaks', 'measures', '{n = count(*), peak = max(v)}', '{k = k}');
CREATE FUNCTION cap() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  DELETE FROM rollup_extremes.measures WHERE id = new.id AND v > 100;
  UPDATE rollup_extremes.measures SET v = 10 WHERE id = new.id AND v > 10;
  RETURN NULL;
END $$;
CREATE TRIGGER cap AFTER INSERT OR UPDATE ON measures FOR EACH ROW EXECUTE FUNCTION cap();
INSERT INTO measures VALUES (1, 1, 3);
INSERT INTO measures VALUES (2, 1, 17), (3, 2, 4), (4, 2, 170);
TABLE peaks;
UPDATE measures SET v = 99 WHERE id = 2;
UPDATE measures SET v = 990 WHERE id = 3;
TABLE peaks;
DROP TRIGGER cap ON measures;
-- So does a trigger of the target.
CREATE FUNCTION lower() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  UPDATE rollup_extremes.measures SET v = 10 WHERE k = new.k AND v > 10;
  RETURN NULL;
END $$;
CREATE TRIGGER lower AFTER INSERT OR UPDATE ON peaks FOR EACH ROW EXECUTE FUNCTION lower();
INSERT INTO measures VALUES (5, 1, 13), (6, 2, 14), (7, 3, 17);
UPDATE measures SET v = v + 5;
TABLE peaks;
DROP TRIGGER lower ON peaks;
-- A trigger before it writes the row's own group: that is there when the row comes.
CREATE FUNCTION add() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO rollup_extremes.measures SELECT 9, new.k, 2 WHERE pg_trigger_depth() < 3;
  RETURN new;
END $$;
CREATE TRIGGER add BEFORE INSERT ON peaks FOR EACH ROW EXECUTE FUNCTION add();
INSERT INTO measures VALUES (8, 4, 1);
SELECT * FROM upkeep.check_rollup('peaks');
-- Two actions of foreign keys write a row one after the other: what came has gone again.
CREATE TABLE points (id int PRIMARY KEY);
CREATE TABLE spans (k int, a int REFERENCES points ON DELETE SET NULL, b int REFERENCES points ON DELETE SET NULL);
CREATE INDEX ON spans (k);
CREATE TABLE longest (k int PRIMARY KEY, n int, length int);
SELECT upkeep.enable_rollup('longest', 'spans', ARRAY['n = count(*)', 'length = max(coalesce(b, 0) - coalesce(a, 0))'],
  '{k = k}');
INSERT INTO points VALUES (5);
INSERT INTO spans VALUES (1, 5, 5);
DELETE FROM points;
TABLE longest;
DROP SCHEMA rollup_extremes CASCADE;

-- What an expression raises says for which figure it was met.
\set VERBOSITY default
CREATE TABLE most (id int PRIMARY KEY, least numeric(3,1), letters varchar(2));
CREATE TABLE much (id int, n numeric, word text);
CREATE INDEX ON much (id);
CREATE FUNCTION halved(numeric) RETURNS numeric IMMUTABLE LANGUAGE plpgsql AS 'BEGIN RETURN 100 / $1; END';
SELECT upkeep.enable_rollup('most', 'much', '{least = min(halved(n)), letters = max(word)}', '{id = id}',
  filter => 'n / id > 0');
INSERT INTO much VALUES (1, 0.1, 'a');
INSERT INTO much VALUES (1, 50, 'abc');
INSERT INTO much VALUES (0, 50, 'a');
INSERT INTO much VALUES (1, 50, 'a');
TABLE most;
SET upkeep.pause = 'rollup';
INSERT INTO much VALUES (1, 50, 'abc'), (3, 50, 'abc');
RESET upkeep.pause;
INSERT INTO most VALUES (3);
DELETE FROM much WHERE word = 'a';
DELETE FROM much WHERE word = 'abc';
DELETE FROM much WHERE id <> 1;
SELECT upkeep.disable_rollup('most', 'much');
SELECT * FROM failure($$SELECT upkeep.enable_rollup('most', 'much', '{letters = min(word)}', '{id = id}')$$);
UPDATE much SET word = 'ab';
-- two keys; an index by a key that is cut to a length
CREATE TABLE pairs (a int, b varchar(3), n smallint, PRIMARY KEY (a, b));
DROP INDEX much_id_idx;
SET client_min_messages = notice;
SELECT upkeep.enable_rollup('pairs', 'much', '{n = max(n)}', '{a = id, b = word}');
CREATE INDEX ON much (id, ("varchar"((word)::character varying, 7, false)));
SELECT upkeep.enable_rollup('pairs', 'much', '{n = max(n)}', '{a = id, b = word}');
SET client_min_messages = warning;
INSERT INTO much VALUES (7, 7, 'x'), (8, 70000, 'it''s');
INSERT INTO much VALUES (7, 7, 'x'), (8, 70000, 'it');
SET upkeep.pause = 'rollup';
INSERT INTO much VALUES (8, 70000, 'it');
RESET upkeep.pause;
INSERT INTO much VALUES (8, 9, 'it');
DELETE FROM much WHERE n = 9;
TABLE pairs;
DROP TABLE pairs;
SELECT upkeep.enable_rollup('most', 'much', '{least = min(halved(n)), letters = max(word)}', '{id = id}',
  filter => 'n / id > 0');
DROP FUNCTION halved;
INSERT INTO much VALUES (1, 50, 'a');
SET client_min_messages = warning;
DROP TABLE most, much;
RESET client_min_messages;
