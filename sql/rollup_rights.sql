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
DROP SCHEMA rolled_rights CASCADE;
