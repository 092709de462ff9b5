-- What writers of the tables of tables-0.11.0.sql meet; leaves nothing behind.
BEGIN;
INSERT INTO "Kept, long"."Customers" VALUES (11, 'new', 'a@b.c', 'hash', 'word', 1.50);
UPDATE "Kept, long"."Customers" SET price = 2, email = 'd@e.f' WHERE "No, of" = 11;
UPDATE "Kept, long"."Customers" SET password = 'other' WHERE "No, of" = 11;
UPDATE "Kept, long".parts SET gone = '2026-03-01', note = 'x' WHERE no IN (4, 15);
SELECT 'an entry', action, key, before - 'email', after - 'email', (after -> 'email') - 'digest',
  NOT coalesce(after ? 'password' OR after ? 'secret_word', false) FROM upkeep.history
  WHERE table_name LIKE '"Kept, long"%' ORDER BY id;
SELECT 'a stamp', no, gone FROM "Kept, long".parts WHERE gone IS NOT NULL ORDER BY no;
SAVEPOINT a;
\set ON_ERROR_STOP off
UPDATE "Kept, long"."Customers" SET name = 'x' WHERE "No, of" = 5;
ROLLBACK TO a;
DELETE FROM "Kept, long".parts WHERE no = 3;
\set ON_ERROR_STOP on
ROLLBACK;
