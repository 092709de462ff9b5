-- What the guard reads from the text of a command, and what it does where it cannot read it.
SET client_min_messages = error;
CREATE SCHEMA read;
SET search_path = read, public;
CREATE FUNCTION tried(statement text) RETURNS text LANGUAGE plpgsql AS $$
BEGIN
  EXECUTE statement;
  RAISE EXCEPTION USING ERRCODE = 'P0099', MESSAGE = 'goes through';
EXCEPTION WHEN OTHERS THEN
  RETURN CASE SQLSTATE WHEN 'P0099' THEN '' ELSE SQLSTATE || ' ' END || SQLERRM;
END $$;
CREATE FUNCTION drops() RETURNS void LANGUAGE sql AS 'DROP TABLE read.one';
CREATE FUNCTION drops_column() RETURNS void LANGUAGE sql AS 'ALTER TABLE read.one DROP COLUMN b';
SELECT upkeep.enable_guard(schemas => '{read}');
CREATE TABLE one (a int, b text, c numeric(10,2), d timestamptz, empty text);
CREATE TABLE two (a int, b text);
CREATE TABLE "a; DROP" (id int);
CREATE TABLE root (id int) PARTITION BY LIST (id);
CREATE TABLE root_1 PARTITION OF root FOR VALUES IN (1);
INSERT INTO one VALUES (1, 'x', 1.55, '2020-01-01 12:00:00.5Z');
INSERT INTO two VALUES (1, 'x');
INSERT INTO "a; DROP" VALUES (1);
INSERT INTO root VALUES (1);
-- one statement
SELECT s, tried(s) FROM unnest(ARRAY['ALTER TABLE one DROP a, DROP COLUMN IF EXISTS none, DROP "b" CASCADE',
  'ALTER TABLE one /* x; DROP */ DROP -- y' || E'\n COLUMN a', 'ALTER TABLE IF EXISTS ONLY read.one DROP COLUMN empty',
  'ALTER TABLE one ALTER b SET DEFAULT ''a'', ALTER b DROP DEFAULT, ADD CHECK (b <> '',DROP COLUMN a'')',
  'ALTER TABLE one ALTER c TYPE numeric(10,1)', 'ALTER TABLE one ALTER COLUMN c SET DATA TYPE numeric ( 12 , 3 )',
  'ALTER TABLE one ALTER d TYPE date', 'ALTER TABLE one ALTER d TYPE timestamp(0) with time zone USING d',
  'ALTER TABLE one ALTER b TYPE int USING NULL::int', 'DROP TABLE IF EXISTS none, "a; DROP"', 'DROP TABLE none, one',
  'ALTER TABLE IF EXISTS none DROP COLUMN a', 'DROP TABLE IF EXISTS none CASCADE',
  'DROP SCHEMA IF EXISTS none, read CASCADE', 'DROP TABLE root']) s;
-- several
SELECT s, tried(s) FROM unnest(ARRAY[
  'ALTER TABLE one ADD z int; ALTER TABLE one DROP COLUMN empty; ALTER TABLE one DROP b',
  'ALTER TABLE one DROP empty; ALTER TABLE two ADD z int', 'DROP TABLE IF EXISTS none; DROP TABLE two',
  'DROP TABLE root; DROP TABLE two', 'CREATE TABLE three (); DROP TABLE three; DROP TABLE "a; DROP"']) s;
-- none that is known
SELECT tried('SELECT drops()'), tried('SELECT drops_column()');
BEGIN;
SELECT upkeep.confirm_drop('one.b', 1);
SELECT drops_column();
SELECT upkeep.confirm_drop('one', 1);
SELECT drops();
SELECT tag, object, confirmation FROM upkeep.ddl_log WHERE txid = txid_current() ORDER BY "when";
ROLLBACK;
SELECT count(*) FROM upkeep_internal.guard_notes;
SELECT upkeep.disable_guard();
SELECT count(*) FROM pg_event_trigger WHERE evtname LIKE 'upkeep_guard%';
DROP SCHEMA read CASCADE;
DELETE FROM upkeep.ddl_log;
