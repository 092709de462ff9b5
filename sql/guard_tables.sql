-- Several tables in one command: each that loses rows is asked, all are told at once,
-- one yes of a schema serves them all.
\set SHOW_CONTEXT never
SET client_min_messages = error;
CREATE SCHEMA many;
CREATE SCHEMA apart;
SET search_path = many, public;
CREATE FUNCTION tried(statement text) RETURNS text LANGUAGE plpgsql AS $$
BEGIN
  EXECUTE statement;
  RAISE EXCEPTION USING ERRCODE = 'P0099', MESSAGE = 'goes through';
EXCEPTION WHEN OTHERS THEN
  RETURN CASE SQLSTATE WHEN 'P0099' THEN '' ELSE SQLSTATE || ' ' END || SQLERRM;
END $$;
SELECT upkeep.enable_guard(schemas => '{many}');
CREATE TABLE old (id int, v text);
CREATE TABLE old_root (id int, v text) PARTITION BY LIST (id);
CREATE TABLE old_2 PARTITION OF old_root FOR VALUES IN (2);
CREATE TABLE old_3 PARTITION OF old_root FOR VALUES IN (3);
CREATE TABLE refers (id int PRIMARY KEY);
CREATE TABLE referring (id int REFERENCES refers);
CREATE TABLE mother (id int, v text);
INSERT INTO old VALUES (1, 'x');
INSERT INTO old_root VALUES (2, 'x'), (3, 'y');
INSERT INTO refers VALUES (1);
INSERT INTO referring VALUES (1), (1);
INSERT INTO mother VALUES (1, 'x');

-- a table of this transaction: its own rows are free, those of what is attached to it are not
BEGIN;
CREATE TABLE fresh (id int, v text) PARTITION BY LIST (id);
CREATE TABLE fresh_4 PARTITION OF fresh FOR VALUES IN (4);
INSERT INTO fresh VALUES (4, 'z');
SELECT tried(s) FROM unnest(ARRAY['TRUNCATE fresh', 'DROP TABLE fresh', 'ALTER TABLE fresh DROP COLUMN v',
  'ALTER TABLE fresh ALTER v TYPE text USING NULL']) s;
ALTER TABLE fresh ATTACH PARTITION old FOR VALUES IN (1);
ALTER TABLE fresh ATTACH PARTITION old_root FOR VALUES IN (2, 3);
SELECT tried(s) FROM unnest(ARRAY['TRUNCATE fresh', 'DROP TABLE fresh', 'ALTER TABLE fresh DROP COLUMN v',
  'ALTER TABLE fresh ALTER v TYPE text USING NULL', 'TRUNCATE fresh_4', 'TRUNCATE fresh_4, old_2',
  'ALTER TABLE fresh SET SCHEMA apart; TRUNCATE apart.fresh',
  'ALTER TABLE fresh DETACH PARTITION old; DROP TABLE fresh; DROP TABLE old',
  'ALTER TABLE fresh DETACH PARTITION old; ALTER TABLE fresh DETACH PARTITION old_root; DROP TABLE fresh']) s;
SELECT upkeep.confirm_drop('old', 1), upkeep.confirm_drop('old_root', 2);
TRUNCATE fresh;
ROLLBACK;
-- the same of a child, of a foreign key, and of a type's table
BEGIN;
CREATE TABLE kid () INHERITS (mother);
INSERT INTO kid VALUES (2, 'mine');
SELECT tried(s) FROM unnest(ARRAY['TRUNCATE ONLY kid', 'DROP TABLE kid', 'TRUNCATE mother', 'DROP TABLE mother CASCADE',
  'ALTER TABLE mother DROP COLUMN v']) s;
CREATE TABLE refers_too (id int PRIMARY KEY);
INSERT INTO refers_too VALUES (1);
ALTER TABLE referring ADD CONSTRAINT too FOREIGN KEY (id) REFERENCES refers_too;
SELECT tried('TRUNCATE refers_too CASCADE');
CREATE TYPE pair AS (a int);
CREATE TABLE typed OF pair;
INSERT INTO typed VALUES (1);
SELECT tried('DROP TYPE pair CASCADE');
ROLLBACK;
BEGIN;
CREATE TEMP TABLE passing () INHERITS (mother);
INSERT INTO passing VALUES (3, 'passing');
SELECT tried('DROP TABLE mother CASCADE'), tried('TRUNCATE passing');
ROLLBACK;

-- one message with all, one yes of the schema for all, which expects their sum
SELECT s, tried(s) FROM unnest(ARRAY['TRUNCATE old, refers, referring', 'TRUNCATE refers CASCADE',
  'TRUNCATE mother, old_2, old_root', 'DROP TABLE old, referring', 'DO $d$ BEGIN TRUNCATE old, mother; END $d$']) s;
BEGIN;
SELECT upkeep.confirm_drop('many', 4);
SELECT tried('TRUNCATE old, refers');
SELECT tried('TRUNCATE old, mother');
SAVEPOINT s;
TRUNCATE old, refers, referring;
SELECT object, confirmation FROM upkeep.ddl_log WHERE txid = txid_current() ORDER BY "when";
SELECT tried('TRUNCATE mother');
ROLLBACK TO s;
DROP TABLE old, referring, mother;
ROLLBACK;
SELECT upkeep.allow_drop('many');
BEGIN; TRUNCATE old, refers, referring, old_root; SELECT tried('TRUNCATE mother'); ROLLBACK;
DELETE FROM upkeep.drop_approvals;
CREATE TABLE daughter () INHERITS (mother);
INSERT INTO daughter VALUES (2, 'y'), (3, 'z');
SELECT tried('TRUNCATE mother'), tried('TRUNCATE ONLY mother');
BEGIN; SELECT upkeep.confirm_drop('many', 3); TRUNCATE mother; SELECT count(*) FROM mother; ROLLBACK;
-- with a yes of their own, tables are not the schema's to count
BEGIN; SELECT upkeep.confirm_drop('old', 1), upkeep.confirm_drop('many', 3); TRUNCATE old, mother; ROLLBACK;
-- triggers of others that truncate in the midst of it
CREATE FUNCTION empties() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN TRUNCATE many.old; RETURN NULL; END $$;
CREATE TRIGGER a BEFORE TRUNCATE ON mother EXECUTE FUNCTION empties();
SELECT tried('TRUNCATE mother');
BEGIN; SELECT upkeep.confirm_drop('old'); SELECT tried('TRUNCATE mother');
SELECT upkeep.confirm_drop('mother', 1), upkeep.confirm_drop('daughter', 2); TRUNCATE mother; ROLLBACK;
DROP TRIGGER a ON mother;

-- the hint unblocks all, for whom it is meant
CREATE FUNCTION pasted(statement text, as_role name DEFAULT CURRENT_USER) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
  said text := (SELECT hint FROM public.failure(statement));
  caller name := CURRENT_USER;
  part text;
BEGIN
  IF as_role <> caller THEN EXECUTE format('SET LOCAL ROLE %I', as_role); END IF;
  FOR part IN SELECT m[1] FROM regexp_matches(said, CASE WHEN as_role <> caller OR said !~ 'confirm_drop'
    THEN '(SELECT upkeep\.allow_drop[^;]*);' ELSE '(SELECT upkeep\.confirm_drop[^;]*);' END, 'g') m LOOP
    EXECUTE replace(part, 'SELECT', 'SELECT row_to_json(r) FROM (SELECT') || ') r';
  END LOOP;
  EXECUTE format('SET LOCAL ROLE %I', caller);
  EXECUTE statement;
  RAISE EXCEPTION USING ERRCODE = 'P0099', MESSAGE = 'goes through';
EXCEPTION WHEN OTHERS THEN
  RETURN CASE SQLSTATE WHEN 'P0099' THEN '' ELSE SQLSTATE || ' ' END || SQLERRM;
END $$;
SELECT pasted('TRUNCATE old, refers, referring'), pasted('TRUNCATE mother'), pasted('DROP TABLE old, mother CASCADE'),
  pasted('TRUNCATE old_2, old_3');
CREATE TABLE theirs AS SELECT 1 AS id;
ALTER TABLE theirs OWNER TO regress_upkeep_owner;
ALTER TABLE old OWNER TO regress_upkeep_owner;
GRANT TRUNCATE ON old, mother, theirs TO regress_upkeep_other;
GRANT USAGE ON SCHEMA many TO regress_upkeep_owner, regress_upkeep_other;
CREATE TABLE mine AS SELECT 1 AS id;
ALTER TABLE mine OWNER TO regress_upkeep_other;
SET ROLE regress_upkeep_other;
SELECT hint FROM public.failure('TRUNCATE many.old');
SELECT hint FROM public.failure('TRUNCATE many.mine, many.old, many.theirs');
SELECT hint FROM public.failure('TRUNCATE ONLY many.mother');
RESET ROLE;
GRANT regress_upkeep_other TO regress_upkeep_owner;
SET ROLE regress_upkeep_owner;
SELECT hint FROM public.failure('TRUNCATE many.mine, many.old');
SELECT many.pasted('TRUNCATE many.mine, many.old');
RESET ROLE;
REVOKE regress_upkeep_other FROM regress_upkeep_owner;

-- a partition elsewhere of a guarded table
CREATE TABLE root (id int) PARTITION BY LIST (id);
CREATE TABLE apart.root_1 PARTITION OF root FOR VALUES IN (1);
CREATE TABLE apart.root_2 (id int);
INSERT INTO apart.root_2 VALUES (2);
INSERT INTO root VALUES (1);
TRUNCATE apart.root_2;
INSERT INTO apart.root_2 VALUES (2);
ALTER TABLE root ATTACH PARTITION apart.root_2 FOR VALUES IN (2);
SELECT object::text FROM upkeep.managed WHERE feature = 'guard' AND object::text ~ 'apart' ORDER BY 1;
SELECT s, tried(s) FROM unnest(ARRAY['TRUNCATE apart.root_1', 'DROP TABLE apart.root_2', 'DROP SCHEMA apart CASCADE',
  'TRUNCATE root', 'ALTER TABLE root DETACH PARTITION apart.root_2; TRUNCATE apart.root_2; DROP TABLE apart.root_2']) s;
BEGIN; SELECT upkeep.confirm_drop('apart', 2); DROP SCHEMA apart CASCADE;
SELECT tag, object, confirmation FROM upkeep.ddl_log WHERE txid = txid_current() ORDER BY object; ROLLBACK;
CREATE TABLE apart.kid () INHERITS (mother);
CREATE TABLE apart.later (id int, v text);
INSERT INTO apart.kid VALUES (1, 'x');
INSERT INTO apart.later VALUES (1, 'x');
ALTER TABLE apart.later INHERIT mother;
SELECT s, tried(s) FROM unnest(ARRAY['TRUNCATE apart.kid', 'DROP TABLE apart.later', 'TRUNCATE mother',
  'ALTER TABLE apart.later NO INHERIT mother; TRUNCATE apart.later']) s;
CREATE TABLE apart.top (id int) PARTITION BY LIST (id);
CREATE TABLE apart.top_1 PARTITION OF apart.top FOR VALUES IN (1);
INSERT INTO apart.top VALUES (1);
SELECT tried('TRUNCATE apart.top_1');
ALTER TABLE apart.top SET SCHEMA many;
SELECT tried('TRUNCATE apart.top_1'), tried('DROP TABLE top');
SELECT object, finding FROM upkeep.check() WHERE feature = 'guard';
SELECT upkeep.disable_guard();
SELECT upkeep.enable_guard(schemas => '{many}');
SELECT object::text FROM upkeep.managed WHERE feature = 'guard' AND object::text ~ 'apart' ORDER BY 1;
SELECT upkeep.disable_guard();
SELECT count(*) FROM upkeep.managed WHERE feature = 'guard';
DROP SCHEMA many, apart CASCADE;
DELETE FROM upkeep.ddl_log;
