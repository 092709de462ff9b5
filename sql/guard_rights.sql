-- Who runs DDL need not know of the guard; what is done to its own triggers is told;
-- what other event triggers do is seen.
\set SHOW_CONTEXT never
SET client_min_messages = error;
CREATE SCHEMA watched AUTHORIZATION regress_upkeep_owner;
CREATE SCHEMA beside;
SET search_path = watched, public;
SELECT upkeep.enable_guard(schemas => '{watched}');
SELECT upkeep.auto_updated_at('{watched}');
REVOKE USAGE ON SCHEMA upkeep FROM PUBLIC;
REVOKE EXECUTE ON FUNCTION upkeep.guard() FROM PUBLIC;
SET ROLE regress_upkeep_owner;
CREATE TABLE plain (id int, note text, updated_at timestamptz);
CREATE TABLE root (id int, updated_at timestamptz) PARTITION BY LIST (id);
CREATE TABLE root_1 PARTITION OF root FOR VALUES IN (1);
CREATE TABLE root_2 (id int, updated_at timestamptz);
ALTER TABLE root ATTACH PARTITION root_2 FOR VALUES IN (2);
INSERT INTO plain VALUES (1, 'x');
INSERT INTO root VALUES (1);
ALTER TABLE plain RENAME note TO body;
ALTER TABLE plain ADD COLUMN size int;
ALTER TABLE plain DROP COLUMN size;
UPDATE plain SET body = 'y';
CREATE TEMP TABLE passing (id int);
DROP TABLE passing;
SELECT message, hint FROM public.failure('TRUNCATE watched.plain');
SELECT message FROM public.failure('DROP TABLE watched.plain');
ALTER TABLE root DETACH PARTITION root_2;
DROP TABLE root_2;
TRUNCATE root_1, plain;
DROP TABLE root;
CREATE VIEW seen AS SELECT 1 AS x;
DROP VIEW seen CASCADE;
RESET ROLE;
GRANT USAGE ON SCHEMA upkeep TO PUBLIC;
REVOKE EXECUTE ON FUNCTION upkeep.updated_at() FROM PUBLIC;
SET ROLE regress_upkeep_owner;
CREATE TABLE closed (id int, updated_at timestamptz);
RESET ROLE;
GRANT EXECUTE ON FUNCTION upkeep.guard(), upkeep.updated_at() TO PUBLIC;
SELECT object, triggers FROM upkeep.managed WHERE object::text ~ '^(plain|root|closed)';
SELECT upkeep.auto_updated_at(NULL);

-- the guard's trigger: disabled, dropped, replaced
SET client_min_messages = warning;
CREATE TABLE kept AS SELECT 1 AS id;
ALTER TABLE kept DISABLE TRIGGER zz_upkeep_guard;
ALTER TABLE kept DISABLE TRIGGER ALL;
ALTER TABLE kept DISABLE TRIGGER USER;
ALTER TABLE kept ENABLE REPLICA TRIGGER zz_upkeep_guard;
ALTER TABLE kept DISABLE TRIGGER ALL, ENABLE TRIGGER zz_upkeep_guard;
ALTER TABLE kept ENABLE ALWAYS TRIGGER zz_upkeep_guard;
ALTER TABLE kept ENABLE TRIGGER zz_upkeep_guard;
CREATE TRIGGER other BEFORE INSERT ON kept EXECUTE FUNCTION suppress_redundant_updates_trigger();
ALTER TABLE kept DISABLE TRIGGER other;
DROP TRIGGER other ON kept;
DROP TRIGGER zz_upkeep_guard ON kept;
CREATE TABLE renamed (id int);
ALTER TRIGGER zz_upkeep_guard ON renamed RENAME TO "Mine";
ALTER TABLE renamed DISABLE TRIGGER "Mine";
CREATE TABLE replaced (id int);
CREATE OR REPLACE TRIGGER zz_upkeep_guard BEFORE TRUNCATE ON replaced
  EXECUTE FUNCTION suppress_redundant_updates_trigger();
DROP TRIGGER zz_upkeep_guard ON replaced;
SELECT tag, object FROM upkeep.ddl_log WHERE object ~ '^zz_upkeep_guard on .*kept' ORDER BY "when";
SELECT upkeep.enable_guard(schemas => '{watched}');
CREATE TABLE beside.free (id int);
ALTER TABLE beside.free DISABLE TRIGGER ALL;

-- another's event trigger that drops a table while the guard makes its trigger
CREATE FUNCTION beside.drops() RETURNS event_trigger LANGUAGE plpgsql AS $$ BEGIN
  IF to_regclass('watched.kept') IS NOT NULL THEN DROP TABLE watched.kept; END IF;
END $$;
CREATE EVENT TRIGGER aa_regress_upkeep ON ddl_command_start WHEN TAG IN ('CREATE TRIGGER')
  EXECUTE FUNCTION beside.drops();
SET client_min_messages = error;
SELECT state, message FROM failure('CREATE TABLE watched.lure (id int)');
SELECT count(*) FROM kept;
BEGIN;
SELECT upkeep.confirm_drop('kept', 1);
CREATE TABLE lure (id int);
SELECT tag, object, confirmation FROM upkeep.ddl_log WHERE txid = txid_current() ORDER BY object;
SELECT count(*) FROM upkeep.managed WHERE object = 'lure'::regclass;
ROLLBACK;
DROP EVENT TRIGGER aa_regress_upkeep;

-- another schema's new name is none of the guard's
CREATE TABLE beside.odd (id int);
CREATE TRIGGER zz_upkeep_guard BEFORE INSERT ON beside.odd EXECUTE FUNCTION suppress_redundant_updates_trigger();
DROP TRIGGER zz_upkeep_guard ON kept;
CREATE TRIGGER zz_upkeep_guard BEFORE INSERT ON kept EXECUTE FUNCTION suppress_redundant_updates_trigger();
CREATE SCHEMA unrelated;
ALTER SCHEMA unrelated RENAME TO unrelated_still;
ALTER SCHEMA beside RENAME TO beside_still;
ALTER SCHEMA watched RENAME TO watched_still;
SELECT schema_name FROM upkeep.guard_rules;
-- but one that takes a guarded name brings its tables under it
BEGIN; SELECT upkeep.confirm_drop('watched_still'); DROP SCHEMA watched_still CASCADE; COMMIT;
SELECT message FROM failure('ALTER SCHEMA beside_still RENAME TO watched_still');
DROP TABLE beside_still.odd;
ALTER SCHEMA beside_still RENAME TO watched_still;
SELECT object::text FROM upkeep.managed WHERE feature = 'guard';

-- a review says that triggers follow a column only where they do
CREATE TABLE watched_still.stamped (id int, changed_at timestamptz, other int);
SELECT upkeep.enable_updated_at('watched_still.stamped', 'changed_at');
CREATE TABLE unrelated_still.stamped (id int, changed_at timestamptz, other int);
SELECT upkeep.enable_updated_at('unrelated_still.stamped', 'changed_at');
SELECT statement, severity, object, finding, hint FROM upkeep.review(
  'ALTER TABLE watched_still.stamped RENAME other TO another; '
  'ALTER TABLE watched_still.stamped RENAME changed_at TO moved_at; '
  'ALTER TABLE unrelated_still.stamped RENAME other TO another; '
  'ALTER TABLE unrelated_still.stamped RENAME changed_at TO moved_at');
SELECT upkeep.disable_guard();
SELECT severity FROM upkeep.review('ALTER TABLE watched_still.stamped RENAME changed_at TO moved_at');
DROP SCHEMA watched_still, unrelated_still CASCADE;
DELETE FROM upkeep.ddl_log;
