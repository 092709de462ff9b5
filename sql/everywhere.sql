-- updated_at wherever rows are updated: partitions, inheritance, views, MERGE, COPY, foreign keys, TOAST,
-- other triggers.

-- partitions with their columns in another order, with dropped columns, and rows that move
CREATE TABLE part (id int, region text, x int, updated_at timestamptz DEFAULT '2020-01-01',
  created_at timestamptz DEFAULT '2020-01-01', PRIMARY KEY (id, region)) PARTITION BY LIST (region);
CREATE TABLE part_eu (updated_at timestamptz DEFAULT '2020-01-01', gone int, x int, region text NOT NULL,
  created_at timestamptz DEFAULT '2020-01-01', gone2 text, id int NOT NULL);
ALTER TABLE part_eu DROP COLUMN gone, DROP COLUMN gone2;
ALTER TABLE part ATTACH PARTITION part_eu FOR VALUES IN ('eu');
CREATE TABLE part_rest PARTITION OF part DEFAULT PARTITION BY HASH (id);
CREATE TABLE part_rest_0 PARTITION OF part_rest FOR VALUES WITH (MODULUS 1, REMAINDER 0);
SELECT upkeep.enable_updated_at('part', ignore_columns => '{x}');
INSERT INTO part (id, region, x) VALUES (1, 'eu', 0), (2, 'us', 0), (3, 'us', 0);
SELECT moved('part', 'UPDATE part SET x = x + 1');
SELECT upkeep.enable_updated_at('part');
SELECT moved('part', 'UPDATE part SET x = x');
SELECT moved('part', 'UPDATE part SET x = x + 1 WHERE id < 3');
SELECT moved('part', 'UPDATE part_eu SET x = x + 1');
SELECT moved('part', 'UPDATE part SET region = ''eu'' WHERE id = 3');
SELECT tableoid::regclass, id, created_at = '2020-01-01' AS kept FROM part ORDER BY id;
CREATE TABLE part_asia PARTITION OF part FOR VALUES IN ('asia');
INSERT INTO part (id, region) VALUES (4, 'asia');
SELECT moved('part', 'UPDATE part SET x = 9 WHERE region = ''asia''');
SELECT object, triggers, enabled FROM upkeep.managed WHERE object::text LIKE 'part%';
SELECT * FROM failure('SELECT upkeep.enable_updated_at(''part_eu'')');
SELECT * FROM failure('SELECT upkeep.disable_updated_at(''part_eu'')');
SELECT upkeep.disable_updated_at('part');
SELECT count(*) FROM pg_trigger WHERE tgname LIKE 'zz_upkeep%' AND tgrelid::regclass::text LIKE 'part%';

-- inheritance: each child fires its own triggers
CREATE TABLE mother (id int PRIMARY KEY, x int, updated_at timestamptz DEFAULT '2020-01-01');
CREATE TABLE daughter (y int) INHERITS (mother);
INSERT INTO mother VALUES (1, 0);
INSERT INTO daughter VALUES (2, 0);
SELECT upkeep.enable_updated_at('mother');
SELECT moved('mother', 'UPDATE mother SET x = 1');
SELECT moved('daughter', 'UPDATE daughter SET y = 1');
SELECT upkeep.disable_updated_at('mother');
SELECT moved('mother', 'UPDATE mother SET x = 2');

-- through a view, a MERGE, an UPDATE ... FROM, a CTE, a cursor, a prepared statement, a foreign key's action
CREATE TABLE parent (id int PRIMARY KEY, x int, updated_at timestamptz DEFAULT '2020-01-01');
CREATE TABLE child (id int PRIMARY KEY, parent_id int REFERENCES parent ON UPDATE CASCADE ON DELETE SET NULL, x int,
  updated_at timestamptz DEFAULT '2020-01-01');
INSERT INTO parent SELECT g, 0 FROM generate_series(1, 4) g;
INSERT INTO child SELECT g, g, 0 FROM generate_series(1, 4) g;
SELECT upkeep.enable_updated_at('parent'), upkeep.enable_updated_at('child');
CREATE VIEW child_view AS SELECT id, x FROM child WHERE id < 3;
SELECT moved('child', 'UPDATE child_view SET x = 1');
SELECT moved('child',
  'MERGE INTO child USING (VALUES (1, 1), (2, 2), (9, 9)) s (id, x) ON child.id = s.id WHEN MATCHED AND s.id = 9 THEN '
    'DELETE WHEN MATCHED THEN UPDATE SET x = s.x WHEN NOT MATCHED THEN INSERT (id, x) VALUES (s.id, s.x)');
SELECT moved('child', 'UPDATE child SET x = p.x FROM parent p WHERE p.id = parent_id AND p.id = 2');
SELECT moved('child', 'WITH u AS (UPDATE child SET x = 5 WHERE id = 3 RETURNING id) UPDATE child SET x = 6 '
    'WHERE id = 4 AND EXISTS (SELECT FROM u)');
SELECT moved('child', 'UPDATE parent SET id = 11 WHERE id = 1');
SELECT moved('child', 'DELETE FROM parent WHERE id = 11');
SELECT moved('child', 'DELETE FROM parent WHERE id = 999');
PREPARE change (int) AS UPDATE child SET x = $1 WHERE id = 2;
SELECT moved('child', 'EXECUTE change(5)') FROM generate_series(1, 7);
ALTER TABLE child ADD COLUMN y int;
SELECT moved('child', 'EXECUTE change(6)');
ALTER TABLE child DROP COLUMN y, ADD COLUMN z int DEFAULT 3;
SELECT moved('child', 'EXECUTE change(6)');
SELECT moved('child', 'EXECUTE change(7)');
SELECT upkeep.enable_updated_at('child', ignore_columns => '{x}');
SELECT moved('child', 'EXECUTE change(8)');
ALTER TABLE child RENAME COLUMN x TO quantity;
SELECT * FROM failure('UPDATE child SET quantity = 1');
SELECT upkeep.enable_updated_at('child', ignore_columns => '{quantity}');
SELECT moved('child', 'UPDATE child SET quantity = 1');
ALTER TABLE child RENAME COLUMN updated_at TO changed_at;
SELECT * FROM failure('UPDATE child SET quantity = 2');
SELECT upkeep.enable_updated_at('child', 'changed_at');
SELECT moved('child', 'UPDATE child SET quantity = 2 WHERE id = 2', stamp => 'changed_at');
ALTER TABLE child ALTER COLUMN changed_at TYPE timestamp(0) USING changed_at AT TIME ZONE 'UTC';
SELECT moved('child', 'UPDATE child SET quantity = 3 WHERE id = 2', stamp => 'changed_at');
ALTER TABLE child ALTER COLUMN changed_at TYPE date;
SELECT * FROM failure('UPDATE child SET quantity = 4');
DEALLOCATE change;

-- upsert with RETURNING, three rows of which one is unchanged
CREATE TABLE upserted (id int PRIMARY KEY, x int, updated_at timestamptz DEFAULT '2020-01-01');
SELECT upkeep.enable_updated_at('upserted');
INSERT INTO upserted VALUES (1, 1), (2, 2);
BEGIN;
INSERT INTO upserted (id, x) VALUES (1, 1), (2, 3), (3, 3) ON CONFLICT (id) DO UPDATE SET x = EXCLUDED.x
  RETURNING id, updated_at = now() AS stamped, updated_at = '2020-01-01' AS defaulted;
COMMIT;

-- other triggers: those that sort below are seen, also where they swap the tuple, read the stamp or swallow the row
CREATE TABLE others (id int PRIMARY KEY, x int, slug text, updated_at timestamptz DEFAULT '2020-01-01');
INSERT INTO others VALUES (1, 1, 'a'), (2, 2, 'b'), (3, 3, 'c');
CREATE FUNCTION make_slug() RETURNS trigger LANGUAGE plpgsql
  AS $$ BEGIN NEW.slug := 'slug-' || NEW.x; IF NEW.x = 99 THEN RETURN NULL; END IF; RETURN NEW; END $$;
CREATE FUNCTION undo() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN OLD; END $$;
CREATE TRIGGER a_slug BEFORE UPDATE ON others FOR EACH ROW EXECUTE FUNCTION make_slug();
SELECT upkeep.enable_updated_at('others');
SELECT moved('others', 'UPDATE others SET x = x') AS the_slug_changed;
SELECT moved('others', 'UPDATE others SET x = x');
SELECT moved('others', 'UPDATE others SET x = 5 WHERE id = 1');
SELECT moved('others', 'UPDATE others SET x = 99');
CREATE TRIGGER b_undo BEFORE UPDATE ON others FOR EACH ROW WHEN (NEW.x = 50) EXECUTE FUNCTION undo();
SELECT moved('others', 'UPDATE others SET x = 50');
-- a WHEN clause has read the row into the slot before it is stamped, a later trigger and AFTER triggers see the stamp
CREATE FUNCTION see() RETURNS trigger LANGUAGE plpgsql
  AS $$ BEGIN RAISE NOTICE '% % sees a new stamp: %', TG_WHEN, TG_NAME, NEW.updated_at = now(); RETURN NEW; END $$;
CREATE TRIGGER c_reads BEFORE UPDATE ON others FOR EACH ROW WHEN (NEW.updated_at IS NOT NULL AND NEW.slug IS NOT NULL)
  EXECUTE FUNCTION see();
CREATE TRIGGER zzz_later BEFORE UPDATE ON others FOR EACH ROW WHEN (NEW.updated_at > OLD.updated_at)
  EXECUTE FUNCTION see();
CREATE TRIGGER after_all AFTER UPDATE ON others FOR EACH ROW WHEN (NEW.updated_at > OLD.updated_at)
  EXECUTE FUNCTION see();
UPDATE others SET x = 7 WHERE id = 1 RETURNING id, updated_at = now() AS stamped;
UPDATE others SET x = 8, updated_at = NULL WHERE id = 1 RETURNING id, updated_at = now() AS stamped;
-- a trigger of another's that writes the stamp: ours is behind it
CREATE FUNCTION old_habit() RETURNS trigger LANGUAGE plpgsql
  AS $$ BEGIN NEW.updated_at = '1999-01-01'; RETURN NEW; END $$;
CREATE TRIGGER d_habit BEFORE UPDATE ON others FOR EACH ROW EXECUTE FUNCTION old_habit();
DROP TRIGGER c_reads ON others;
DROP TRIGGER zzz_later ON others;
DROP TRIGGER after_all ON others;
SELECT moved('others', 'UPDATE others SET x = 8');
SELECT moved('others', 'UPDATE others SET x = 9 WHERE id = 1');

-- TOAST: an external value that the statement leaves alone is not fetched; one that it rewrites is compared
CREATE TABLE toasted (id int PRIMARY KEY, a text, big text, b text,
  updated_at timestamptz DEFAULT '2020-01-01', tail text);
ALTER TABLE toasted ALTER big SET STORAGE EXTERNAL;
SELECT upkeep.enable_updated_at('toasted');
INSERT INTO toasted SELECT g, 'a', repeat('x', 1000000), NULL FROM generate_series(1, 3) g;
INSERT INTO toasted VALUES (4, 'a', repeat('compressed', 300), NULL);
CREATE FUNCTION buffers(statement text) RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE plan json;
BEGIN
  EXECUTE 'EXPLAIN (ANALYZE, BUFFERS, TIMING OFF, FORMAT json) ' || statement INTO plan;
  RETURN (plan -> 0 -> 'Plan' ->> 'Shared Hit Blocks')::bigint + (plan -> 0 -> 'Plan' ->> 'Shared Read Blocks')::bigint;
END $$;
SELECT moved('toasted', 'UPDATE toasted SET a = a');
SELECT moved('toasted', 'UPDATE toasted SET a = ''longer than it was'' WHERE id = 1');
SELECT moved('toasted', 'UPDATE toasted SET b = ''x'', tail = ''y'' WHERE id = 2');
SELECT moved('toasted', 'UPDATE toasted SET big = big || '''' WHERE id < 4') AS equal_when_rewritten;
SELECT moved('toasted',
  'UPDATE toasted SET big = repeat(''compressed'', 300) WHERE id = 4') AS equal_when_compressed_again;
SELECT moved('toasted', 'UPDATE toasted SET big = repeat(''Compressed'', 300) WHERE id = 4');
SELECT moved('toasted', 'UPDATE toasted SET big = overlay(big placing ''y'' from 999999) WHERE id = 3');
-- C++ edition {
-- 1,000,000 bytes are more than 120 pages of TOAST
SELECT buffers('UPDATE toasted SET a = ''b'' WHERE id = 1') < 40 AS left_alone,
       buffers('UPDATE toasted SET a = ''b'', tail = ''z'' WHERE id = 1') < 40 AS left_alone_too,
       buffers('UPDATE toasted SET big = big || '''' WHERE id = 1') > 120 AS rewritten;
-- }

-- every width and alignment before the stamp, NULLs in every place, against the rows as text
CREATE TABLE wide (a "char", b bool, c int2, d text, e int4, f "char", g int8, h name, i uuid, j numeric, k bytea,
  updated_at timestamptz, l macaddr, m text[], n cidr, id int PRIMARY KEY);
CREATE TRIGGER stamp BEFORE UPDATE ON wide FOR EACH ROW EXECUTE FUNCTION upkeep.updated_at('ignore=e,d');
SELECT setseed(0.5);
CREATE FUNCTION pick(sometimes float, variadic choices text[]) RETURNS text LANGUAGE sql VOLATILE
  AS $$ SELECT CASE WHEN random() < sometimes THEN choices[1 + floor(random() * array_length(choices, 1))::int] END $$;
CREATE VIEW random_row AS SELECT pick(.8, 'x', 'y')::"char" a, pick(.8, 't', 'f')::bool b, pick(.8, '1', '2')::int2 c,
  pick(.8, '', 'short', repeat('long', 50)) d,
  pick(.8, '1', '2')::int4 e, pick(.8, 'x', 'y')::"char" f, pick(.8, '1', '2')::int8 g, pick(.8, 'n', 'm')::name h,
  pick(.8, 'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11', 'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a12')::uuid i,
  pick(.8, '1', '1.0', '1e50')::numeric j,
  pick(.8, '', 'ab', repeat('k', 200))::bytea k, pick(.8, '08:00:2b:01:02:03', '08:00:2b:01:02:04')::macaddr l,
  pick(.8, '{}', '{a,b}', '{a,NULL}')::text[] m, pick(.8, '10/8', '10.1/16')::cidr n;
INSERT INTO wide SELECT a, b, c, d, e, f, g, h, i, j, k, CASE WHEN random() < .8 THEN timestamptz '2020-01-01' END, l,
  m, n, s FROM generate_series(1, 4000) s, LATERAL (SELECT *, s AS each FROM random_row) r;
CREATE TABLE wide_before AS TABLE wide;
UPDATE wide w SET a = r.a, b = r.b, c = r.c, d = r.d, e = r.e, f = r.f, g = r.g, h = r.h, i = r.i, j = r.j, k = r.k,
  l = r.l, m = r.m, n = r.n
FROM (SELECT s, x.* FROM generate_series(1, 4000, 3) s, LATERAL (SELECT *, s AS each FROM random_row) x) r
WHERE r.s = w.id;
UPDATE wide SET e = e + 1, d = d || 'longer' WHERE id % 3 = 2;
UPDATE wide w SET (a, b, c, f, g, h, i, j, k, l, m, n) = (SELECT a, b, c, f, g, h, i, j, k, l, m, n FROM wide_before v
  WHERE v.id = w.id) WHERE id % 3 = 0;
-- expected: stamped exactly where the rows, without the ignored columns and the stamp, differ in image
SELECT count(*) AS rows, count(*) FILTER (WHERE stamped) > 1000 AS many_stamped,
  count(*) FILTER (WHERE NOT stamped) > 1000 AS many_not, count(*) FILTER (WHERE stamped <> differs) AS wrong
FROM (SELECT w.updated_at IS DISTINCT FROM v.updated_at AS stamped,
  ROW(w.a, w.b, w.c, w.f, w.g, w.h, w.i, w.j, w.k, w.l, w.m, w.n)::text <> ROW(v.a, v.b, v.c, v.f, v.g, v.h, v.i, v.j,
    v.k, v.l, v.m, v.n)::text AS differs
  FROM wide w JOIN wide_before v USING (id)) s;
SELECT count(*) FROM wide w JOIN wide_before v USING (id) WHERE w.updated_at < v.updated_at;

-- the same with the stamp, the version and created_at at the row's end, where they are read without a walk: four rounds
-- of updates that change each column of one row in ten, NULLs come and go,
-- and every third row changes in ignored columns alone
CREATE TABLE tailed (id int PRIMARY KEY, a "char", b bool, c int2, d text, e int4, h name, i uuid, j numeric, k bytea,
  created_at timestamptz NOT NULL, version int NOT NULL, updated_at timestamptz NOT NULL);
INSERT INTO tailed SELECT s, a, b, c, d, e, h, i, j, k, '2020-01-01', 0, '2020-01-01'
  FROM generate_series(1, 3000) s, LATERAL (SELECT *, s AS each FROM random_row) r;
SELECT upkeep.enable_updated_at('tailed', ignore_columns => '{d,e}', version_column => 'version');
CREATE TABLE tailed_expected AS SELECT id, 0 AS changes FROM tailed;
CREATE PROCEDURE one_round(list text) LANGUAGE plpgsql AS $$
BEGIN
  CREATE TEMP TABLE now_before AS TABLE tailed;
  EXECUTE 'UPDATE tailed t SET ' || list || ' FROM (SELECT s, x.*, random() AS pick '
    'FROM generate_series(1, 3000) s, LATERAL (SELECT *, s AS each FROM random_row) x) r WHERE r.s = t.id';
  UPDATE tailed_expected x SET changes = changes + 1 FROM tailed t JOIN now_before b USING (id)
  WHERE x.id = t.id AND ROW(t.a, t.b, t.c, t.h, t.i, t.j, t.k)::text <> ROW(b.a, b.b, b.c, b.h, b.i, b.j, b.k)::text;
  DROP TABLE now_before;
END $$;
CALL one_round('a = CASE WHEN pick < .1 THEN r.a ELSE t.a END, h = CASE WHEN pick > .9 THEN r.h ELSE t.h END, e = r.e');
CALL one_round('d = r.d, e = r.e, k = CASE WHEN t.id % 3 = 0 THEN t.k WHEN pick < .5 THEN r.k ELSE t.k END');
CALL one_round('b = CASE WHEN pick < .1 THEN r.b ELSE t.b END, d = CASE WHEN pick < .5 THEN r.d ELSE t.d END, j = CASE '
  'WHEN pick BETWEEN .1 AND .2 THEN r.j ELSE t.j END, created_at = now()');
CALL one_round('e = CASE WHEN t.e IS NULL THEN 1 END, c = CASE WHEN pick < .1 THEN r.c ELSE t.c END');
SELECT count(*) AS rows, count(*) FILTER (WHERE changes = 0) > 500 AS some_never,
  count(*) FILTER (WHERE changes > 1) > 100 AS some_often,
  count(*) FILTER (WHERE version <> changes) AS wrong_versions,
  count(*) FILTER (WHERE (updated_at > '2020-01-01') <> (changes > 0)) AS wrong_stamps,
  count(*) FILTER (WHERE created_at <> '2020-01-01') AS wrong_created
FROM tailed JOIN tailed_expected USING (id);

-- temporary tables, COPY, an unlogged table
CREATE TEMP TABLE passing (id int PRIMARY KEY, x int, updated_at timestamptz);
SELECT upkeep.enable_updated_at('passing');
COPY passing (id, x) FROM stdin;
1	1
2	2
\.
SELECT bool_and(updated_at IS NOT NULL) AS filled FROM passing;
SELECT moved('passing', 'UPDATE passing SET x = 1');
