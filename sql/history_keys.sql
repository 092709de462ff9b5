-- History: rows that are told by keys of all kinds.
SET client_min_messages = warning;
CREATE SCHEMA keyed;
SET search_path = keyed, public;

-- what was written stays to be read after history is disabled, and so does the way back
CREATE TABLE ended (id int PRIMARY KEY, name text, mail text);
SELECT upkeep.enable_history('ended');
INSERT INTO ended VALUES (1, 'a', 'm'), (2, 'b', 'n');
CREATE TABLE moments AS SELECT clock_timestamp() AS at;
BEGIN;
UPDATE ended SET name = 'aa' WHERE id = 1;
ALTER TABLE moments ADD undone xid8;
UPDATE moments SET undone = pg_current_xact_id();
COMMIT;
DELETE FROM ended WHERE id = 2;
SELECT upkeep.disable_history('ended');
SELECT action, changes FROM upkeep.row_history('ended', '{"id": 2}');
SELECT e.* FROM moments, upkeep.as_of(NULL::ended, at) e ORDER BY id;
SELECT upkeep.restore_row('ended', '{"id": 2}');
SELECT upkeep.undo(undone) FROM moments;
SELECT upkeep.erase('ended', '{"id": 1}', '{mail}', 'asked for it');
TABLE ended ORDER BY id;

-- a key is what the column would make of it, and what its "=" takes for the same
CREATE COLLATION any_case (provider = icu, locale = 'und-u-ks-level2', deterministic = false);
CREATE TABLE amounts (id numeric(10,2) PRIMARY KEY, mail text);
CREATE TABLE plain_amounts (id numeric PRIMARY KEY, mail text);
CREATE TABLE codes (id char(5) PRIMARY KEY, mail text);
CREATE TABLE times (id timestamptz(0) PRIMARY KEY, mail text);
CREATE TABLE names (id text COLLATE any_case PRIMARY KEY, mail text);
CREATE TABLE numbers (id int PRIMARY KEY, mail text);
SELECT upkeep.enable_history(t) FROM unnest('{amounts,plain_amounts,codes,times,names,numbers}'::regclass[]) t;
INSERT INTO amounts VALUES (1, 'm');
INSERT INTO plain_amounts VALUES (1.50, 'm');
INSERT INTO codes VALUES ('ab', 'm');
INSERT INTO times VALUES ('2026-01-01 00:00:00+00', 'm');
INSERT INTO names VALUES ('Ann', 'm');
INSERT INTO numbers VALUES (1, 'm'), (2, 'm');
CREATE TABLE wanted (target regclass, key jsonb);
INSERT INTO wanted VALUES ('amounts', '{"id": 1}'), ('plain_amounts', '{"id": 1.5}'), ('codes', '{"id": "ab"}'),
  ('times', '{"id": "2026-01-01 01:00+01"}'), ('names', '{"id": "ANN"}'), ('numbers', '{"id": 2.0}');
SELECT target, key, (SELECT count(*) FROM upkeep.row_history(target, key)) AS entries,
  upkeep.erase(target, key, '{mail}', 'asked for it') AS erased FROM wanted;
SELECT target, f.* FROM (VALUES ('amounts', '{"id": 1.001}'), ('codes', '{"id": "abcdefg"}'),
  ('times', '{"id": "2026-01-01 00:00:00.4+00"}'), ('numbers', '{"id": 1.5}')) AS t(target, key),
  failure(format('SELECT upkeep.erase(%L, %L, ''{mail}'', ''why'')', target, key)) f;
SELECT count(*) FROM upkeep.row_history('numbers', '{"id": 1}');

-- values that the type of the column does not take any more
CREATE TYPE mood AS ENUM ('fine', 'sad');
CREATE TABLE moods (id int PRIMARY KEY, mood mood);
SELECT upkeep.enable_history('moods');
INSERT INTO moods VALUES (1, 'fine'), (2, 'sad');
UPDATE moods SET mood = 'sad' WHERE id = 1;
DELETE FROM moods WHERE id = 2;
ALTER TYPE mood RENAME VALUE 'fine' TO 'happy';
ALTER TYPE mood RENAME VALUE 'sad' TO 'low';
SELECT * FROM failure($$SELECT upkeep.as_of(NULL::moods, since) FROM upkeep.history_tables
  WHERE name = 'keyed.moods'$$);
SELECT * FROM failure($$SELECT upkeep.restore_row('moods', '{"id": 2}')$$);
SELECT * FROM failure(format('SELECT upkeep.undo(%L)',
  (SELECT transaction FROM upkeep.history WHERE target = 'moods'::regclass AND action = 'update')));

-- a key whose type was changed: nothing is erased by halves
CREATE TABLE retyped (id int PRIMARY KEY, mail text);
SELECT upkeep.enable_history('retyped');
INSERT INTO retyped VALUES (7, 'm');
ALTER TABLE retyped ALTER id TYPE text;
UPDATE retyped SET mail = 'n';
INSERT INTO retyped VALUES ('8', 'm');
SELECT * FROM failure($$SELECT upkeep.erase('retyped', '{"id": "7"}', '{mail}', 'why')$$);
SELECT upkeep.erase('retyped', '{"id": "8"}', '{mail}', 'why');
DELETE FROM retyped;
ALTER TABLE retyped ALTER id TYPE uuid USING id::uuid;
INSERT INTO retyped VALUES ('00000000-0000-0000-0000-000000000001', 'm');
SELECT * FROM failure($$SELECT upkeep.erase('retyped', '{"id": "00000000-0000-0000-0000-000000000001"}',
  '{mail}', 'why')$$);

-- the way back goes on from a number to a text, and from a text to a number
CREATE TABLE renumbered (id int, part int, x int, PRIMARY KEY (id, part));
SELECT upkeep.enable_history('renumbered');
INSERT INTO renumbered VALUES (7, 1, 0), (17, 1, 0);
UPDATE renumbered SET x = 1 WHERE id = 7;
ALTER TABLE renumbered ALTER id TYPE text;
UPDATE renumbered SET x = 2 WHERE id = '7';
ALTER TABLE renumbered RENAME id TO number;
SELECT action, changes FROM upkeep.row_history('renumbered', '{"number": 7, "part": 1}');
DELETE FROM renumbered;
ALTER TABLE renumbered ALTER number TYPE numeric(10,2) USING number::numeric;
SELECT action, changes FROM upkeep.row_history('renumbered', '{"number": 7, "part": 1}');
SELECT upkeep.restore_row('renumbered', '{"number": 7, "part": 1}');
SELECT upkeep.restore_row('renumbered', '{"number": 17.00, "part": "1"}');
TABLE renumbered ORDER BY number;
SELECT action, changes FROM upkeep.row_history('renumbered', '{"number": 7, "part": 1}') LIMIT 2;

-- rows that are gone, by keys that are equal and written otherwise
CREATE TABLE spelled (id numeric, span interval, x int, PRIMARY KEY (id, span));
SELECT upkeep.enable_history('spelled');
INSERT INTO spelled VALUES (1.00, '1 day', 0), (2.50, '2 days', 0), (1.00, '2 days', 0);
UPDATE spelled SET id = 1.0, x = 1 WHERE id = 1 AND span = '1 day';
SELECT clock_timestamp() AS then \gset
DELETE FROM spelled;
SELECT action, changes FROM upkeep.row_history('spelled', '{"id": 1, "span": "24:00"}');
SELECT action, changes FROM upkeep.row_history('spelled', '{"id": 3, "span": "24:00"}');
SELECT * FROM upkeep.as_of(NULL::spelled, :'then') ORDER BY id, span;
SELECT upkeep.restore_row('spelled', '{"id": 1.000, "span": "24:00"}');
SELECT upkeep.restore_row('spelled', '{"id": "2.5", "span": "48:00"}');
SELECT * FROM failure($$SELECT upkeep.restore_row('spelled', '{"id": 2.6, "span": "48:00"}')$$);
TABLE spelled ORDER BY id;

-- tables that refer to one another
CREATE TABLE a_firms (id int PRIMARY KEY, head int);
CREATE TABLE b_people (id int PRIMARY KEY, firm int REFERENCES a_firms ON DELETE CASCADE DEFERRABLE);
ALTER TABLE a_firms ADD CONSTRAINT head FOREIGN KEY (head) REFERENCES b_people ON DELETE CASCADE;
SELECT upkeep.enable_history('a_firms'), upkeep.enable_history('b_people');
INSERT INTO a_firms VALUES (1);
INSERT INTO b_people VALUES (1, 1), (2, 1);
UPDATE a_firms SET head = 1;
DELETE FROM a_firms;
SELECT * FROM failure($$SELECT upkeep.restore_row('a_firms', '{"id": 1}')$$);
BEGIN;
SET CONSTRAINTS ALL DEFERRED;
SELECT upkeep.restore_row('a_firms', '{"id": 1}');
COMMIT;
SELECT a, b FROM a_firms a, b_people b ORDER BY b;
DROP SCHEMA keyed CASCADE;
