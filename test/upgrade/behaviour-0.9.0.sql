-- What writers of the tables of tables-0.9.0.sql meet; leaves nothing behind.
BEGIN;
UPDATE closed."Goods" SET price = 11;
INSERT INTO closed."Lines" (id, shop, order_id, quantity, "of, line") VALUES (9, 7, 2, -1, 1)
  RETURNING 'returned', product_id, price_snapshot;
INSERT INTO closed."Numbered" VALUES (3, 7), (4, 9) RETURNING 'numbered', shop, "No, of";
INSERT INTO closed."Billed" VALUES (2) RETURNING 'billed', bill;
SAVEPOINT before;
\set ON_ERROR_STOP off
INSERT INTO closed."Lines" (id, shop, order_id, quantity, "of, line") VALUES (10, 7, 2, -1, 1);
ROLLBACK TO before;
UPDATE closed."Lines" SET "of, line" = NULL WHERE id = 9;
ROLLBACK TO before;
\set ON_ERROR_STOP on
DELETE FROM closed."Lines" WHERE id = 9;
SAVEPOINT b;
INSERT INTO closed."Refunds" VALUES (2, 7, 1, 1, 1, NULL) RETURNING 'refunded', "all, paid";
UPDATE closed."Orders" SET "given, back" = 1 WHERE "No" = 1 RETURNING 'given', "given, back";
SAVEPOINT c;
\set ON_ERROR_STOP off
INSERT INTO closed."Refunds" VALUES (3, 7, 1, 1, 1, NULL);
ROLLBACK TO c;
UPDATE closed."Refunds" SET pieces = 2 WHERE id = 2;
ROLLBACK TO c;
DELETE FROM closed."Refunds" WHERE id = 2;
ROLLBACK TO b;
\set ON_ERROR_STOP on
UPDATE closed."Lines" SET "track, it" = 'T1' RETURNING 'open', "track, it" = 'T1';
SAVEPOINT a;
\set ON_ERROR_STOP off
UPDATE closed."Lines" SET quantity = 3 WHERE id = 1;
ROLLBACK TO a;
SET LOCAL upkeep.actor = 'bert';
SELECT upkeep.correct_order('closed."Orders"', '[7, 1]', 'again') \g /dev/null
UPDATE closed."Lines" SET quantity = 3 WHERE id = 1;
UPDATE closed."Orders" SET address = NULL WHERE "No" = 1
  RETURNING 'corrected', total_amount = 30, address IS NULL;
SELECT 'kept', order_key, reason, actor = 'bert', opened_at = now(), txid = txid_current()
  FROM upkeep.order_corrections WHERE txid = txid_current();
ROLLBACK TO a;
UPDATE closed."Orders" SET address = NULL WHERE "No" = 1;
ROLLBACK TO a;
DELETE FROM upkeep.order_corrections;
\set ON_ERROR_STOP on
ROLLBACK;
