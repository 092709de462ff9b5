-- What the tables of tables-0.9.0.sql hold, and a correction of long ago.
BEGIN;
SET LOCAL upkeep.pause = 'all';
INSERT INTO closed."Orders" VALUES (7, 1, 'paid', 20, '{"city": "Bonn"}', 5), (7, 2, 'pending', -5, NULL, 0);
INSERT INTO closed."Goods" VALUES (7, 1, 10);
INSERT INTO closed."Lines" VALUES (1, 7, 1, 2, 10, NULL, '2020-01-01', 1, NULL),
  (2, 7, 2, 1, 5, 'T2', NULL, NULL, NULL), (3, 7, 2, -1, 10, NULL, NULL, 1, 1);
INSERT INTO closed."Refunds" VALUES (1, 7, 1, 1, NULL, 5);
INSERT INTO closed."Numbered" VALUES (1, 7, 'A-0002'), (2, 8, 'A-0041');
INSERT INTO closed."Billed" VALUES (1, 3);
INSERT INTO upkeep.order_counters VALUES ('closed."Numbered"', '[7]', 5), ('closed."Numbered"', '[8]', 41),
  ('closed."Billed"', '[]', 3)
  ON CONFLICT (orders, tenant) DO UPDATE SET last_number = EXCLUDED.last_number;
INSERT INTO upkeep.order_corrections (orders, order_key, reason, role, actor, opened_at, txid)
  VALUES ('closed."Orders"', '[7, 1]', 'a mug, broken', 'boss', 'anna', '2020-01-01', 42),
    ('closed."Orders"', '[7, 2]', 'none', 'boss', NULL, '2020-01-01', 43);
COMMIT;
