-- Who may read what by a rollup, and whose code runs with whose rights.
CREATE SCHEMA rolled_rights;
SET search_path = rolled_rights, public;
GRANT USAGE, CREATE ON SCHEMA rolled_rights TO regress_upkeep_owner, regress_upkeep_other;
CREATE TABLE secrets (id int, word text);
INSERT INTO secrets VALUES (1, 'hush'), (2, 'hist');
SET ROLE regress_upkeep_owner;
CREATE TABLE letters (id int, reader int, word text);
CREATE INDEX ON letters (reader);
INSERT INTO letters VALUES (1, 1, 'dear'), (2, 1, 'yours');

-- a trigger that a target's owner wrote reads no table of others unless a trigger of that table says the same
SET ROLE regress_upkeep_other;
CREATE TABLE peek (id int PRIMARY KEY, word text, n bigint);
CREATE TRIGGER zz_upkeep_0_rollup_secrets BEFORE INSERT OR UPDATE ON peek FOR EACH ROW EXECUTE FUNCTION
  upkeep.rollup('source=rolled_rights.secrets', 'columns=word = max(word)', 'keys=id = id');
SELECT * FROM failure('INSERT INTO peek VALUES (1)');
SELECT state, message FROM failure('SELECT * FROM upkeep.check_rollup(''peek'')');
DROP TRIGGER zz_upkeep_0_rollup_secrets ON peek;
CREATE TRIGGER zz_upkeep_0_rollup_roles BEFORE INSERT OR UPDATE ON peek FOR EACH ROW EXECUTE FUNCTION
  upkeep.rollup('source=pg_catalog.pg_authid', 'columns=word = max(rolpassword)', 'keys=id = oid::int');
SELECT state, message FROM failure('INSERT INTO peek VALUES (1)');
DROP TRIGGER zz_upkeep_0_rollup_roles ON peek;
RESET ROLE;
SELECT upkeep.enable_rollup('peek', 'secrets', '{word = max(word)}', '{id = id}', missing => 'ignore');
SET ROLE regress_upkeep_other;
INSERT INTO peek VALUES (1) RETURNING *;
CREATE TRIGGER zz_upkeep_0_rollup_secrets_2 BEFORE INSERT OR UPDATE ON peek FOR EACH ROW EXECUTE FUNCTION
  upkeep.rollup('source=rolled_rights.secrets', 'columns=n = max(id)', 'keys=id = id');
SELECT state, message FROM failure('INSERT INTO peek VALUES (2)');
DROP TRIGGER zz_upkeep_0_rollup_secrets_2 ON peek;
INSERT INTO peek VALUES (2) RETURNING *;
RESET ROLE;
SELECT upkeep.disable_rollup('peek', 'secrets');

-- nor does anything of a constant run before its type is known
SET ROLE regress_upkeep_other;
CREATE FUNCTION spied(text) RETURNS boolean IMMUTABLE LANGUAGE plpgsql AS
  'BEGIN RAISE NOTICE ''run by %'', current_user; RETURN true; END';
CREATE DOMAIN spy AS text CHECK (spied(value));
CREATE TYPE spies AS (one spy);
CREATE FUNCTION alike(spy[], spy[]) RETURNS boolean IMMUTABLE LANGUAGE sql AS 'SELECT true';
CREATE OPERATOR === (LEFTARG = spy[], RIGHTARG = spy[], PROCEDURE = alike);
SET ROLE regress_upkeep_owner;
CREATE TABLE readers (id int PRIMARY KEY, n bigint, last text);
SELECT filter, state, message FROM unnest(ARRAY[$$'x'::spy IS NOT NULL$$, $$'{x}'::spy[] IS NOT NULL$$,
  $$'(x)'::spies IS NOT NULL$$, $$'{x}' OPERATOR(rolled_rights.===) '{y}'$$, 'word::spy IS NOT NULL']) AS filter,
  failure(format('SELECT upkeep.enable_rollup(''readers'', ''letters'', ''{n = count(*)}'', ''{id = reader}'', %L)',
    filter));
CREATE TYPE mark AS ENUM ('a', 'b');
SELECT upkeep.enable_rollup('readers', 'letters', '{n = count(*), last = max(word)}', '{id = reader}',
  $$word BETWEEN 'a' AND 'z' AND word IN ('dear', 'yours') AND 'a'::mark < 'b' AND '1' BETWEEN id AND 5.0$$);
TABLE readers;

-- a superuser's expressions are read as the source's owner; names by the caller's search_path
RESET ROLE;
CREATE FUNCTION shown(anyelement) RETURNS anyelement IMMUTABLE LANGUAGE plpgsql AS
  'BEGIN ASSERT current_user = ''regress_upkeep_owner''; RETURN $1; END';
SET client_min_messages = warning;
CREATE SCHEMA regress_upkeep_owner;
RESET client_min_messages;
GRANT USAGE ON SCHEMA regress_upkeep_owner TO PUBLIC;
CREATE FUNCTION regress_upkeep_owner.shown(anyelement) RETURNS anyelement IMMUTABLE LANGUAGE sql AS 'SELECT NULL';
SET search_path = "$user", rolled_rights, public;
SELECT upkeep.enable_rollup('readers', 'letters', '{n = count(*)}', '{id = reader}', 'id > shown(1)');
TABLE readers;
SELECT upkeep.disable_rollup('readers', 'letters');
SET client_min_messages = warning;
DROP SCHEMA regress_upkeep_owner CASCADE;
RESET client_min_messages;

-- whoever may make triggers on one of the tables alone picks no figure of the other: both must say the same
SET search_path = rolled_rights, public;
SET ROLE regress_upkeep_owner;
CREATE TABLE diary (id int, reader int, word text);
INSERT INTO diary VALUES (1, 1, 'mine');
ALTER TABLE readers ADD posted bigint;
SELECT upkeep.enable_rollup('readers', 'letters', '{n = count(*)}', '{id = reader}', 'id > 0');
GRANT TRIGGER, SELECT, INSERT ON letters, readers TO regress_upkeep_other;
CREATE FUNCTION said(of regclass) RETURNS text LANGUAGE sql AS $$
  SELECT string_agg(quote_literal(argument), ', ')
  FROM pg_trigger, regexp_split_to_table(encode(tgargs, 'escape'), '\\000') AS argument
  WHERE tgrelid = of AND tgname LIKE 'zz%insert' AND argument <> ''
$$;
SELECT said('letters'), said('readers');
INSERT INTO letters VALUES (3, 1, 'now');
SET ROLE regress_upkeep_other;
CREATE FUNCTION on_letters(said text, more text DEFAULT '', name text DEFAULT 'aa') RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  EXECUTE format('CREATE TRIGGER %s AFTER INSERT ON letters REFERENCING NEW TABLE AS upkeep_new FOR EACH STATEMENT %s
    EXECUTE FUNCTION upkeep.rollup(%s)', name, more, said);
END $$;
CREATE FUNCTION on_readers(said text, more text DEFAULT '') RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  EXECUTE format('CREATE TRIGGER aa BEFORE INSERT OR UPDATE ON readers FOR EACH ROW %s
    EXECUTE FUNCTION upkeep.rollup(%s)', more, said);
END $$;
SELECT on_letters($$'target=readers', 'columns=posted = max(id)', 'keys=id = reader', 'filter=(id > 0)'$$);
SELECT * FROM failure($$INSERT INTO letters VALUES (4, 1, 'x')$$);
SET ROLE regress_upkeep_owner;
DROP TRIGGER aa ON letters;
SET ROLE regress_upkeep_other;
SELECT on_readers($$'source=letters', 'columns=last = max(word)', 'keys=id = reader'$$);
SELECT * FROM failure('INSERT INTO readers VALUES (2)');
SET ROLE regress_upkeep_owner;
DROP TRIGGER aa ON readers;
SET ROLE regress_upkeep_other;
SELECT on_readers($$'source=diary', 'columns=last = max(word)', 'keys=id = reader'$$);
SELECT state, message FROM failure('INSERT INTO readers VALUES (2)');
SET ROLE regress_upkeep_owner;
SELECT state, message FROM failure($$SELECT * FROM upkeep.check_rollup('readers')$$);
DROP TRIGGER aa ON readers;
-- nor does what is said twice count twice
SET ROLE regress_upkeep_other;
SELECT on_letters(said('letters')), on_letters(replace(said('letters'), 'rolled_rights.', ''), name => 'bb'),
  on_readers(replace(said('readers'), 'rolled_rights.', '"rolled_rights".'));
INSERT INTO letters VALUES (4, 1, 'x'), (5, 2, 'y');
INSERT INTO readers VALUES (3, 9), (4, 9);
SET ROLE regress_upkeep_owner;
SELECT id, n FROM readers ORDER BY id;
SELECT * FROM upkeep.check_rollup('readers');
UPDATE letters SET reader = 5 WHERE reader = 2;
UPDATE readers SET id = 6 WHERE id = 5;
TRUNCATE letters;
INSERT INTO letters VALUES (1, 1, 'a'), (2, 6, 'b');
SELECT id, n FROM readers ORDER BY id;
SELECT * FROM upkeep.check_rollup('readers');
DROP TRIGGER aa ON letters;
DROP TRIGGER bb ON letters;
DROP TRIGGER aa ON readers;
-- nor is there one that would miss rows
SET ROLE regress_upkeep_other;
SELECT on_letters(said('letters'), 'WHEN (true)');
SELECT * FROM failure($$INSERT INTO letters VALUES (4, 1, 'x')$$);
SET ROLE regress_upkeep_owner;
DROP TRIGGER aa ON letters;
SET ROLE regress_upkeep_other;
SELECT on_readers(said('readers'), 'WHEN (new.id > 100)');
INSERT INTO readers VALUES (100, 7) RETURNING n;
SELECT state, message FROM failure('INSERT INTO readers VALUES (101)');
SET ROLE regress_upkeep_owner;
DROP TRIGGER aa ON readers;
-- a session that has counted notices when one side is another
INSERT INTO letters VALUES (7, 1, 'x');
BEGIN;
SELECT format('DROP TRIGGER %I ON readers', tgname) FROM pg_trigger WHERE tgrelid = 'readers'::regclass
  ORDER BY tgname \gexec
SELECT state, message FROM failure($$INSERT INTO letters VALUES (8, 1, 'x')$$);
SELECT on_readers(replace(said('letters'), 'target=rolled_rights.readers', 'source=letters'));
INSERT INTO letters VALUES (8, 1, 'x');
SELECT n FROM readers WHERE id = 1;
ROLLBACK;
BEGIN;
SELECT format('DROP TRIGGER %I ON letters', tgname) FROM pg_trigger WHERE tgrelid = 'letters'::regclass
  ORDER BY tgname \gexec
SELECT state, message FROM failure('INSERT INTO readers VALUES (8)');
ROLLBACK;
INSERT INTO readers VALUES (8);
SELECT * FROM upkeep.check_rollup('readers');
-- triggers that are made one by one, as a restore does
BEGIN;
CREATE TEMPORARY TABLE made AS SELECT upkeep.export_sql('letters') AS line
  UNION ALL SELECT upkeep.export_sql('readers');
SELECT upkeep.disable_rollup('readers', 'letters');
SELECT line FROM made \gexec
INSERT INTO letters VALUES (8, 1, 'x');
SELECT n FROM readers WHERE id = 1;
SELECT * FROM upkeep.check_rollup('readers');
ROLLBACK;

-- a superuser's rollup whose owner is one no longer: nothing is written any more, and nothing is lost
RESET ROLE;
CREATE ROLE regress_upkeep_chief SUPERUSER;
GRANT USAGE ON SCHEMA rolled_rights TO regress_upkeep_chief;
SET ROLE regress_upkeep_chief;
CREATE TABLE chiefs (id int PRIMARY KEY, n int NOT NULL DEFAULT 0);
CREATE TABLE deeds (chief int);
CREATE INDEX ON deeds (chief);
SELECT upkeep.enable_rollup('chiefs', 'deeds', '{n = count(*)}', '{id = chief}');
RESET ROLE;
ALTER TABLE chiefs OWNER TO regress_upkeep_owner;
INSERT INTO deeds VALUES (1), (1);
TABLE chiefs;
ALTER ROLE regress_upkeep_chief NOSUPERUSER;
SELECT * FROM failure('INSERT INTO deeds VALUES (1)');
SELECT state, message FROM failure('INSERT INTO chiefs VALUES (2)');
SELECT state, message FROM failure('DELETE FROM deeds');
SELECT state, message FROM failure('TRUNCATE deeds');
UPDATE chiefs SET n = 7;
TABLE chiefs;
TABLE deeds;
GRANT regress_upkeep_owner TO regress_upkeep_chief;
INSERT INTO deeds VALUES (1), (2);
TABLE chiefs;
DROP TABLE deeds, chiefs;
-- nor does what belongs to such a role run any more
ALTER ROLE regress_upkeep_chief SUPERUSER;
CREATE FUNCTION twice(int) RETURNS int IMMUTABLE LANGUAGE plpgsql AS 'BEGIN RETURN 2 * $1; END';
ALTER FUNCTION twice OWNER TO regress_upkeep_chief;
SET ROLE regress_upkeep_owner;
CREATE TABLE chiefs (id int PRIMARY KEY, n int NOT NULL DEFAULT 0);
CREATE TABLE deeds (chief int);
CREATE INDEX ON deeds (chief);
SELECT upkeep.enable_rollup('chiefs', 'deeds', '{n = sum(twice(chief))}', '{id = chief}');
INSERT INTO deeds VALUES (1), (1);
RESET ROLE;
ALTER ROLE regress_upkeep_chief NOSUPERUSER;
SELECT state, message FROM failure('INSERT INTO deeds VALUES (1)');
SELECT state, message FROM failure('DELETE FROM deeds');
TABLE chiefs;
DROP TABLE deeds, chiefs;
DROP FUNCTION twice;
REVOKE USAGE ON SCHEMA rolled_rights FROM regress_upkeep_chief;
DROP ROLE regress_upkeep_chief;
SET client_min_messages = warning;
DROP SCHEMA rolled_rights CASCADE;
