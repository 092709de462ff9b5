-- The guard without event triggers: TRUNCATE of what is filled needs a yes; all tables of one command are told at once.
SET client_min_messages = error;
CREATE SCHEMA kept;
SET search_path = kept, public;
CREATE FUNCTION tried(statement text) RETURNS text LANGUAGE plpgsql AS $$
BEGIN
  EXECUTE statement;
  RAISE EXCEPTION USING ERRCODE = 'P0099', MESSAGE = 'goes through';
EXCEPTION WHEN OTHERS THEN
  RETURN CASE SQLSTATE WHEN 'P0099' THEN '' ELSE SQLSTATE || ' ' END || SQLERRM;
END $$;
CREATE TABLE old (id int, v text);
CREATE TABLE "Odd, name" (id int);
CREATE TABLE root (id int, v text) PARTITION BY LIST (id);
CREATE TABLE root_2 PARTITION OF root FOR VALUES IN (2);
CREATE TABLE root_3 PARTITION OF root FOR VALUES IN (3);
CREATE TABLE refers (id int PRIMARY KEY);
CREATE TABLE referring (id int REFERENCES refers);
CREATE TABLE mother (id int, v text);
CREATE TABLE daughter () INHERITS (mother);
CREATE TABLE nothing (id int);
INSERT INTO old VALUES (1, 'x');
INSERT INTO "Odd, name" VALUES (1);
INSERT INTO root VALUES (2, 'x'), (3, 'y');
INSERT INTO refers VALUES (1);
INSERT INTO referring VALUES (1), (1);
INSERT INTO mother VALUES (1, 'x');
INSERT INTO daughter VALUES (2, 'y'), (3, 'z');
SELECT upkeep.enable_guard(schemas => '{kept}');
SELECT object, triggers FROM upkeep.managed WHERE feature = 'guard' ORDER BY object::text;
SET client_min_messages = warning;
\set SHOW_CONTEXT never
TRUNCATE old;
-- several in one text, with names and comments as people write them
TRUNCATE nothing; TRUNCATE TABLE ONLY kept . "Odd, name" /* , old */ , -- refers
  Old CONTINUE IDENTITY;
SET client_min_messages = error;
SELECT s, tried(s) FROM unnest(ARRAY['TRUNCATE old, refers, referring', 'TRUNCATE refers CASCADE',
  'TRUNCATE mother, root_2, root', 'TRUNCATE ONLY mother', 'TRUNCATE ONLY (mother), old *', 'TRUNCATE nothing',
  'DO $d$ BEGIN TRUNCATE old, mother; END $d$', 'truncate table root restart identity restrict;']) s;
-- where the command cannot be read, each table is asked by itself
CREATE FUNCTION empties() RETURNS void LANGUAGE sql AS 'TRUNCATE old, daughter; TRUNCATE root';
SELECT tried('SELECT empties()');
BEGIN;
SELECT upkeep.confirm_drop('old'), upkeep.confirm_drop('daughter', 2), upkeep.confirm_drop('root', 2);
SELECT empties();
SELECT tag, object, confirmation FROM upkeep.ddl_log WHERE txid = txid_current() ORDER BY object;
ROLLBACK;

-- one yes, one use
BEGIN;
SELECT upkeep.confirm_drop('kept', 4);
SELECT tried('TRUNCATE old, mother');
SAVEPOINT s;
TRUNCATE old, refers, referring;
SELECT object, confirmation FROM upkeep.ddl_log WHERE txid = txid_current() ORDER BY "when";
SELECT tried('TRUNCATE mother');
ROLLBACK TO s;
INSERT INTO old VALUES (2, 'y');
SELECT tried('TRUNCATE old, refers, referring');
SELECT upkeep.confirm_drop('old', 2);
TRUNCATE old;
INSERT INTO old VALUES (3);
SELECT tried('TRUNCATE old');
ROLLBACK;
BEGIN; SELECT upkeep.confirm_drop('old'); COMMIT;
SELECT tried('TRUNCATE old');
SELECT upkeep.allow_drop('old');
BEGIN; TRUNCATE old; ROLLBACK;
TRUNCATE old;
INSERT INTO old VALUES (1, 'x');
SELECT tried('TRUNCATE old');
-- a table of this transaction is free, what is attached to it is not
BEGIN;
CREATE TABLE fresh (id int, v text) PARTITION BY LIST (id);
CREATE TABLE fresh_4 PARTITION OF fresh FOR VALUES IN (4);
INSERT INTO fresh VALUES (4, 'z');
SELECT upkeep.enable_guard(schemas => '{kept}');
SELECT tried('TRUNCATE fresh');
SAVEPOINT s;
CREATE TABLE fresher AS SELECT 1 AS id;
SELECT upkeep.enable_guard(schemas => '{kept}');
SELECT tried('TRUNCATE fresher');
ALTER TABLE fresh ATTACH PARTITION old FOR VALUES IN (1);
SELECT tried('TRUNCATE fresh'), tried('TRUNCATE fresh_4');
ROLLBACK;

-- triggers of others that truncate in the midst of it, and that fail
CREATE FUNCTION empties_old() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN TRUNCATE kept.old; RETURN NULL; END $$;
CREATE TRIGGER a BEFORE TRUNCATE ON mother EXECUTE FUNCTION empties_old();
SELECT tried('TRUNCATE mother');
BEGIN; SELECT upkeep.confirm_drop('old'); SELECT tried('TRUNCATE mother');
SELECT upkeep.confirm_drop('mother', 1), upkeep.confirm_drop('daughter', 2); TRUNCATE mother; ROLLBACK;
DROP TRIGGER a ON mother;
CREATE FUNCTION refuses() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'refused'; END $$;
CREATE TRIGGER zzz BEFORE TRUNCATE ON refers EXECUTE FUNCTION refuses();
BEGIN;
DO $$
BEGIN
  BEGIN
    PERFORM upkeep.confirm_drop('kept');
    TRUNCATE refers, referring, old;
  EXCEPTION WHEN raise_exception THEN NULL;
  END;
  TRUNCATE referring;
EXCEPTION WHEN SQLSTATE 'UK007' THEN RAISE INFO '%', SQLERRM;
END $$;
-- tables of one TRUNCATE whose triggers did not all fire
ALTER TABLE referring DISABLE TRIGGER zz_upkeep_guard;
ALTER TABLE refers DISABLE TRIGGER zzz;
SELECT upkeep.confirm_drop('kept', 3);
TRUNCATE refers, referring;
ALTER TABLE referring ENABLE TRIGGER zz_upkeep_guard;
INSERT INTO refers VALUES (2);
INSERT INTO referring VALUES (2);
SELECT tried('TRUNCATE referring');
ROLLBACK;
DROP TRIGGER zzz ON refers;

-- a lock that was taken before is no part of the command
BEGIN;
LOCK TABLE old;
SELECT upkeep.confirm_drop('mother', 1), upkeep.confirm_drop('daughter', 2);
TRUNCATE mother;
ROLLBACK;

-- who may, and who is paused
GRANT USAGE ON SCHEMA kept TO regress_upkeep_other;
GRANT CREATE ON SCHEMA kept TO regress_upkeep_owner;
GRANT TRUNCATE ON old, mother TO regress_upkeep_other;
SET ROLE regress_upkeep_other;
SELECT hint FROM public.failure('TRUNCATE kept.old');
SELECT state, message FROM public.failure('SELECT upkeep.confirm_drop(''kept.old'')');
SELECT state FROM public.failure(
  'SELECT upkeep_internal.precede_truncate(''kept.old''::regclass, ''x'', 1, '''', ''{}'')');
SELECT state FROM public.failure('SELECT upkeep_internal.take_approval(''pg_class'', ''kept.old''::regclass, '''')');
SELECT state FROM public.failure('INSERT INTO upkeep_internal.guard_decided VALUES (''1'', 1, 1)');
SELECT state, message FROM public.failure('SELECT upkeep_internal.replace_guard_rules(''{}'', ''warn'')');
SELECT state, message FROM public.failure('SELECT upkeep_internal.drop_guard_rules()');
SELECT state FROM public.failure('SELECT * FROM upkeep.ddl_log');
SET upkeep.pause = 'guard';
SELECT message FROM public.failure('TRUNCATE kept.old');
RESET ROLE;
SELECT tried('TRUNCATE old');
RESET upkeep.pause;
-- a table of somebody for whom the installer does not act: its size tells that it is filled
CREATE TABLE theirs AS SELECT n FROM generate_series(1, 3) n;
SELECT upkeep.enable_guard(schemas => '{kept}');
ALTER TABLE theirs OWNER TO regress_upkeep_owner;
SELECT tried('TRUNCATE theirs');
-- a transaction with an older snapshot
BEGIN ISOLATION LEVEL REPEATABLE READ;
SELECT tried('TRUNCATE old'), tried('TRUNCATE nothing');
ROLLBACK;

-- exempt
SELECT upkeep.guard_exempt('root'), upkeep.guard_exempt('kept."Odd, name"');
SELECT s, tried(s) FROM unnest(ARRAY['TRUNCATE root_2', 'TRUNCATE root', 'TRUNCATE "Odd, name"',
  'TRUNCATE "Odd, name", old']) s;
SELECT object, options FROM upkeep.managed WHERE feature = 'guard' AND options <> '{}' ORDER BY object::text;
SELECT e FROM upkeep.export_sql() e WHERE e ~ 'exempt';
SELECT upkeep.guard_unexempt('root');
DROP TABLE "Odd, name";
SELECT count(*) FROM upkeep.guard_exemptions;
SELECT finding FROM upkeep.check() WHERE finding LIKE '%no such table';
SELECT upkeep.refresh();
SELECT count(*) FROM upkeep.guard_exemptions;
-- new tables get the trigger at the next enable_guard
CREATE TABLE later (id int);
SELECT object, finding FROM upkeep.check() WHERE feature = 'guard' AND object = 'later'::regclass;
SELECT upkeep.guard_exempt('later');
SET client_min_messages = notice;
SELECT upkeep.enable_guard('warn', '{kept}');
SET client_min_messages = warning;
BEGIN; TRUNCATE old, root; ROLLBACK;
SET client_min_messages = notice;
SELECT upkeep.disable_guard();
SELECT upkeep.disable_guard();
BEGIN; TRUNCATE old; ROLLBACK;
SELECT upkeep.disable_all('disable');
SELECT count(*) FROM upkeep.guard_exemptions;
SET client_min_messages = error;
DROP SCHEMA kept CASCADE;
DELETE FROM upkeep.ddl_log;
