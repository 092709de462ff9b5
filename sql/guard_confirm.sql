-- Confirmations: one object, one use; they follow transactions and savepoints.
\set SHOW_CONTEXT never
SET client_min_messages = error;
CREATE SCHEMA confirmed;
SET search_path = confirmed, public;
CREATE TABLE parents (id int PRIMARY KEY, a text, b text);
CREATE TABLE children (id int PRIMARY KEY, parent_id int REFERENCES parents);
CREATE TABLE "Odd, name" (id int, "a ""b"".c" text);
INSERT INTO parents SELECT n, 'a', 'b' FROM generate_series(1, 3) n;
INSERT INTO children VALUES (1, 1), (2, 2);
INSERT INTO "Odd, name" VALUES (1, 'x');
SELECT upkeep.enable_guard(schemas => '{confirmed}');
-- blocked(statement): whether it was, and what would have been lost
CREATE FUNCTION blocked(statement text) RETURNS text LANGUAGE sql
  AS $$ SELECT state || coalesce(' ' || nullif(message, ''), '') FROM failure(statement) $$;

-- this transaction, once
BEGIN;
SELECT upkeep.confirm_drop('confirmed.parents.a');
ALTER TABLE parents DROP COLUMN a;
SELECT blocked('ALTER TABLE parents DROP COLUMN b');
ROLLBACK;
SELECT blocked('ALTER TABLE parents DROP COLUMN a');
BEGIN;
SELECT upkeep.confirm_drop('parents.a');
COMMIT;
SELECT blocked('ALTER TABLE parents DROP COLUMN a');
-- one use
BEGIN;
SELECT upkeep.confirm_drop('children');
TRUNCATE children;
INSERT INTO children VALUES (3, 3);
SELECT blocked('TRUNCATE children');
SELECT upkeep.confirm_drop('children');
DROP TABLE children;
ROLLBACK;
-- twice confirmed is once used; the later expectation counts
BEGIN;
SELECT upkeep.confirm_drop('children', 5), upkeep.confirm_drop('children', 2);
TRUNCATE children;
INSERT INTO children VALUES (3, 3);
SELECT blocked('TRUNCATE children');
ROLLBACK;

-- a confirmation that is rolled back is void
BEGIN;
SAVEPOINT s;
SELECT upkeep.confirm_drop('children');
ROLLBACK TO s;
SELECT blocked('DROP TABLE children');
-- a drop that is rolled back gives it back
SELECT upkeep.confirm_drop('children');
SAVEPOINT s;
DROP TABLE children;
ROLLBACK TO s;
SELECT count(*) FROM children;
DROP TABLE children;
ROLLBACK;
-- a statement that fails for another reason, too
BEGIN;
SELECT upkeep.confirm_drop('parents');
SELECT blocked('DROP TABLE parents');
DROP TABLE parents CASCADE;
ROLLBACK;
SELECT (SELECT count(*) FROM parents) AS parents, (SELECT count(*) FROM children) AS children;

-- expect_rows: rows of a table, values of a column; held against the truth at the drop
BEGIN;
SELECT upkeep.confirm_drop('children', 3), upkeep.confirm_drop('parents.a', 2);
SELECT f.* FROM failure('DROP TABLE children') f;
SELECT blocked('ALTER TABLE parents DROP COLUMN a');
UPDATE parents SET a = NULL WHERE id = 1;
ALTER TABLE parents DROP COLUMN a;
DELETE FROM children;
SELECT blocked('DROP TABLE children');
SELECT upkeep.confirm_drop('children', 0);
DROP TABLE children;
ROLLBACK;
-- of a conversion, the values that change
BEGIN;
SELECT upkeep.confirm_drop('parents.a', 3);
ALTER TABLE parents ALTER a TYPE text USING NULL;
ROLLBACK;

-- with CASCADE each has its own; a schema's serves all its tables
BEGIN;
SELECT upkeep.confirm_drop('parents');
SELECT blocked('TRUNCATE parents CASCADE');
SELECT upkeep.confirm_drop('children');
TRUNCATE parents CASCADE;
ROLLBACK;
BEGIN;
SELECT upkeep.confirm_drop('confirmed', 5);
SELECT blocked('DROP SCHEMA confirmed CASCADE');
SELECT upkeep.confirm_drop('confirmed', 6);
DROP SCHEMA confirmed CASCADE;
ROLLBACK;

-- the hint unblocks, whatever the names
BEGIN;
SAVEPOINT s;
DO $$
DECLARE
  statement text;
  said text;
BEGIN
  FOREACH statement IN ARRAY ARRAY['DROP TABLE confirmed."Odd, name"',
    'ALTER TABLE confirmed."Odd, name" DROP COLUMN "a ""b"".c"',
    'TRUNCATE confirmed.parents CASCADE', 'DROP SCHEMA confirmed CASCADE',
    'DROP TABLE confirmed.children, confirmed.parents'] LOOP
    FOREACH said IN ARRAY ARRAY['confirm', 'allow'] LOOP
      BEGIN
        EXECUTE replace((regexp_match((SELECT hint FROM failure(statement)),
          '(SELECT upkeep\.' || said || '[^;]*);'))[1], 'SELECT', 'SELECT row_to_json(r) FROM (SELECT') || ') r';
        EXECUTE statement;
        RAISE EXCEPTION 'taken back' USING ERRCODE = 'P0099';
      EXCEPTION WHEN SQLSTATE 'P0099' THEN
        NULL;
      END;
    END LOOP;
  END LOOP;
END $$;
COMMIT;

-- allowed beforehand: whichever transaction comes first
SELECT upkeep.allow_drop('children');
SELECT object::regclass, column_name, transaction,
  expires > now() + interval '9 minutes' AND expires < now() + interval '11 minutes' AS in_time, expect_rows
FROM upkeep.drop_approvals WHERE expires < 'infinity';
BEGIN;
TRUNCATE children;
ROLLBACK;
TRUNCATE children;
INSERT INTO children VALUES (1, 1), (2, 2);
SELECT blocked('TRUNCATE children');
-- a time that is over
SELECT upkeep.allow_drop('children', '1 microsecond');
SELECT blocked('TRUNCATE children');
-- a confirmation goes before an allowance
SELECT upkeep.allow_drop('children', '1 day');
BEGIN;
SELECT upkeep.confirm_drop('children', 2);
TRUNCATE children;
SELECT tag, object, confirmation FROM upkeep.ddl_log WHERE txid = txid_current();
INSERT INTO children VALUES (1, 1), (2, 2);
TRUNCATE children;
SELECT tag, object, confirmation FROM upkeep.ddl_log WHERE txid = txid_current();
ROLLBACK;
DELETE FROM upkeep.drop_approvals;
-- another table of the same name is another
BEGIN;
SELECT upkeep.confirm_drop('children');
ALTER TABLE children RENAME TO grandchildren;
CREATE TABLE children AS TABLE grandchildren;
COMMIT;
BEGIN;
SELECT upkeep.confirm_drop('children');
ALTER TABLE children RENAME TO former;
ALTER TABLE grandchildren RENAME TO children;
SELECT blocked('DROP TABLE children');
DROP TABLE former;
ROLLBACK;
BEGIN; SELECT upkeep.confirm_drop('children'); DROP TABLE children;
ALTER TABLE grandchildren RENAME TO children; COMMIT;
-- what is over is cleared away, what is dropped is forgotten
SELECT upkeep.allow_drop('children');
SELECT count(*) FROM upkeep.drop_approvals;
BEGIN; SELECT upkeep.confirm_drop('children'); DROP TABLE children; COMMIT;
SELECT count(*) FROM upkeep.drop_approvals;

-- whose it is
GRANT USAGE ON SCHEMA confirmed TO regress_upkeep_owner, regress_upkeep_other;
ALTER TABLE parents OWNER TO regress_upkeep_owner;
GRANT ALL ON parents TO regress_upkeep_other;
SET ROLE regress_upkeep_other;
SELECT f.* FROM unnest(ARRAY['confirm_drop(''confirmed.parents'')', 'allow_drop(''confirmed.parents.a'')',
  'allow_drop(''confirmed'')',
  'enable_guard(schemas => ''{confirmed}'')', 'disable_guard()']) c, failure('SELECT upkeep.' || c) f;
-- TRUNCATE, that he may otherwise
-- C++ edition {
SELECT state, message FROM failure('TRUNCATE confirmed.parents');
-- }
SELECT state FROM failure('SELECT FROM upkeep.drop_approvals');
SELECT state FROM failure('SELECT FROM upkeep.ddl_log');
SELECT state FROM failure('INSERT INTO upkeep.guard_rules VALUES (''x'', ''warn'')');
-- a table that he may not drop: PostgreSQL's word, and no number of rows
SELECT * FROM failure('DROP TABLE confirmed.parents');
SELECT * FROM failure('ALTER TABLE confirmed.parents DROP COLUMN a');
SET ROLE regress_upkeep_owner;
-- C++ edition {
SELECT state, message FROM failure('ALTER TABLE confirmed.parents DROP COLUMN a');
-- }
SELECT upkeep.allow_drop('confirmed.parents');
SET ROLE regress_upkeep_other;
TRUNCATE confirmed.parents;
SET ROLE regress_upkeep_owner;
INSERT INTO parents VALUES (1, 'a', 'b');
BEGIN; SELECT upkeep.confirm_drop('confirmed.parents.a', 1); ALTER TABLE confirmed.parents DROP COLUMN a; COMMIT;
RESET ROLE;
SELECT role, tag, object, confirmation FROM upkeep.ddl_log WHERE role <> 'postgres' ORDER BY "when";

-- what is wrong with a request
CREATE VIEW seen AS SELECT 1 AS x;
SELECT c, f.* FROM unnest(ARRAY['confirm_drop(NULL)', 'confirm_drop('''')', 'confirm_drop(''nope'')',
  'confirm_drop(''confirmed.nope'')', 'confirm_drop(''nope.parents'')', 'confirm_drop(''nope.nope.nope'')',
  'confirm_drop(''confirmed.parents.nope'')', 'confirm_drop(''parents.nope'')', 'confirm_drop(''parents.ctid'')',
  'confirm_drop(''a.b.c.d'')', 'confirm_drop(''"parents'')', 'confirm_drop(''seen'')', 'confirm_drop(''parents'', -1)',
  'allow_drop(NULL)', 'allow_drop(''parents'', NULL)', 'allow_drop(''parents'', ''0'')',
  'allow_drop(''parents'', ''-1 day'')', 'allow_drop(''nope'')', 'allow_drop(''parents.nope'')']) c,
  failure('SELECT upkeep.' || c) f;

SELECT upkeep.disable_guard();
DROP SCHEMA confirmed CASCADE;
DELETE FROM upkeep.ddl_log;
