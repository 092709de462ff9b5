-- Rollups by keys of every kind: expressions, several columns, NULLs, other types, partitions, several rollups.
\set VERBOSITY terse
SET client_min_messages = warning;
CREATE SCHEMA rollup_keys;
SET search_path = rollup_keys, public;

-- Several columns, an expression, in another order than the index has them; rows are made where they are missing.
CREATE TABLE sales (id int PRIMARY KEY, shop int, placed_at timestamptz, amount numeric(10,2));
CREATE TABLE days (
  note text DEFAULT 'none', revenue numeric(14,2), record_date date, sold int NOT NULL DEFAULT 0, shop bigint,
  PRIMARY KEY (shop, record_date));
SELECT upkeep.enable_rollup('days', 'sales', '{sold = count(*), revenue = sum(amount)}',
  '{record_date = (placed_at AT TIME ZONE ''Asia/Ho_Chi_Minh'')::date, shop = shop}', filter => 'shop IS NOT NULL');
INSERT INTO sales VALUES (1, 1, '2026-01-01 16:59Z', 1), (2, 1, '2026-01-01 17:00Z', 2), (3, NULL, '2026-01-01Z', 3);
INSERT INTO sales SELECT 10 + n, n % 3, '2026-01-02Z'::timestamptz + n * interval '1 hour', n
  FROM generate_series(1, 30) n;
SELECT shop, record_date, sold, revenue, note FROM days ORDER BY shop, record_date;
UPDATE sales SET shop = 7, placed_at = placed_at + interval '1 day' WHERE shop = 2;
UPDATE sales SET shop = 8 WHERE shop IS NULL;
SELECT shop, record_date, sold, revenue, note FROM days ORDER BY shop, record_date;
SELECT * FROM upkeep.check_rollup('days');
-- Rows that a client deletes come back with the next change of the group, whole.
DELETE FROM days WHERE shop = 1;
INSERT INTO sales VALUES (100, 1, '2026-01-01 16:59Z', 5);
DELETE FROM sales WHERE id = 2;
SELECT shop, record_date, sold, revenue, note FROM days WHERE shop = 1 ORDER BY record_date;
-- Not where nothing is left.
DELETE FROM days WHERE shop = 1;
DELETE FROM sales WHERE shop = 1;
SELECT shop, record_date, sold, revenue, note FROM days WHERE shop = 1 ORDER BY record_date;
SELECT * FROM upkeep.check_rollup('days');
-- A row of the source without a key.
INSERT INTO sales VALUES (101, 1, NULL, 5);
SELECT shop, sold FROM days WHERE shop = 1;
-- Where nobody says ignore, missing rows that cannot be made are an error of their own.
ALTER TABLE days ADD CHECK (shop < 9);
INSERT INTO sales VALUES (102, 9, '2026-01-01Z', 5);
-- A trigger that takes the new row away.
CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NULL; END $$;
CREATE TRIGGER refuse BEFORE INSERT ON days FOR EACH ROW WHEN (new.shop = 6) EXECUTE FUNCTION refuse();
INSERT INTO sales VALUES (103, 6, '2026-01-01Z', 5), (104, 7, '2026-01-01Z', 5);
SELECT shop, record_date, sold FROM days WHERE shop IN (6, 7) ORDER BY shop, record_date;
TRUNCATE sales;
SELECT shop, record_date, sold, revenue FROM days ORDER BY shop, record_date;

-- ignore: no row, no figure; a row that comes later has what is there.
CREATE TABLE tags (name text PRIMARY KEY, uses int, weight numeric);
CREATE TABLE uses (id int PRIMARY KEY, tag varchar(10), weight numeric);
CREATE INDEX ON uses (tag);
SELECT upkeep.enable_rollup('tags', 'uses', '{uses = count(*), weight = sum(weight)}', '{name = tag}',
  missing => 'ignore');
INSERT INTO tags VALUES ('a'), ('b');
INSERT INTO uses SELECT n, chr(97 + n % 4), n / 8.0 FROM generate_series(1, 12) n;
TABLE tags ORDER BY name;
INSERT INTO tags VALUES ('c'), ('z');
UPDATE tags SET name = 'd' WHERE name = 'a';
TABLE tags ORDER BY name;
UPDATE uses SET tag = 'a' WHERE tag = 'd';
UPDATE uses SET tag = upper(tag);
UPDATE uses SET tag = lower(tag) WHERE id < 6;
TABLE tags ORDER BY name;
SELECT * FROM upkeep.check_rollup('tags');
-- Over a thousand groups without a row.
INSERT INTO uses SELECT 100 + n, 't' || n, n FROM generate_series(1, 1500) n;
INSERT INTO tags SELECT 't' || n FROM generate_series(1, 1600, 100) n;
SELECT count(*), sum(uses), sum(weight) FROM tags WHERE name LIKE 't%';
SELECT * FROM upkeep.check_rollup('tags');

-- NULL as a group of its own.
CREATE TABLE counts (a int, b text, n int, least numeric, UNIQUE NULLS NOT DISTINCT (a, b));
CREATE TABLE things (id int PRIMARY KEY, a int, b text, v numeric);
SELECT upkeep.enable_rollup('counts', 'things', '{n = count(*), least = min(v)}', '{a = a, b = b}');
INSERT INTO things VALUES (1, 1, 'x', 5), (2, NULL, 'x', 6), (3, 1, NULL, 7), (4, NULL, NULL, 8), (5, NULL, NULL, 3);
TABLE counts ORDER BY a, b;
DELETE FROM things WHERE id = 5;
UPDATE things SET a = NULL WHERE id = 3;
UPDATE things SET v = 1 WHERE a IS NULL;
TABLE counts ORDER BY a, b;
SELECT * FROM upkeep.check_rollup('counts');
-- The same by a statement.
CREATE FUNCTION nothing() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NULL; END $$;
CREATE TRIGGER seen AFTER UPDATE ON counts FOR EACH STATEMENT EXECUTE FUNCTION nothing();
INSERT INTO things VALUES (11, 1, 'x', 5), (12, NULL, 'x', 0), (13, 1, NULL, 7), (14, NULL, NULL, 8), (15, 3, NULL, 3);
DELETE FROM things WHERE id = 12;
TABLE counts ORDER BY a, b;
SELECT * FROM upkeep.check_rollup('counts');
TRUNCATE things;
TABLE counts ORDER BY a, b;

-- Partitions on both sides.
CREATE TABLE totals (shop int, at date, n int, latest date, PRIMARY KEY (shop, at)) PARTITION BY LIST (shop);
CREATE TABLE totals_1 PARTITION OF totals FOR VALUES IN (1, 2);
CREATE TABLE totals_2 (n int, latest date, at date NOT NULL, gone text, shop int NOT NULL);
ALTER TABLE totals_2 DROP gone;
ALTER TABLE totals ATTACH PARTITION totals_2 FOR VALUES IN (3, 4);
CREATE TABLE visits (id int, shop int, at date, seen date) PARTITION BY RANGE (at);
CREATE TABLE visits_1 PARTITION OF visits FOR VALUES FROM ('2026-01-01') TO ('2026-02-01');
CREATE TABLE visits_2 PARTITION OF visits FOR VALUES FROM ('2026-02-01') TO ('2026-03-01');
SELECT upkeep.enable_rollup('totals', 'visits', '{n = count(*), latest = max(seen)}', '{shop, at}');
SELECT upkeep.enable_rollup('totals', 'visits', '{n = count(*), latest = max(seen)}', '{shop = shop, at = at}');
INSERT INTO visits
  SELECT n, 1 + n % 4, '2026-01-20'::date + n % 20, '2026-01-01'::date + n FROM generate_series(1, 40) n;
SELECT tableoid::regclass, shop, count(*), sum(n), max(latest) FROM totals GROUP BY 1, 2 ORDER BY 2;
UPDATE visits SET at = at + 10, shop = 4 WHERE shop = 1 AND at < '2026-02-05';
INSERT INTO visits_2 VALUES (50, 1, '2026-02-10', '2027-01-01');
DELETE FROM visits WHERE id % 7 = 0;
SELECT tableoid::regclass, shop, count(*), sum(n), max(latest) FROM totals GROUP BY 1, 2 ORDER BY 2;
SELECT * FROM upkeep.check_rollup('totals');
TRUNCATE visits_1;
SELECT tableoid::regclass, shop, count(*), sum(n), max(latest) FROM totals GROUP BY 1, 2 ORDER BY 2;
SELECT * FROM upkeep.check_rollup('totals');

-- Inheritance children.
CREATE TABLE places (id int PRIMARY KEY, n int);
CREATE TABLE far_places () INHERITS (places);
CREATE TABLE trips (id int, place int);
CREATE TABLE far_trips () INHERITS (trips);
SELECT upkeep.enable_rollup('places', 'trips', '{n = count(*)}', '{id = place}', missing => 'ignore');
INSERT INTO places VALUES (1), (2);
INSERT INTO far_places VALUES (3);
INSERT INTO trips VALUES (1, 1), (2, 3);
INSERT INTO far_trips VALUES (3, 1), (4, 3);
DELETE FROM trips WHERE id = 2;
TABLE places ORDER BY id;
SELECT * FROM upkeep.check_rollup('places');

-- Several rollups: other keys, other sources, one total; the table itself.
CREATE TABLE people (id int PRIMARY KEY, sent int, received int, points numeric(10,1));
CREATE TABLE messages (
  id int PRIMARY KEY, sender int REFERENCES people, receiver int REFERENCES people, points numeric);
CREATE TABLE gifts (person int REFERENCES people, points int);
SELECT upkeep.enable_rollup('people', 'messages', '{sent = count(*), points = sum(points)}', '{id = sender}');
SELECT upkeep.enable_rollup('people', 'messages', '{received = count(*), points = sum(-points)}', '{id = receiver}');
SELECT upkeep.enable_rollup('people', 'gifts', '{points = sum(points)}');
INSERT INTO people VALUES (1), (2), (3);
INSERT INTO messages VALUES (1, 1, 2, 1.25), (2, 2, 1, 3), (3, 1, 3, 10);
INSERT INTO gifts VALUES (1, 100), (2, 50);
TABLE people ORDER BY id;
UPDATE messages SET sender = receiver, receiver = sender;
TABLE people ORDER BY id;
TRUNCATE gifts;
TABLE people ORDER BY id;
WITH new AS (INSERT INTO people VALUES (4)) INSERT INTO messages VALUES (5, 1, 1, 1);
SELECT * FROM upkeep.check_rollup('people');
TRUNCATE messages;
TABLE people ORDER BY id;
CREATE TABLE posts (id int PRIMARY KEY, reply_to int REFERENCES posts, replies int, last_reply int);
SELECT upkeep.enable_rollup('posts', 'posts', '{replies = count(*), last_reply = max(id)}');
INSERT INTO posts SELECT n, nullif(n / 3, 0) FROM generate_series(1, 9) n;
TABLE posts ORDER BY id;
UPDATE posts SET reply_to = 2 WHERE id = 9;
DELETE FROM posts WHERE id IN (7, 8);
TABLE posts ORDER BY id;
SELECT * FROM upkeep.check_rollup('posts');

-- A parent after its children.
CREATE TABLE parents (id int PRIMARY KEY, n int, s bigint);
CREATE TABLE children (parent int REFERENCES parents DEFERRABLE INITIALLY DEFERRED, v int);
SELECT upkeep.enable_rollup('parents', 'children', '{n = count(*), s = sum(v)}');
BEGIN;
INSERT INTO children VALUES (1, 5), (1, 6), (2, 7);
INSERT INTO parents VALUES (1), (2);
INSERT INTO children VALUES (2, 8);
COMMIT;
TABLE parents ORDER BY id;
WITH new AS (INSERT INTO children VALUES (3, 9), (2, 1) RETURNING parent)
INSERT INTO parents SELECT DISTINCT parent FROM new WHERE parent > 2;
TABLE parents ORDER BY id;
SELECT * FROM upkeep.check_rollup('parents');

\set VERBOSITY terse
-- A NULL key beside a filter, and what the hint says; a unique index that is lost.
CREATE TABLE boxes (id int PRIMARY KEY, n int NOT NULL DEFAULT 0);
CREATE TABLE pieces (id int PRIMARY KEY, box int, size int);
CREATE INDEX ON pieces (box);
INSERT INTO pieces VALUES (1, NULL, 3);
SELECT * FROM failure($$
  SELECT upkeep.enable_rollup('boxes', 'pieces', '{n = count(*)}', '{id = box}', 'size > 1 OR size < 0')$$);
SELECT upkeep.enable_rollup('boxes', 'pieces', '{n = count(*)}', '{id = box}', 'size > 5 OR size < 0');
SELECT * FROM failure('INSERT INTO pieces VALUES (2, NULL, 7)');
INSERT INTO pieces VALUES (3, 1, 7);
ALTER TABLE boxes DROP CONSTRAINT boxes_pkey;
INSERT INTO pieces VALUES (4, 1, 7);
SELECT * FROM failure('INSERT INTO pieces VALUES (5, 2, 7)');
CREATE UNIQUE INDEX ON rollup_keys.boxes (id);
INSERT INTO pieces VALUES (5, 2, 7);
SELECT * FROM boxes ORDER BY id;
SELECT * FROM upkeep.check_rollup('boxes');

DROP SCHEMA rollup_keys CASCADE;
