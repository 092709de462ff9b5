-- What writers of the tables of tables-0.12.0.sql meet; leaves nothing behind.
BEGIN;
INSERT INTO "Sums, of"."Users, all" ("No", orders) VALUES (20, 99) RETURNING 'a user', orders;
INSERT INTO "Sums, of"."Orders" VALUES (101, 1, 20, 10.005, 'paid', '2026-01-31 17:00+00'),
  (102, 1, 20, 1, 'open', '2026-01-31 16:59+00');
UPDATE "Sums, of"."Orders" SET "Of, user" = 20, amount = 7 WHERE id IN (3, 4);
DELETE FROM "Sums, of"."Orders" WHERE id > 40 AND id < 60;
UPDATE "Sums, of"."Users, all" SET orders = 5, note = 'mine' WHERE "No" = 2;
INSERT INTO "Sums, of".refunds VALUES (1, '2026-02-01', 4), (7, '2026-03-01', 2);
UPDATE "Sums, of".refunds SET shop = 8 WHERE shop = 7;
SELECT 'users', * FROM "Sums, of"."Users, all" ORDER BY "No";
SELECT 'days', tableoid::regclass, * FROM "Sums, of".days ORDER BY shop, day;
SELECT 'wrong', * FROM upkeep.check_rollup('"Sums, of"."Users, all"');
SELECT 'wrong', * FROM upkeep.check_rollup('"Sums, of".days');
SAVEPOINT a;
TRUNCATE "Sums, of"."Orders";
SELECT 'emptied', sum(orders), sum("Spent") FROM "Sums, of"."Users, all";
SELECT 'days left', shop, day, revenue FROM "Sums, of".days WHERE revenue <> 0 ORDER BY shop, day;
ROLLBACK TO a;
\set ON_ERROR_STOP off
INSERT INTO "Sums, of".refunds VALUES (NULL, '2026-02-01', 4);
ROLLBACK TO a;
INSERT INTO "Sums, of".refunds SELECT 1, '2026-02-01', -9999999 FROM generate_series(1, 10000);
\set ON_ERROR_STOP on
ROLLBACK;
