-- What DDL meets on the tables of tables-0.7.0.sql; leaves nothing behind.
BEGIN;
SET LOCAL client_min_messages = error;
SAVEPOINT a;
\set ON_ERROR_STOP off
TRUNCATE "Kept, all"."Visits 1";
ROLLBACK TO a;
SET LOCAL ROLE boss;
TRUNCATE "Kept, all"."Visits";
ROLLBACK TO a;
\set ON_ERROR_STOP on
SET LOCAL ROLE boss;
TRUNCATE "Kept, all"."Visits 1", "Kept, all".scratch;
INSERT INTO "Kept, all"."Visits" VALUES (3, '2020-07-01');
ALTER TABLE "Kept, all"."Visits" DETACH PARTITION "Kept, all"."Visits 1";
DROP TABLE "Kept, all"."Visits 1", "Kept, all".scratch;
RESET ROLE;
SELECT 'the log', tag, object, confirmation FROM upkeep.ddl_log WHERE txid = txid_current() ORDER BY tag, object;
SELECT 'what is dropped is exempt no more', object FROM upkeep.guard_exemptions;
ROLLBACK;
