-- soft delete: the stamp, what a deleted row refuses, enabling, disabling, and every way a row is written.
CREATE SCHEMA soft;
SET search_path = soft, upkeep, public;
SET timezone = 'UTC';
CREATE TABLE users (id int PRIMARY KEY, email text, note text, deleted_at timestamptz);
INSERT INTO users VALUES (1, 'a'), (2, 'b'), (3, 'c');

-- enabling: every mistake is found first
CREATE TABLE keyless (id int, deleted_at timestamptz);
CREATE TABLE dated (id int PRIMARY KEY, deleted_at date);
CREATE TABLE named (id int PRIMARY KEY, "deletedAt" timestamptz);
CREATE TABLE never_null (id int PRIMARY KEY, deleted_at timestamptz NOT NULL);
CREATE TABLE computed (id int PRIMARY KEY, deleted_at timestamp GENERATED ALWAYS AS ('2026-01-01'::timestamp) STORED);
CREATE VIEW seen AS TABLE users;
CREATE TABLE parted (id int PRIMARY KEY, deleted_at timestamptz) PARTITION BY LIST (id);
CREATE TABLE parted_1 PARTITION OF parted FOR VALUES IN (1);
SELECT target, f.* FROM unnest('{keyless,dated,named,never_null,computed,seen,parted_1}'::text[]) target,
  failure(format('SELECT enable_soft_delete(%L)', target)) f;
SELECT call, f.state, f.message, f.hint FROM unnest(ARRAY['NULL', '''users'', NULL', '''users'', ''gone''',
  '''users'', cascade => NULL', '''users'', hard_delete => ''maybe''', '''users'', hard_delete => NULL']) call,
  failure(format('SELECT enable_soft_delete(%s)', call)) f;
SELECT count(*) FROM managed WHERE feature = 'soft_delete' AND object::text NOT LIKE '%.%';
SELECT enable_soft_delete('users');
SELECT enable_soft_delete('named', 'deletedAt', hard_delete => 'refuse');
SELECT object, options, triggers FROM managed WHERE feature = 'soft_delete' AND object::text NOT LIKE '%.%'
  ORDER BY object::text;
SELECT export_sql('named');

-- a second deletion keeps the first stamp; a row that stays deleted does not change
UPDATE users SET deleted_at = '2026-01-01 12:00' WHERE id = 1;
UPDATE users SET deleted_at = '2026-02-02' WHERE id < 3;
UPDATE users SET note = note WHERE id = 1;
TABLE users ORDER BY id;
SELECT * FROM failure('UPDATE users SET note = ''x'' WHERE id = 1');
SELECT * FROM failure('UPDATE users SET note = ''x'', deleted_at = now() WHERE id = 1');
SELECT state FROM failure('INSERT INTO users VALUES (1, ''x'') ON CONFLICT (id) DO UPDATE SET email = excluded.email');
SELECT state FROM failure('MERGE INTO users u USING (VALUES (1)) v (id) ON u.id = v.id
  WHEN MATCHED THEN UPDATE SET email = ''x''');
-- the restoration may bring a change
INSERT INTO users VALUES (1, 'again') ON CONFLICT (id) DO UPDATE SET email = excluded.email, deleted_at = NULL;
MERGE INTO users u USING (VALUES (2, 'merged')) v (id, email) ON u.id = v.id
  WHEN MATCHED THEN UPDATE SET email = v.email, deleted_at = NULL;
TABLE users ORDER BY id;
-- so may the deletion, and a row can come as a deleted one
UPDATE users SET note = 'left', deleted_at = '2026-01-01' WHERE id = 3;
INSERT INTO users VALUES (4, 'd', 'old', '2020-01-01');
TABLE users ORDER BY id;
DELETE FROM users WHERE id = 4;

-- with a stamp and a version that updated_at keeps: what a client sends for them is no change of a deleted row
CREATE TABLE kept (id int PRIMARY KEY, name text, version int DEFAULT 1, deleted_at timestamp(0),
  updated_at timestamptz DEFAULT '2020-01-01');
INSERT INTO kept VALUES (1, 'a');
SELECT enable_soft_delete('kept'), enable_updated_at('kept', version_column => 'version');
SELECT moved('kept', 'UPDATE kept SET deleted_at = ''2026-01-01 00:00:00.4'', updated_at = now()');
SELECT moved('kept', 'UPDATE kept SET deleted_at = now(), updated_at = now()');
SELECT id, version, deleted_at FROM kept;
SELECT state, message FROM failure('UPDATE kept SET name = ''x'', updated_at = now()');
SELECT moved('kept', 'UPDATE kept SET deleted_at = NULL');

-- hard_delete => 'refuse'
INSERT INTO named VALUES (1), (2);
UPDATE named SET "deletedAt" = '2026-01-01' WHERE id = 2;
SELECT statement, f.* FROM unnest(ARRAY['DELETE FROM named WHERE id = 1', 'DELETE FROM named WHERE id = 2',
  'TRUNCATE named', 'MERGE INTO named n USING (VALUES (1)) v (id) ON n.id = v.id WHEN MATCHED THEN DELETE'])
  statement, failure(statement) f;
SELECT enable_soft_delete('named', 'deletedAt');
SELECT count(*) FROM pg_trigger WHERE tgrelid = 'named'::regclass;
DELETE FROM named WHERE id = 1;

-- pausing: stamps and rows are written as they come
BEGIN;
SET LOCAL upkeep.pause = 'soft_delete';
UPDATE users SET deleted_at = '2019-01-01', note = 'moved' WHERE id = 3;
COMMIT;
SELECT note, deleted_at FROM users WHERE id = 3;

-- a composite key, names to be quoted, a domain
CREATE DOMAIN stamp AS timestamptz CHECK (VALUE > '2000-01-01');
CREATE TABLE "Odd ""Table" ("Shop Id" text, "no" numeric, x int, "Gone At" stamp, PRIMARY KEY ("Shop Id", "no"));
SELECT enable_soft_delete('"Odd ""Table"', 'Gone At');
INSERT INTO "Odd ""Table" VALUES ('it''s', 1.50, 0), ('b', 2, 0);
UPDATE "Odd ""Table" SET "Gone At" = '2026-01-01' WHERE "no" = 1.5;
SELECT * FROM failure('UPDATE "Odd ""Table" SET x = 1');
UPDATE "Odd ""Table" SET "Gone At" = NULL WHERE "Shop Id" = 'it''s' AND "no" = '1.50';
SELECT state FROM failure('UPDATE "Odd ""Table" SET "Gone At" = ''1999-01-01''');

-- columns come, go, and get other names; the trigger says what it knows them by
DROP VIEW seen;
ALTER TABLE users DROP COLUMN note, ADD COLUMN phone text;
UPDATE users SET phone = '1', deleted_at = '2026-01-01' WHERE id = 1;
SELECT state FROM failure('UPDATE users SET phone = ''2'' WHERE id = 1');
ALTER TABLE users RENAME COLUMN deleted_at TO gone_at;
SELECT state, message, hint FROM failure('UPDATE users SET phone = ''3''');
ALTER TABLE users RENAME COLUMN gone_at TO deleted_at;
BEGIN;
SELECT enable_guard(schemas => '{soft}');
ALTER TABLE users RENAME COLUMN deleted_at TO gone_at;
SELECT options FROM managed WHERE object = 'users'::regclass AND feature = 'soft_delete';
UPDATE users SET gone_at = NULL;
-- the guard counts deleted rows as rows
UPDATE users SET gone_at = '2026-01-01';
SELECT state, message FROM failure('DROP TABLE users');
ROLLBACK;

-- a trigger that others made of it
CREATE TABLE wrong (id int PRIMARY KEY, deleted_at timestamptz);
CREATE TRIGGER wrong AFTER UPDATE ON wrong FOR EACH ROW EXECUTE FUNCTION upkeep.soft_delete();
INSERT INTO wrong VALUES (1);
SELECT * FROM failure('UPDATE wrong SET id = 2');
SELECT state, message FROM failure('SELECT upkeep.soft_delete()');
DROP TABLE wrong;

-- partitions: rows move, live and as they are deleted; a new partition has the triggers
CREATE TABLE sales (id int, region text, note text, deleted_at timestamptz, PRIMARY KEY (id, region))
  PARTITION BY LIST (region);
CREATE TABLE sales_north PARTITION OF sales FOR VALUES IN ('north');
SELECT enable_soft_delete('sales', hard_delete => 'refuse');
CREATE TABLE sales_south PARTITION OF sales FOR VALUES IN ('south');
CREATE TABLE sales_west (deleted_at timestamptz, note text, region text NOT NULL, id int NOT NULL,
  PRIMARY KEY (id, region));
ALTER TABLE sales ATTACH PARTITION sales_west FOR VALUES IN ('west');
INSERT INTO sales VALUES (1, 'north'), (2, 'south'), (3, 'west');
UPDATE sales SET region = 'south' WHERE id = 1;
UPDATE sales SET region = 'west', deleted_at = '2026-01-01' WHERE id = 2;
SELECT tableoid::regclass, id, deleted_at FROM sales ORDER BY id;
SELECT state, message, hint FROM failure('UPDATE sales SET region = ''north'' WHERE id = 2');
UPDATE sales SET region = 'north', deleted_at = NULL WHERE id = 2;
SELECT tableoid::regclass, id, deleted_at FROM sales ORDER BY id;
SELECT statement, f.state, f.hint FROM unnest(ARRAY['DELETE FROM sales WHERE id = 2',
  'DELETE FROM sales_west', 'TRUNCATE sales_west', 'TRUNCATE sales']) statement, failure(statement) f;
SELECT object, triggers FROM managed WHERE object::text LIKE 'sales%' ORDER BY object::text;
SELECT disable_soft_delete('sales');
SELECT count(*) FROM pg_trigger WHERE tgrelid::regclass::text LIKE 'sales%' AND NOT tgisinternal;

-- inheritance children have triggers of their own
CREATE TABLE people (id int PRIMARY KEY, deleted_at timestamptz);
CREATE TABLE staff (PRIMARY KEY (id)) INHERITS (people);
SELECT enable_soft_delete('people');
INSERT INTO staff VALUES (1, '2026-01-01');
UPDATE people SET deleted_at = '2027-01-01';
SELECT * FROM people;
SELECT disable_soft_delete('people');
SELECT disable_soft_delete('people');

-- the owner's, and a writer with no other right; row security; a hostile search_path
GRANT USAGE, CREATE ON SCHEMA soft TO regress_upkeep_owner, regress_upkeep_other;
SET ROLE regress_upkeep_owner;
CREATE TABLE owned (id int PRIMARY KEY, parent_id int REFERENCES owned ON DELETE CASCADE, secret text,
  deleted_at timestamptz);
SELECT enable_soft_delete('owned');
INSERT INTO owned VALUES (1, NULL, 'x'), (2, 1, 'y'), (3, 2, 'z');
ALTER TABLE owned ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY first_only ON owned USING (id = 1);
GRANT SELECT (id), UPDATE (deleted_at) ON owned TO regress_upkeep_other;
SET ROLE regress_upkeep_other;
SELECT state, message FROM failure('SELECT enable_soft_delete(''owned'')');
SELECT state, message FROM failure('SELECT disable_soft_delete(''owned'')');
CREATE FUNCTION soft.always(timestamptz, timestamptz) RETURNS boolean LANGUAGE sql AS 'SELECT true';
CREATE FUNCTION soft.always(int, int) RETURNS boolean LANGUAGE sql AS 'SELECT true';
CREATE FUNCTION soft.now() RETURNS timestamptz LANGUAGE sql AS 'SELECT NULL::timestamptz';
CREATE OPERATOR soft.= (FUNCTION = soft.always, LEFTARG = timestamptz, RIGHTARG = timestamptz);
CREATE OPERATOR soft.= (FUNCTION = soft.always, LEFTARG = int, RIGHTARG = int);
SET search_path = soft, pg_catalog;
UPDATE owned SET deleted_at = '2026-01-01' WHERE id IS NOT NULL;
RESET ROLE;
SELECT id, deleted_at FROM owned ORDER BY id;
SET ROLE regress_upkeep_other;
UPDATE owned SET deleted_at = NULL WHERE id IS NOT NULL;
RESET ROLE;
SELECT id, deleted_at FROM owned ORDER BY id;
SET search_path = soft, upkeep, public;
DROP OPERATOR soft.= (timestamptz, timestamptz), soft.= (int, int);

-- what is not to be read is not told either
CREATE TABLE secret (id int PRIMARY KEY, deleted_at timestamptz);
SELECT enable_soft_delete('secret', hard_delete => 'refuse');
INSERT INTO secret VALUES (1, '2026-01-01'), (2, NULL);
GRANT UPDATE, DELETE ON secret TO regress_upkeep_other;
SET ROLE regress_upkeep_other;
SELECT * FROM failure('UPDATE soft.secret SET id = 3');
SELECT * FROM failure('DELETE FROM soft.secret');
RESET ROLE;
DROP TABLE secret;
-- a temporary table
CREATE TEMPORARY TABLE passing (id int PRIMARY KEY, deleted_at timestamptz);
SELECT * FROM failure('SELECT enable_soft_delete(''passing'')');
-- a partition that is detached refuses nothing any more
CREATE TABLE regions (id int PRIMARY KEY, deleted_at timestamptz) PARTITION BY LIST (id);
CREATE TABLE regions_1 PARTITION OF regions FOR VALUES IN (1) PARTITION BY LIST (id);
CREATE TABLE regions_1_1 PARTITION OF regions_1 FOR VALUES IN (1);
SELECT enable_soft_delete('regions', hard_delete => 'refuse');
SELECT tgrelid::regclass, tgname FROM pg_trigger WHERE tgname LIKE 'zz_upkeep_soft%truncate' ORDER BY 1::text;
ALTER TABLE regions_1 DETACH PARTITION regions_1_1;
ALTER TABLE regions DETACH PARTITION regions_1 CONCURRENTLY;
SELECT tgrelid::regclass, tgname FROM pg_trigger WHERE tgname LIKE 'zz_upkeep_soft%truncate' ORDER BY 1::text;
TRUNCATE regions_1, regions_1_1;
-- what mends unique indexes: of partitioned tables, with conditions, whatever they are called; those that are not valid
CREATE TABLE coded (id int, code text, "a WHERE b" int, deleted_at timestamptz, PRIMARY KEY (id, code))
  PARTITION BY LIST (code);
CREATE TABLE coded_1 PARTITION OF coded FOR VALUES IN ('a');
CREATE UNIQUE INDEX "x WHERE y" ON coded (code, "a WHERE b") NULLS NOT DISTINCT;
CREATE UNIQUE INDEX part ON coded (code, id) WHERE "a WHERE b" > 1 OR id = 2;
CREATE UNIQUE INDEX alone ON ONLY coded (code) WHERE deleted_at IS NULL;
SET client_min_messages = warning;
SELECT enable_soft_delete('coded');
RESET client_min_messages;
SELECT finding, hint FROM upkeep.check() WHERE feature = 'soft_delete' AND object = 'coded'::regclass;
DO $$ DECLARE hints text; BEGIN
  SELECT string_agg(hint, '') INTO hints FROM upkeep.check()
  WHERE feature = 'soft_delete' AND object = 'coded'::regclass;
  EXECUTE hints;
END $$;
SELECT pg_get_indexdef(indexrelid), indisvalid FROM pg_index
WHERE indrelid = 'coded_1'::regclass AND NOT indisprimary ORDER BY 1;

SELECT * FROM upkeep.check() WHERE feature = 'soft_delete';
SET client_min_messages = error;
DROP SCHEMA soft CASCADE;
