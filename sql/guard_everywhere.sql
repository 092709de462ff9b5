-- The guard on partitions, children, policies, other schemas, cascades of all kinds, and who else writes DDL.
SET client_min_messages = error;
CREATE SCHEMA watched;
CREATE SCHEMA beside;
SET search_path = watched, public;
CREATE FUNCTION blocked(statement text) RETURNS text LANGUAGE sql
  AS $$ SELECT state || coalesce(' ' || nullif(message, ''), '') FROM failure(statement) $$;
SELECT upkeep.enable_guard(schemas => '{watched}');

-- partitions: the root counts all of them, each counts itself
CREATE TABLE root (id int, day int, note text) PARTITION BY LIST (day);
CREATE TABLE root_1 PARTITION OF root FOR VALUES IN (1);
CREATE TABLE root_2 PARTITION OF root FOR VALUES IN (2) PARTITION BY LIST (id);
CREATE TABLE root_2_1 PARTITION OF root_2 FOR VALUES IN (1);
CREATE TABLE beside.root_3 PARTITION OF root FOR VALUES IN (3);
INSERT INTO root VALUES (1, 1, 'x'), (2, 1, NULL), (1, 2, 'y'), (5, 3, 'z');
SELECT blocked(s) FROM unnest(ARRAY['DROP TABLE root', 'DROP TABLE root_2', 'TRUNCATE root', 'TRUNCATE root_1',
  'TRUNCATE root_2_1', 'TRUNCATE root_1, root_2', 'ALTER TABLE root DROP COLUMN note',
  'ALTER TABLE root ALTER note TYPE varchar(0)', 'ALTER TABLE root ALTER note TYPE text USING NULL']) s;
BEGIN; SELECT upkeep.confirm_drop('root', 4); TRUNCATE root; SELECT count(*) FROM root; ROLLBACK;
BEGIN; SELECT upkeep.confirm_drop('root', 4); DROP TABLE root; ROLLBACK;
BEGIN; SELECT upkeep.confirm_drop('root.note', 3); ALTER TABLE root DROP COLUMN note; ROLLBACK;
-- a confirmation of a root is none of a partition's own
BEGIN; SELECT upkeep.confirm_drop('root'); SELECT blocked('TRUNCATE root_1'); TRUNCATE root;
INSERT INTO root VALUES (1, 1); SELECT blocked('TRUNCATE root_1'); ROLLBACK;
-- detaching loses nothing; then it stands alone
ALTER TABLE root DETACH PARTITION root_1;
SELECT blocked('DROP TABLE root_1'), blocked('TRUNCATE root_1');
ALTER TABLE root ATTACH PARTITION root_1 FOR VALUES IN (1);

-- the root elsewhere, a partition here
CREATE TABLE beside.top (id int, note text) PARTITION BY LIST (id);
CREATE TABLE top_1 PARTITION OF beside.top FOR VALUES IN (1);
CREATE TABLE beside.top_2 PARTITION OF beside.top FOR VALUES IN (2);
INSERT INTO beside.top VALUES (1, 'x'), (2, 'y');
SELECT blocked(s)
  FROM unnest(ARRAY['DROP TABLE beside.top', 'TRUNCATE beside.top', 'ALTER TABLE beside.top DROP COLUMN note']) s;

-- inheritance: ONLY and not
CREATE TABLE mother (id int, a text, b text);
CREATE TABLE daughter (b text, c text) INHERITS (mother);
INSERT INTO mother VALUES (1, 'a', 'b');
INSERT INTO daughter VALUES (2, 'a', 'b', 'c'), (3, NULL, NULL, 'c');
SELECT blocked(s) FROM unnest(ARRAY['DROP TABLE mother CASCADE', 'DROP TABLE daughter', 'TRUNCATE mother',
  'TRUNCATE ONLY mother', 'TRUNCATE daughter', 'ALTER TABLE mother DROP COLUMN a', 'ALTER TABLE mother DROP COLUMN b',
  'ALTER TABLE ONLY mother DROP COLUMN a']) s;
BEGIN; SELECT upkeep.confirm_drop('mother', 3); DROP TABLE mother CASCADE; ROLLBACK;
BEGIN; SELECT upkeep.confirm_drop('mother', 1); TRUNCATE ONLY mother; SELECT count(*) FROM mother; ROLLBACK;

-- rows that policies hide are rows; dead ones are none
CREATE TABLE hidden (id int, x text);
INSERT INTO hidden VALUES (1, 'x'), (2, 'y');
DELETE FROM hidden WHERE id = 2;
ALTER TABLE hidden ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY, OWNER TO regress_upkeep_owner;
GRANT USAGE, CREATE ON SCHEMA watched TO regress_upkeep_owner;
SET ROLE regress_upkeep_owner;
SELECT count(*) FROM hidden;
SELECT blocked('DROP TABLE hidden'), blocked('TRUNCATE hidden'), blocked('ALTER TABLE hidden DROP COLUMN x');
RESET ROLE;
BEGIN; DELETE FROM hidden; TRUNCATE hidden; DROP TABLE hidden; ROLLBACK;

-- a column whose values were never written into the rows, and one between dropped ones
CREATE TABLE shapes (a int, b int);
INSERT INTO shapes VALUES (1, 1), (2, 2);
ALTER TABLE shapes ADD COLUMN fast text DEFAULT 'here';
ALTER TABLE shapes ADD COLUMN later int;
SELECT blocked('ALTER TABLE shapes DROP COLUMN fast'), blocked('ALTER TABLE shapes DROP COLUMN later'),
  blocked('ALTER TABLE shapes DROP COLUMN b');
-- types: what keeps every value is free
CREATE TABLE kinds (i int, n numeric(10,2), f float8, t text, v varchar(5), d date, z timestamptz, j json, b jsonb,
  u text, e text, o bool);
INSERT INTO kinds VALUES (70000, 1.25, 0.1, '42', 'abc', '2026-11-21', '2026-11-21 10:11:12.345678Z',
  '{"a": 1, "a": 2}', '{"a": 1}', '0b4d2f6e-4f3e-4b52-9b8e-0d9c3f6a7b10', 'sad', true);
INSERT INTO kinds DEFAULT VALUES;
CREATE TYPE mood AS ENUM ('sad', 'ok');
CREATE DOMAIN short AS varchar(3);
-- each by itself: taken back again
CREATE FUNCTION tried(statement text) RETURNS text LANGUAGE plpgsql AS $$
BEGIN
  EXECUTE statement;
  RAISE EXCEPTION USING ERRCODE = 'P0099', MESSAGE = 'goes through';
EXCEPTION WHEN OTHERS THEN
  RETURN CASE SQLSTATE WHEN 'P0099' THEN '' ELSE SQLSTATE || ' ' END || SQLERRM;
END $$;
SELECT c, tried('ALTER TABLE kinds ALTER ' || c) FROM unnest(ARRAY['i TYPE smallint', 'i TYPE bigint', 'i TYPE numeric',
  'i TYPE text', 'i TYPE real', 'n TYPE numeric(10,1)', 'n TYPE numeric(12,2)', 'n TYPE numeric', 'n TYPE float8',
  'n TYPE money',
  'f TYPE real', 'f TYPE numeric', 't TYPE int', 't TYPE int USING t::int', 't TYPE varchar(2)', 't TYPE varchar(1)',
  't TYPE varchar(1) USING left(t, 1)', 't TYPE short', 'v TYPE text', 'v TYPE varchar(3)', 'v TYPE char(5)',
  'v TYPE short',
  'd TYPE timestamp', 'd TYPE text', 'z TYPE date', 'z TYPE timestamptz(0)', 'z TYPE timestamptz(6)', 'j TYPE jsonb',
  'b TYPE json', 'b TYPE text', 'u TYPE uuid USING u::uuid', 'e TYPE mood USING e::mood', 'o TYPE int USING o::int',
  'o TYPE text', 'i TYPE int USING i / 100', 'i TYPE int USING i', 't TYPE timestamptz USING now()',
  'v TYPE int4range USING NULL']) c;

-- cascades that reach tables and columns which no text names
CREATE TYPE beside.pair AS (a int, b text);
CREATE TABLE typed OF beside.pair;
INSERT INTO typed VALUES (1, 'x');
CREATE TABLE coloured (id int, c beside.pair, m mood, g int GENERATED ALWAYS AS (id + 1) STORED);
INSERT INTO coloured VALUES (1, '(1,x)', 'ok'), (2, NULL, NULL);
CREATE DOMAIN beside.code AS text;
CREATE FUNCTION beside.next(int) RETURNS int IMMUTABLE LANGUAGE sql AS 'SELECT $1 + 1';
ALTER TABLE coloured ADD COLUMN h int GENERATED ALWAYS AS (beside.next(id)) STORED;
CREATE TABLE coded (id int, x beside.code);
INSERT INTO coded VALUES (1, 'x');
CREATE VIEW beside.seen AS SELECT 1 AS x;
CREATE TABLE rows_of (v beside.seen);
INSERT INTO rows_of VALUES ('(1)');
SELECT s, blocked(s)
  FROM unnest(ARRAY['DROP TYPE mood CASCADE', 'DROP TYPE beside.pair CASCADE', 'DROP DOMAIN beside.code CASCADE',
    'DROP VIEW beside.seen CASCADE', 'DROP SCHEMA beside CASCADE', 'ALTER TABLE coloured DROP COLUMN id CASCADE']) s;
-- generated columns are computed from what stays
BEGIN; DROP FUNCTION beside.next CASCADE; SELECT count(*) FROM coloured; ROLLBACK;
-- confirmed by name, they go
BEGIN;
SELECT upkeep.confirm_drop('coloured.c', 1), upkeep.confirm_drop('typed', 1);
DROP TYPE beside.pair CASCADE;
SELECT tag, object, confirmation FROM upkeep.ddl_log WHERE txid = txid_current() ORDER BY object;
ROLLBACK;
-- an extension takes its own along, and columns of its types only with a yes
CREATE EXTENSION citext SCHEMA beside;
CREATE TABLE emails (id int, email beside.citext);
INSERT INTO emails VALUES (1, 'a@b.c');
SELECT blocked('DROP EXTENSION citext CASCADE');
BEGIN; ALTER TABLE emails ADD other int; UPDATE emails SET email = NULL; DROP EXTENSION citext CASCADE; ROLLBACK;
SELECT count(*) FROM emails;
-- DROP OWNED
CREATE TABLE theirs AS SELECT 1 AS x;
ALTER TABLE theirs OWNER TO regress_upkeep_other;
SELECT blocked('DROP OWNED BY regress_upkeep_other');
SET ROLE regress_upkeep_other;
SELECT public.failure('DROP OWNED BY regress_upkeep_other');
RESET ROLE;

-- schemas: in and out, and another name
CREATE TABLE beside.comes AS SELECT 1 AS x;
SELECT blocked('TRUNCATE beside.comes');
INSERT INTO beside.comes VALUES (1);
ALTER TABLE beside.comes SET SCHEMA watched;
SELECT blocked('TRUNCATE comes'), blocked('DROP TABLE comes');
ALTER TABLE comes SET SCHEMA beside;
SELECT object, finding, hint FROM upkeep.check() WHERE feature = 'guard';
TRUNCATE beside.comes;
INSERT INTO beside.comes VALUES (1);
DROP TABLE beside.comes;
ALTER SCHEMA watched RENAME TO "Watched, still";
SELECT schema_name FROM upkeep.guard_rules;
SELECT message FROM failure('DROP TABLE "Watched, still".coded');
ALTER SCHEMA "Watched, still" RENAME TO watched;

-- in functions, in DO, by way of a view's rule or a trigger: DDL is DDL
CREATE FUNCTION drops() RETURNS void LANGUAGE plpgsql AS $$ BEGIN DROP TABLE watched.coded; END $$;
SELECT blocked('SELECT drops()'), blocked('DO $d$ BEGIN TRUNCATE watched.coded; END $d$');
-- CREATE TABLE in all its forms is under it at once
CREATE TABLE by_like (LIKE coded);
CREATE TABLE by_as AS TABLE coded;
SELECT * INTO by_into FROM coded;
CREATE SCHEMA AUTHORIZATION regress_upkeep_owner CREATE TABLE inner_table (id int);
SELECT object::text FROM upkeep.managed WHERE feature = 'guard' AND object::text ~ 'by_|inner' ORDER BY 1;
SELECT blocked('TRUNCATE by_as'), blocked('DROP TABLE by_into');

-- a serializable transaction, and one that only reads
BEGIN ISOLATION LEVEL SERIALIZABLE; SELECT blocked('DROP TABLE coded'); ROLLBACK;
BEGIN READ ONLY; SELECT blocked('DROP TABLE coded'); ROLLBACK;

-- a hostile search_path: names of PostgreSQL's before PostgreSQL's
CREATE SCHEMA hostile_ddl;
CREATE FUNCTION hostile_ddl.lies(oid, oid) RETURNS boolean LANGUAGE plpgsql
  AS $$ BEGIN RAISE EXCEPTION 'the hostile operator ran as %', current_user; END $$;
CREATE OPERATOR hostile_ddl.= (LEFTARG = oid, RIGHTARG = oid, FUNCTION = hostile_ddl.lies);
CREATE FUNCTION hostile_ddl.lies(name, name) RETURNS boolean LANGUAGE plpgsql
  AS $$ BEGIN RAISE EXCEPTION 'the hostile operator ran as %', current_user; END $$;
CREATE OPERATOR hostile_ddl.= (LEFTARG = name, RIGHTARG = name, FUNCTION = hostile_ddl.lies);
CREATE FUNCTION hostile_ddl.lies(text, text) RETURNS boolean LANGUAGE plpgsql
  AS $$ BEGIN RAISE EXCEPTION 'the hostile operator ran as %', current_user; END $$;
CREATE OPERATOR hostile_ddl.= (LEFTARG = text, RIGHTARG = text, FUNCTION = hostile_ddl.lies);
CREATE TABLE hostile_ddl.guard_rules (schema_name name, mode text);
CREATE TABLE hostile_ddl.pg_namespace (oid oid, nspname name);
SET search_path = hostile_ddl, pg_catalog, watched, public;
DROP TABLE coded;
ALTER TABLE coded DROP COLUMN x;
TRUNCATE coded;
BEGIN; SELECT upkeep.confirm_drop('coded', 1); DROP TABLE coded; ROLLBACK;
CREATE TABLE watched.late (id int);
ALTER TABLE watched.late RENAME id TO number;
SELECT statement, severity, object FROM upkeep.review('DROP TABLE coded; TRUNCATE coded');
SET search_path = watched, public;
DROP SCHEMA hostile_ddl CASCADE;
SELECT count(*) FROM coded;

-- a schema that takes the name of one that is gone is guarded as that was
CREATE SCHEMA live;
SELECT upkeep.enable_guard(schemas => '{watched,live}');
CREATE SCHEMA staging;
CREATE TABLE staging.goods AS SELECT 1 AS x;
DROP SCHEMA live;
ALTER SCHEMA staging RENAME TO live;
SELECT schema_name FROM upkeep.guard_rules ORDER BY 1;
SELECT blocked('TRUNCATE live.goods'), blocked('DROP TABLE live.goods');
SELECT upkeep.enable_guard(schemas => '{watched}');
DROP SCHEMA live CASCADE;

-- the guard's own schema and PostgreSQL's are nobody's to guard
SELECT upkeep.enable_guard(schemas => '{upkeep,pg_catalog,information_schema}');
SELECT count(*) FROM upkeep.managed WHERE feature = 'guard';
SELECT upkeep.disable_guard();
DROP EXTENSION citext CASCADE;
DROP SCHEMA watched, beside, regress_upkeep_owner CASCADE;
DELETE FROM upkeep.ddl_log;
