-- What the guard remembers of a command ends with it, and with the savepoint that is rolled back.
\set SHOW_CONTEXT never
SET client_min_messages = error;
CREATE SCHEMA remembered;
SET search_path = remembered, public;
SELECT upkeep.enable_guard(schemas => '{remembered}');
CREATE TABLE a (id int PRIMARY KEY);
CREATE TABLE b (id int PRIMARY KEY, a int REFERENCES a);
CREATE TABLE c (id int);
INSERT INTO a VALUES (1);
INSERT INTO b VALUES (1, 1);
INSERT INTO c VALUES (1);
CREATE FUNCTION refuses() RETURNS trigger LANGUAGE plpgsql
  AS $$ BEGIN RAISE EXCEPTION 'refused by another trigger'; END $$;
CREATE TRIGGER zzz BEFORE TRUNCATE ON a EXECUTE FUNCTION refuses();
CREATE FUNCTION blocked(statement text) RETURNS text LANGUAGE sql
  AS $$ SELECT state || coalesce(' ' || nullif(message, ''), '') FROM failure(statement) $$;

-- a TRUNCATE that was allowed, and failed
BEGIN;
SAVEPOINT s;
SELECT upkeep.confirm_drop('a'), upkeep.confirm_drop('b');
TRUNCATE a CASCADE;
ROLLBACK TO s;
SELECT upkeep.confirm_drop('c');
TRUNCATE c;
SELECT blocked('TRUNCATE b');
ROLLBACK;
-- in one subtransaction, in a block that goes on, in a procedure
BEGIN;
DO $$
BEGIN
  PERFORM upkeep.confirm_drop('c');
  BEGIN
    PERFORM upkeep.confirm_drop('a'), upkeep.confirm_drop('b');
    TRUNCATE a, b, c;
  EXCEPTION WHEN raise_exception THEN NULL;
  END;
  TRUNCATE c;
  BEGIN
    TRUNCATE b;
    RAISE 'b was emptied';
  EXCEPTION WHEN SQLSTATE 'UK007' THEN RAISE INFO '%', SQLERRM;
  END;
END $$;
ROLLBACK;
CREATE PROCEDURE goes_on() LANGUAGE plpgsql AS $$
BEGIN
  FOR n IN 1 .. 3 LOOP
    BEGIN
      PERFORM upkeep.confirm_drop('remembered', 2);
      TRUNCATE a, b;
    EXCEPTION WHEN raise_exception THEN NULL;
    END;
    COMMIT;
    BEGIN
      TRUNCATE b;
      RAISE 'b was emptied';
    EXCEPTION WHEN SQLSTATE 'UK007' THEN NULL;
    END;
    ROLLBACK;
  END LOOP;
END $$;
CALL goes_on();
-- tables of one TRUNCATE whose triggers did not all fire
BEGIN;
ALTER TABLE b DISABLE TRIGGER zz_upkeep_guard;
ALTER TABLE a DISABLE TRIGGER zzz;
SELECT upkeep.confirm_drop('remembered', 2);
TRUNCATE a, b;
ALTER TABLE b ENABLE TRIGGER zz_upkeep_guard;
INSERT INTO a VALUES (2);
INSERT INTO b VALUES (2, 2);
SELECT blocked('TRUNCATE b');
ROLLBACK;

-- a DROP that fails in its midst, over and over: nothing of it serves the next
CREATE TYPE pair AS (x int);
CREATE TYPE other_pair AS (x int);
CREATE TABLE pairs OF pair;
CREATE TABLE other_pairs OF other_pair;
INSERT INTO pairs VALUES (1);
INSERT INTO other_pairs VALUES (1);
CREATE FUNCTION refuses_ddl() RETURNS event_trigger LANGUAGE plpgsql AS $$ BEGIN
  IF EXISTS (SELECT FROM pg_event_trigger_dropped_objects() WHERE object_identity = 'remembered.pairs') THEN
    RAISE EXCEPTION 'refused by another event trigger'; END IF;
END $$;
CREATE EVENT TRIGGER zz_regress_upkeep ON sql_drop EXECUTE FUNCTION refuses_ddl();
DO $$
BEGIN
  FOR n IN 1 .. 20 LOOP
    BEGIN
      PERFORM upkeep.confirm_drop('remembered');
      EXECUTE 'DROP TYPE pair CASCADE';
    EXCEPTION WHEN raise_exception THEN NULL;
    END;
    BEGIN
      EXECUTE 'DROP TYPE other_pair CASCADE';
      RAISE 'it was dropped';
    EXCEPTION WHEN SQLSTATE 'UK007' THEN NULL;
    END;
  END LOOP;
END $$;
DROP EVENT TRIGGER zz_regress_upkeep;
-- a yes of a schema is used up by the command that needed it, and given back where that is rolled back
BEGIN;
SELECT upkeep.confirm_drop('remembered');
SAVEPOINT s;
DROP TYPE pair CASCADE;
SELECT blocked('DROP TYPE other_pair CASCADE');
ROLLBACK TO s;
DROP TYPE pair, other_pair CASCADE;
ROLLBACK;
SELECT (SELECT count(*) FROM a) AS a, (SELECT count(*) FROM b) AS b, (SELECT count(*) FROM c) AS c,
  (SELECT count(*) FROM pairs) AS pairs, (SELECT count(*) FROM other_pairs) AS other_pairs;
SELECT upkeep.disable_guard();
DROP SCHEMA remembered CASCADE;
DELETE FROM upkeep.ddl_log;
DELETE FROM upkeep.drop_approvals;
