-- What would get round the guard, use it to get somewhere else, or make it hold up what loses nothing.
\set SHOW_CONTEXT never
SET client_min_messages = error;
CREATE SCHEMA kept;
CREATE SCHEMA their AUTHORIZATION regress_upkeep_other;
SET search_path = kept, public;
CREATE FUNCTION tried(statement text) RETURNS text LANGUAGE plpgsql AS $$
BEGIN
  EXECUTE statement;
  RAISE EXCEPTION USING ERRCODE = 'P0099', MESSAGE = 'goes through';
EXCEPTION WHEN OTHERS THEN
  RETURN CASE SQLSTATE WHEN 'P0099' THEN '' ELSE SQLSTATE || ' ' END || SQLERRM;
END $$;
SELECT upkeep.enable_guard(schemas => '{kept,their}');

-- nobody has an expression run by the owner of a table that he may not alter: by a review, as owner of the schema, as
-- owner of the table above it
CREATE SEQUENCE their.runs;
GRANT ALL ON SEQUENCE their.runs TO regress_upkeep_other;
CREATE TABLE kept.readable AS SELECT 'x' AS x;
GRANT USAGE ON SCHEMA kept TO regress_upkeep_other;
GRANT SELECT ON kept.readable TO regress_upkeep_other;
CREATE TABLE their.placed AS SELECT 'x' AS x;
SET ROLE regress_upkeep_other;
CREATE FUNCTION their.spies(text) RETURNS text STABLE LANGUAGE plpgsql
  AS $$ BEGIN PERFORM nextval('their.runs'); RETURN $1; END $$;
CREATE TABLE their.above (x text);
RESET ROLE;
CREATE TABLE their.below () INHERITS (their.above);
INSERT INTO their.below VALUES ('x');
SET ROLE regress_upkeep_other;
-- C++ edition {
SELECT severity, object, finding FROM upkeep.review('ALTER TABLE kept.readable ALTER x TYPE text USING their.spies(x)');
-- }
SELECT * FROM public.failure('ALTER TABLE their.placed ALTER x TYPE text USING their.spies(x)');
SELECT * FROM public.failure('ALTER TABLE their.above ALTER x TYPE text USING their.spies(x)');
SELECT last_value, is_called FROM their.runs;
RESET ROLE;
-- a review runs nothing that leaves traces
-- C++ edition {
SELECT severity FROM upkeep.review('ALTER TABLE kept.readable ALTER x TYPE text USING x || nextval(''their.runs'')');
-- }
SELECT last_value, is_called FROM their.runs;
-- nor does it stop at what the caller may not know
REVOKE USAGE ON SCHEMA kept FROM regress_upkeep_other;
SET ROLE regress_upkeep_other;
-- C++ edition {
SELECT * FROM upkeep.review('DROP TABLE kept.readable; DROP TABLE elsewhere.kept.readable; DELETE FROM their.nothing');
-- }
RESET ROLE;
SET search_path = kept, public;

-- values that are replaced, whether or not the new type leads back to the old one
CREATE TABLE kinds AS SELECT 1 AS i, 1.5 AS n, 'x' AS t, '{"a": 1, "b": 2}'::jsonb AS j;
-- C++ edition {
SELECT c, tried('ALTER TABLE kinds ALTER ' || c) FROM unnest(ARRAY['i TYPE uuid USING gen_random_uuid()',
  'i TYPE uuid USING NULL', 'i TYPE text USING ''''', 'n TYPE text USING ''gone''',
  'i TYPE text USING ''number '' || i', 'j TYPE int USING NULL', 'j TYPE int USING (j ->> ''c'')::int',
  'j TYPE int USING (j ->> ''a'')::int', 'i TYPE text USING i', 't TYPE int USING t::int']) c;

-- }
-- a child's column that is its own too: its type changes with its parent's, but it stays when its parent's goes
CREATE TABLE mother (id int, n numeric);
CREATE TABLE second_mother (n numeric);
CREATE TABLE daughter (n numeric) INHERITS (mother);
CREATE TABLE heir () INHERITS (mother, second_mother);
INSERT INTO daughter VALUES (1, 1.5);
INSERT INTO heir VALUES (1, 1.5);
SELECT tried('ALTER TABLE mother ALTER n TYPE int'), tried('ALTER TABLE mother DROP COLUMN n');

-- a default that stands for values which were never written
CREATE TYPE public.mood AS ENUM ('ok');
CREATE TABLE moods AS SELECT 1 AS id;
ALTER TABLE moods ADD COLUMN m public.mood DEFAULT 'ok';
SELECT tried('DROP TYPE public.mood CASCADE');

-- the attributes of a type are the columns of the tables of that type
CREATE TYPE public.record AS (id int, n numeric, updated_at timestamptz);
CREATE TABLE records OF public.record;
SELECT upkeep.enable_updated_at('records');
INSERT INTO records VALUES (1, 1.5);
-- C++ edition {
SELECT tried('ALTER TYPE public.record ALTER ATTRIBUTE n TYPE int CASCADE'),
  tried('ALTER TYPE public.record ALTER ATTRIBUTE n TYPE numeric(9,2) CASCADE'),
  tried('ALTER TYPE public.record DROP ATTRIBUTE n CASCADE');
ALTER TYPE public.record RENAME ATTRIBUTE updated_at TO changed CASCADE;
UPDATE records SET id = 2;

-- }
-- an expectation is held against all rows, also where nothing is left to count them in
INSERT INTO records SELECT n FROM generate_series(1, 10001) n;
BEGIN;
SELECT upkeep.confirm_drop('records', 10002);
SELECT tried('DROP TYPE public.record CASCADE');
SELECT upkeep.confirm_drop('records', 10000);
SELECT tried('DROP TYPE public.record CASCADE');
ROLLBACK;
-- C++ edition {
SELECT tried('DROP TYPE public.record CASCADE');
-- }
DELETE FROM records WHERE n IS NULL;

-- event triggers of others that run commands between the guard's
CREATE FUNCTION kept.interrupts() RETURNS event_trigger LANGUAGE plpgsql
  AS $$ BEGIN IF tg_tag ~ '^(DROP|ALTER)' THEN CREATE TEMP TABLE IF NOT EXISTS between_events (); END IF; END $$;
CREATE TABLE known (a int, b int);
INSERT INTO known VALUES (1, 1);
CREATE EVENT TRIGGER zz_regress_upkeep ON ddl_command_start EXECUTE FUNCTION kept.interrupts();
CREATE EVENT TRIGGER aa_regress_upkeep ON sql_drop EXECUTE FUNCTION kept.interrupts();
SELECT tried('DROP TYPE public.record CASCADE');
BEGIN; SELECT upkeep.confirm_drop('known.a', 1); ALTER TABLE known DROP COLUMN a; ROLLBACK;
DROP EVENT TRIGGER zz_regress_upkeep;
DROP EVENT TRIGGER aa_regress_upkeep;

-- what was allowed to TRUNCATE serves no later one
CREATE TABLE one (id int PRIMARY KEY);
CREATE TABLE many (id int REFERENCES one);
BEGIN;
ALTER TABLE many DISABLE TRIGGER zz_upkeep_guard;
TRUNCATE one, many;
ALTER TABLE many ENABLE TRIGGER zz_upkeep_guard;
INSERT INTO one VALUES (1);
INSERT INTO many VALUES (1);
SELECT tried('TRUNCATE many');
ROLLBACK;

-- what must be the first of its transaction is that
CREATE INDEX known_index ON known (b);
DROP INDEX CONCURRENTLY known_index;

-- a yes for a column goes with the column, not with its name
SELECT upkeep.allow_drop('known.a');
ALTER TABLE known RENAME a TO c;
ALTER TABLE known RENAME b TO a;
SELECT tried('ALTER TABLE known DROP COLUMN a'), tried('ALTER TABLE known DROP COLUMN c');
ALTER TABLE known DROP COLUMN c, ADD COLUMN c int DEFAULT 1;
SELECT tried('ALTER TABLE known DROP COLUMN c');

-- many tables: the hint names the schema only where that is the schema's name and the caller may
CREATE SCHEMA kept_shop;
GRANT ALL ON SCHEMA kept_shop TO regress_upkeep_other;
SELECT upkeep.enable_guard(schemas => '{kept,their,kept_shop}');
CREATE TYPE public.one_number AS (n int);
SET ROLE regress_upkeep_other;
DO $$ BEGIN FOR n IN 1 .. 9 LOOP EXECUTE format('CREATE TABLE kept_shop.t%s AS SELECT 1 AS n', n); END LOOP; END $$;
SELECT hint FROM public.failure('DROP TABLE kept_shop.t1, kept_shop.t2, kept_shop.t3, kept_shop.t4, kept_shop.t5, '
  'kept_shop.t6, kept_shop.t7, kept_shop.t8, kept_shop.t9');
RESET ROLE;
SELECT hint FROM failure('DROP SCHEMA kept_shop CASCADE');
CREATE TABLE kept.kept_shop (id int);
SELECT hint ~ 'confirm_drop\(''kept_shop.t9''\)' AS names_tables FROM failure('DROP SCHEMA kept_shop CASCADE');
DO $$ BEGIN FOR n IN 1 .. 9 LOOP EXECUTE format('CREATE TABLE their.o%s OF public.one_number', n);
  EXECUTE format('INSERT INTO their.o%s VALUES (1)', n); END LOOP; END $$;
SELECT hint FROM failure('DROP TYPE public.one_number CASCADE');

-- a schema that is gone leaves its rule, which stands in nobody's way
SELECT upkeep.disable_guard();
DROP SCHEMA kept_shop CASCADE;
CREATE SCHEMA kept_shop;
SELECT upkeep.enable_guard(schemas => '{kept,kept_shop}');
DROP SCHEMA kept_shop;
ALTER SCHEMA kept RENAME TO kept_shop;
SELECT schema_name FROM upkeep.guard_rules;

SELECT upkeep.disable_guard();
DROP SCHEMA kept_shop, their CASCADE;
DROP TYPE public.mood, public.record, public.one_number;
DELETE FROM upkeep.ddl_log;
DELETE FROM upkeep.drop_approvals;
