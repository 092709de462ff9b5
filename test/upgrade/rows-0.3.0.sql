-- What the tables of tables-0.3.0.sql hold, all of it history: a paid order with its lines,
-- and totals that their lines do not give.
BEGIN;
SET LOCAL upkeep.pause = 'all';
INSERT INTO sales.products VALUES
  (1, 'cup', 4.50, 10, 1, true), (2, 'pot', 20, NULL, 2, true), (3, 'old', 3, 0, 3, false);
INSERT INTO sales.orders (id, order_number, status, total_amount, billing_address, payment_completed_at) VALUES
  (1, 'ORD-00000001', 'paid', 33.50, '{"city": "Bonn"}', '2020-01-01'), (2, 'ORD-00000002', 'pending', 999, NULL, NULL),
  (3, 'ORD-00000003', 'cancelled', 4.25, NULL, NULL);
INSERT INTO sales.order_items VALUES (1, 1, 1, '{"id": 1, "name": "mug", "price": 4.50}', 3, 4.50),
  (2, 1, NULL, '{"id": 9, "name": "gone"}', 1, 20), (3, 2, 1, '{"id": 1}', 2, 4.25), (4, 3, 1, '{"id": 1}', 1, 4.25);
INSERT INTO upkeep.stock_taken VALUES ('sales.order_items', '[1]', '[1]', 3), ('sales.order_items', '[3]', '[1]', 2);
SELECT setval('sales.orders_order_number_seq', 41);
INSERT INTO sales."Goods, all" VALUES (1, 'a', 1.2345, 10, true, 1), (2, 'a', 2, 10.5, true, 2);
INSERT INTO sales."Orders, all" VALUES
  (1, 1, 'new', 7, NULL, 'N''"-001', NULL), (2, 1, 'paid', 4, '2020-01-01', 'N''"-001', 'paid');
INSERT INTO sales."Lines, all" VALUES
  (1, 1, 1, 'a', '{"Sku": "a"}', 1.5, 1, 1.5), (2, 1, 1, 'a', '{"b":1, "a":2}', 2, 2, 2);
SELECT setval('sales."Orders, all_Called_seq"', 6);
INSERT INTO store.products (id, name, price, stock_quantity, created_at, updated_at)
  VALUES ('00000000-0000-0000-0000-000000000001', 'cup', 4.50, 10, '2020-01-01', '2020-01-01');
INSERT INTO store.carts (id, session_id, created_at, updated_at)
  VALUES ('00000000-0000-0000-0000-00000000000c', 'guest', '2020-01-01', '2020-01-01');
INSERT INTO store.cart_items (id, cart_id, product_id, quantity, added_at, created_at, updated_at)
  VALUES ('00000000-0000-0000-0000-0000000000ca', '00000000-0000-0000-0000-00000000000c',
    '00000000-0000-0000-0000-000000000001', 2, '2020-01-01', '2020-01-01', '2020-01-01');
INSERT INTO store.orders (id, order_number, total_amount, status, payment_completed_at, created_at, updated_at)
  VALUES ('00000000-0000-0000-0000-0000000000a1', 'ORD-00000001', 9, 'paid', '2020-01-01', '2020-01-01', '2020-01-01');
INSERT INTO store.order_items (id, order_id, product_id, product_snapshot, quantity, price_snapshot,
  created_at, updated_at)
  VALUES ('00000000-0000-0000-0000-0000000000b1', '00000000-0000-0000-0000-0000000000a1',
    '00000000-0000-0000-0000-000000000001', '{"name": "cup"}', 2, 4.50, '2020-01-01', '2020-01-01');
INSERT INTO upkeep.stock_taken VALUES
  ('store.order_items', '["00000000-0000-0000-0000-0000000000b1"]', '["00000000-0000-0000-0000-000000000001"]', 2);
SELECT setval('store.orders_order_number_seq', 1);
COMMIT;
