-- updated_at: what is a change, and what the stamp of a changed row is.
CREATE TABLE t (
  id int PRIMARY KEY, name text, price numeric, j json, p point, twice int GENERATED ALWAYS AS (id * 2) STORED,
  views int DEFAULT 0, created_at timestamptz DEFAULT '2020-01-01', updated_at timestamptz DEFAULT '2020-01-01');
INSERT INTO t (id, name, price, j, p) VALUES
  (1, 'one', 1.0, '{"a": 1}', '(1,1)'), (2, 'two', 2.0, NULL, NULL), (3, NULL, NULL, '[]', '(3,3)');
SELECT upkeep.enable_updated_at('t', ignore_columns => '{views}');
\d t

-- 1, 2: only a change of the image of a counted column stamps
SELECT moved('t', 'UPDATE t SET id = id');
SELECT moved('t', 'UPDATE t SET name = name, price = price, j = j, p = p, views = views, created_at = created_at');
SELECT moved('t', 'UPDATE t SET name = ''uno'' WHERE id = 1');
SELECT moved('t', 'UPDATE t SET price = 1.00 WHERE id = 1') AS another_scale_is_a_change;
SELECT moved('t', 'UPDATE t SET j = ''{"a":1}'' WHERE id = 1') AS another_blank_is_a_change;
SELECT moved('t', 'UPDATE t SET p = ''(1,2)'' WHERE id = 1');
SELECT moved('t', 'UPDATE t SET name = NULL');
SELECT moved('t', 'UPDATE t SET name = ''x'' WHERE id = 3');
SELECT moved('t', 'UPDATE t SET views = views + 1');
SELECT moved('t', 'UPDATE t SET views = views + 1, name = ''y'' WHERE id = 3');
SELECT moved('t', 'UPDATE t SET updated_at = now() - interval ''1 day''') AS the_stamp_alone_is_no_change;
SELECT moved('t', 'UPDATE t SET updated_at = NULL');
SELECT moved('t', 'UPDATE t SET updated_at = ''infinity'', name = ''z'' WHERE id = 2'),
  (SELECT isfinite(updated_at) FROM t WHERE id = 2);
-- the row count and RETURNING stay right where nothing changed
UPDATE t SET name = name RETURNING id;
-- protected columns keep their value, whether the row changed or not
UPDATE t SET created_at = '1999-01-01', name = 'new' WHERE id = 1 RETURNING created_at = '2020-01-01' AS kept;
UPDATE t SET created_at = NULL WHERE id = 1 RETURNING created_at = '2020-01-01' AS kept;
-- dropped columns and columns added since the row was written
ALTER TABLE t DROP COLUMN j;
SELECT moved('t', 'UPDATE t SET id = id');
ALTER TABLE t ADD COLUMN added text DEFAULT 'default';
ALTER TABLE t ADD COLUMN empty text;
SELECT moved('t', 'UPDATE t SET id = id');
SELECT moved('t', 'UPDATE t SET added = ''default''');
SELECT moved('t', 'UPDATE t SET added = ''other'' WHERE id = 2');
SELECT moved('t', 'UPDATE t SET empty = '''' WHERE id = 3');
SELECT id, added, empty FROM t ORDER BY id;

-- 3: the value
CREATE TABLE v (id int PRIMARY KEY, x int, updated_at timestamptz NOT NULL DEFAULT now());
SELECT upkeep.enable_updated_at('v');
INSERT INTO v SELECT g, 0, '2020-01-01' FROM generate_series(1, 3) g;
BEGIN;
UPDATE v SET x = 1;
SELECT count(DISTINCT updated_at), bool_and(updated_at = now()) AS is_now FROM v;
UPDATE v SET x = 2;
SELECT count(DISTINCT updated_at), bool_and(updated_at = now() + interval '1 us') AS one_tick_on FROM v;
UPDATE v SET x = 3 WHERE id = 1;
UPDATE v SET x = 4;
SELECT id, updated_at - now() AS ticks FROM v ORDER BY id;
SAVEPOINT s;
UPDATE v SET x = 5;
ROLLBACK TO s;
SELECT id, updated_at - now() AS ticks FROM v ORDER BY id;
COMMIT;
-- an old stamp that no clock here can have written
INSERT INTO v VALUES (4, 0, 'infinity'), (5, 0, '-infinity'), (6, 0, now() + interval '61 minutes'),
  (7, 0, now() + interval '59 minutes');
UPDATE v SET x = 9 WHERE id > 3;
SELECT id, updated_at - now() < interval '1 minute' AS took_the_clock, isfinite(updated_at) FROM v
  WHERE id > 3 ORDER BY id;
-- the clocks
SELECT upkeep.enable_updated_at('v', clock => 'statement');
BEGIN;
SELECT pg_sleep(0.01);
WITH stamped AS (UPDATE v SET x = 20 WHERE id < 4 RETURNING updated_at)
SELECT bool_and(updated_at = statement_timestamp()) AS of_the_statement, bool_and(updated_at > now()) AS later
FROM stamped;
COMMIT;
SELECT upkeep.enable_updated_at('v', clock => 'clock');
BEGIN;
WITH stamped AS (UPDATE v SET x = 21 WHERE id < 4 RETURNING updated_at, pg_sleep(0.002))
SELECT count(DISTINCT updated_at), bool_and(updated_at > statement_timestamp()) FROM stamped;
COMMIT;

-- 4: types and precisions
CREATE DOMAIN moment AS timestamptz(3) CHECK (VALUE > '2000-01-01');
CREATE DOMAIN inner_moment AS moment;
CREATE TABLE p (id int PRIMARY KEY, x int, s0 timestamptz(0), s3 timestamptz(3), s6 timestamp, l timestamp(3),
  d inner_moment);
DO $$ DECLARE c text; BEGIN
  FOREACH c IN ARRAY '{s0,s3,s6,l,d}'::text[] LOOP
    EXECUTE format('CREATE TRIGGER stamp_%1$s BEFORE INSERT OR UPDATE ON p FOR EACH ROW '
      'EXECUTE FUNCTION upkeep.updated_at(%2$L, %3$L, %4$L)',
      c, 'column=' || c, 'ignore=s0,s3,s6,l,d', 'timezone=' || CASE c WHEN 'l' THEN 'session' ELSE 'utc' END);
  END LOOP;
END $$;
SET TimeZone = 'Asia/Kolkata';
BEGIN;
INSERT INTO p VALUES (1, 0);
SELECT s0 = now()::timestamptz(0) AS s0, s3 = now()::timestamptz(3) AS s3, s6 = now() AT TIME ZONE 'UTC' AS s6,
  l = now()::timestamp(3) AS l, d = now()::timestamptz(3) AS d FROM p;
UPDATE p SET x = 1;
SELECT s0 - now()::timestamptz(0) AS s0, s3 - now()::timestamptz(3) AS s3, s6 - now() AT TIME ZONE 'UTC' AS s6,
  l - now()::timestamp(3) AS l, d - now()::timestamptz(3) AS d FROM p;
COMMIT;
RESET TimeZone;
-- as many milliseconds as PostgreSQL's own coercion gives, for stamps on every side of a half
CREATE TABLE oracle (id int PRIMARY KEY, x int, updated_at timestamp(2));
SELECT upkeep.enable_updated_at('oracle', clock => 'clock');
INSERT INTO oracle SELECT g, 0, timestamp '2000-01-01' + g * interval '1.234567 s' FROM generate_series(-500, 500) g;
UPDATE oracle SET x = 1;
SELECT count(*) FROM oracle WHERE updated_at <> updated_at::timestamp(2)
  OR extract(microseconds FROM updated_at)::int % 10000 <> 0;
-- a domain's check holds for the stamp too
ALTER DOMAIN moment ADD CHECK (VALUE < '2001-01-01') NOT VALID;
SELECT state, message FROM failure('UPDATE p SET x = 2');
SELECT failure('INSERT INTO p VALUES (2, 0)');

-- 5: explicit values
CREATE TABLE e (id int PRIMARY KEY, x int, updated_at timestamptz DEFAULT '2020-01-01');
INSERT INTO e VALUES (1, 0), (2, 0);
SELECT upkeep.enable_updated_at('e', explicit => 'respect');
UPDATE e SET updated_at = '2010-01-01' WHERE id = 1 RETURNING updated_at = '2010-01-01' AS kept;
UPDATE e SET x = 1, updated_at = '2011-01-01' WHERE id = 1 RETURNING updated_at = '2011-01-01' AS kept;
-- C++ edition {
UPDATE e SET x = 2, updated_at = updated_at
  RETURNING updated_at = CASE id WHEN 1 THEN '2011-01-01' ELSE '2020-01-01' END::timestamptz AS kept;
-- }
UPDATE e SET x = 3, updated_at = NULL WHERE id = 1 RETURNING updated_at IS NULL AS kept;
UPDATE e SET x = 4 WHERE id = 1 RETURNING updated_at = now() AS stamped;
-- in a function, and through an upsert
DO $$ BEGIN UPDATE e SET x = 5, updated_at = updated_at WHERE id = 2; END $$;
-- C++ edition {
SELECT updated_at = '2020-01-01' AS kept FROM e WHERE id = 2;
-- }
INSERT INTO e VALUES (2, 6, '2012-01-01') ON CONFLICT (id)
  DO UPDATE SET x = EXCLUDED.x, updated_at = EXCLUDED.updated_at RETURNING updated_at = '2012-01-01' AS kept;
-- under MERGE the SET list is that of all branches: a value that differs is the branch's own
MERGE INTO e USING (VALUES (1, 7), (2, 7)) s (id, x) ON e.id = s.id
  WHEN MATCHED AND e.id = 1 THEN UPDATE SET x = s.x, updated_at = '2013-01-01'
  WHEN MATCHED THEN UPDATE SET x = s.x;
SELECT id, updated_at = '2013-01-01' AS kept, updated_at > now() - interval '1 day' AS stamped FROM e ORDER BY id;
DO $$ BEGIN
  MERGE INTO e USING (VALUES (1, 8), (2, 8)) s (id, x) ON e.id = s.id
    WHEN MATCHED AND e.id = 2 THEN UPDATE SET x = s.x, updated_at = '2013-01-01'
    WHEN MATCHED THEN UPDATE SET x = s.x;
END $$;
SELECT id, updated_at = '2013-01-01' AS kept, updated_at > now() - interval '1 day' AS stamped FROM e ORDER BY id;
\c -
-- the same as the first statement of a session, when the library is not loaded yet
MERGE INTO e USING (VALUES (1, 9), (2, 9)) s (id, x) ON e.id = s.id
  WHEN MATCHED AND e.id = 1 THEN UPDATE SET x = s.x, updated_at = '2014-01-01'
  WHEN MATCHED THEN UPDATE SET x = s.x;
SELECT id, updated_at = '2014-01-01' AS kept, updated_at > now() - interval '1 day' AS stamped FROM e ORDER BY id;
\c -
-- C++ edition {
UPDATE e SET x = 10, updated_at = updated_at WHERE id = 1 RETURNING updated_at = '2014-01-01' AS kept;
-- }
SELECT upkeep.enable_updated_at('e', explicit => 'reject');
SELECT * FROM failure('UPDATE e SET updated_at = now() WHERE id = 1');
SELECT * FROM failure('UPDATE e SET x = 11, updated_at = NULL WHERE id = 1');
UPDATE e SET x = 11, updated_at = updated_at WHERE id = 1 RETURNING updated_at = now() AS stamped;
UPDATE e SET x = 12 WHERE id = 1 RETURNING updated_at = now() AS stamped;

-- 6: INSERT
CREATE TABLE filled (id int PRIMARY KEY, updated_at timestamptz);
CREATE TABLE null_default (id int PRIMARY KEY, updated_at timestamptz DEFAULT NULL);
CREATE DOMAIN stamped AS timestamptz DEFAULT now();
CREATE TABLE by_domain (id int PRIMARY KEY, updated_at stamped);
SELECT upkeep.enable_updated_at(c) FROM unnest('{filled,null_default,by_domain}'::regclass[]) c;
SELECT tgrelid::regclass, tgtype & 4 <> 0 AS on_insert FROM pg_trigger
WHERE tgname = 'zz_upkeep_updated_at'
AND tgrelid IN ('t'::regclass, 'filled'::regclass, 'null_default'::regclass, 'by_domain'::regclass) ORDER BY 1;
BEGIN;
INSERT INTO filled VALUES (1, NULL), (2, '2020-01-01') RETURNING id, updated_at = now() AS is_now;
INSERT INTO null_default VALUES (1) RETURNING updated_at = now() AS is_now;
INSERT INTO by_domain VALUES (1) RETURNING updated_at = now() AS is_now;
COMMIT;
COPY filled (id) FROM stdin;
3
4
\.
SELECT count(*) FROM filled WHERE updated_at IS NULL;
-- an upsert that carries created_at does not reset it
INSERT INTO t (id, name, created_at) VALUES (1, 'upsert', '2024-01-01')
  ON CONFLICT (id) DO UPDATE SET name = EXCLUDED.name, created_at = EXCLUDED.created_at
  RETURNING created_at = '2020-01-01' AS kept, updated_at = now() AS stamped;
CREATE TABLE guarded (id int PRIMARY KEY, sku text, note text, created_at int,
  updated_at timestamptz DEFAULT '2020-01-01');
INSERT INTO guarded VALUES (1, 'sku', 'note', 7);
SELECT upkeep.enable_updated_at('guarded', protect_columns => '{sku,note}');
UPDATE guarded SET sku = 'other', note = NULL, created_at = 8
  RETURNING sku, note, created_at, updated_at = now() AS stamped;
UPDATE guarded SET sku = repeat('long', 1000), note = 'longer' RETURNING sku, note, updated_at = now() AS stamped;
SELECT upkeep.enable_updated_at('guarded', protect_columns => '{}');
UPDATE guarded SET sku = 'other', note = NULL RETURNING sku, note, updated_at = now() AS stamped;

-- 7: versions
CREATE TABLE versioned (id int PRIMARY KEY, x int, version int DEFAULT 1, updated_at timestamptz DEFAULT now());
CREATE TABLE long_versioned (id int PRIMARY KEY, x int, revision bigint, updated_at timestamptz DEFAULT now());
SELECT upkeep.enable_updated_at('versioned', version_column => 'version'),
  upkeep.enable_updated_at('long_versioned', version_column => 'revision');
INSERT INTO versioned (id, x) VALUES (1, 0);
INSERT INTO long_versioned VALUES (1, 0, NULL), (2, 0, 2147483647), (3, 0, 9223372036854775807);
UPDATE versioned SET x = 0 RETURNING version;
UPDATE versioned SET x = 1 RETURNING version;
UPDATE versioned SET x = 2, version = 2 RETURNING version;
UPDATE versioned SET x = 3, version = 4 RETURNING version;
UPDATE versioned SET version = 5 RETURNING version;
SELECT * FROM failure('UPDATE versioned SET x = 4, version = 3');
SELECT * FROM failure('UPDATE versioned SET x = 4, version = 7');
SELECT * FROM failure('UPDATE versioned SET version = NULL');
UPDATE long_versioned SET x = 1 WHERE id < 3 RETURNING id, revision;
SELECT * FROM failure('UPDATE long_versioned SET x = 1 WHERE id = 3');
ALTER TABLE versioned DISABLE TRIGGER USER;
UPDATE versioned SET version = 2147483647;
ALTER TABLE versioned ENABLE TRIGGER USER;
SELECT * FROM failure('UPDATE versioned SET x = 99');
SELECT * FROM failure('UPDATE versioned SET x = x');
SELECT * FROM failure('UPDATE versioned SET version = -2147483648');
-- who sends the version that follows gets it, though nothing counted changed; the stamp stays
CREATE TABLE forced (id int PRIMARY KEY, body text, views int DEFAULT 0, version smallint,
  updated_at timestamptz DEFAULT '2020-01-01');
SELECT upkeep.enable_updated_at('forced', ignore_columns => '{views}', version_column => 'version');
INSERT INTO forced VALUES (1, 'a', 0, 1), (2, 'b', 0, NULL), (3, 'c', 0, 32766);
SELECT moved('forced', 'UPDATE forced SET views = views + 1, version = 2 WHERE id = 1 AND version = 1');
SELECT moved('forced', 'UPDATE forced SET version = 3 WHERE id = 1');
SELECT moved('forced', 'UPDATE forced SET body = ''b'', version = 4 WHERE id = 1 AND version = 3');
SELECT moved('forced', 'UPDATE forced SET views = 9 WHERE id = 1');
UPDATE forced SET version = 0 WHERE id = 2 RETURNING version;
UPDATE forced SET version = 1 WHERE id = 2 RETURNING version;
UPDATE forced SET version = version + 1 WHERE id = 3 RETURNING version;
SELECT * FROM failure('UPDATE forced SET body = ''d'' WHERE id = 3');
SELECT * FROM failure('UPDATE forced SET version = 6 WHERE id = 1');
INSERT INTO forced VALUES (1, 'b', 0, 5) ON CONFLICT (id) DO UPDATE SET version = EXCLUDED.version RETURNING version;
MERGE INTO forced f USING (VALUES (1)) s (id) ON f.id = s.id WHEN MATCHED THEN UPDATE SET version = 6;
SELECT version FROM forced WHERE id = 1;

-- 8: pause, and replica
BEGIN;
SET LOCAL upkeep.pause = 'updated_at';
UPDATE t SET name = 'history', created_at = '2001-01-01', updated_at = '2002-02-02' WHERE id = 1
  RETURNING created_at = '2001-01-01' AS created, updated_at = '2002-02-02' AS stamped;
INSERT INTO filled VALUES (9) RETURNING updated_at IS NULL AS left_null;
SET LOCAL upkeep.pause = 'touch';
SELECT moved('t', 'UPDATE t SET name = ''stamped again'' WHERE id = 1');
SET LOCAL upkeep.pause = 'all';
SELECT moved('t', 'UPDATE t SET name = ''silent'' WHERE id = 1');
COMMIT;
SELECT moved('t', 'UPDATE t SET name = ''loud'' WHERE id = 1');
SET upkeep.pause = 'Touch, UPDATED_AT';
SHOW upkeep.pause;
SELECT moved('t', 'UPDATE t SET name = ''silent'' WHERE id = 2');
RESET upkeep.pause;
-- C++ edition {
SELECT * FROM failure('SET upkeep.pause = ''metric''');
SELECT state, message FROM failure('SET upkeep.paused = ''all''');
SET session_replication_role = replica;
UPDATE t SET name = 'replicated', updated_at = '2003-03-03' WHERE id = 1 RETURNING updated_at = '2003-03-03' AS kept;
RESET session_replication_role;
-- }
