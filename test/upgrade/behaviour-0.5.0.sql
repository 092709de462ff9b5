-- What DDL meets in the schema of tables-0.5.0.sql; leaves nothing behind.
BEGIN;
SET LOCAL client_min_messages = error;
DELETE FROM upkeep.drop_approvals;
SAVEPOINT a;
\set ON_ERROR_STOP off
TRUNCATE "Kept, all".days;
ROLLBACK TO a;
TRUNCATE "Kept, all"."Letters" CASCADE;
ROLLBACK TO a;
TRUNCATE "Kept, all"."days 1";
ROLLBACK TO a;
TRUNCATE "Kept, all".late;
ROLLBACK TO a;
DROP TABLE "Kept, all".pages;
ROLLBACK TO a;
-- It lists the tables in the order of their numbers.
\set VERBOSITY sqlstate
DROP SCHEMA "Kept, all" CASCADE;
\set VERBOSITY default
ROLLBACK TO a;
ALTER TABLE "Kept, all"."Letters" DROP COLUMN body;
ROLLBACK TO a;
ALTER TABLE "Kept, all"."Letters" ALTER half TYPE int;
ROLLBACK TO a;
SELECT upkeep.confirm_drop('"Kept, all".nothing');
ROLLBACK TO a;
\set ON_ERROR_STOP on
TRUNCATE "Kept, all".empty;
ALTER TABLE "Kept, all"."Letters" DROP COLUMN stored, DROP COLUMN "no, value", ALTER half TYPE numeric(10,2),
  ADD COLUMN more int;
DROP TABLE "Kept, all".empty;
\o /dev/null
SELECT upkeep.confirm_drop('"Kept, all".pages', 3);
SELECT upkeep.allow_drop('"Kept, all"."Letters".body');
\o
DROP TABLE "Kept, all".pages;
ALTER TABLE "Kept, all"."Letters" DROP COLUMN body;
SELECT 'what is lost is lost', count(*) = 2, to_regclass('"Kept, all".pages') IS NULL FROM "Kept, all"."Letters";
SELECT 'approvals are used up', count(*) = 0 FROM upkeep.drop_approvals;
SELECT 'the log', string_agg(concat_ws(' ', tag, object, confirmation), ', ' ORDER BY tag, object) FROM upkeep.ddl_log
  WHERE txid = txid_current();
SELECT 'reviewed', severity, object FROM upkeep.review('DROP TABLE "Kept, all".late; SELECT 1');
ROLLBACK;
