-- What writers of the tables of tables-0.3.0.sql meet; leaves nothing behind but numbers that are used up,
-- which are put back.
SELECT last_value AS was FROM sales.orders_order_number_seq \gset
SELECT last_value AS others FROM sales."Orders, all_Called_seq" \gset
SELECT last_value AS stores FROM store.orders_order_number_seq \gset
BEGIN;
INSERT INTO sales.orders (id, total_amount) VALUES (10, 5)
  RETURNING 'number and total', order_number = 'ORD-00000042', total_amount = 0;
INSERT INTO sales.order_items (id, order_id, product_id, quantity) VALUES (10, 10, 1, 2), (11, 10, 2, 1)
  RETURNING 'captured', price_snapshot = CASE product_id
  WHEN 1 THEN 4.50 ELSE 20 END, product_snapshot ? 'name' AND NOT product_snapshot ?| '{cost,stock_quantity}';
SELECT 'total', total_amount = 29 FROM sales.orders WHERE id = 10;
SELECT 'stock', stock_quantity = 8, (SELECT count(*) = 1 FROM upkeep.stock_taken
  WHERE order_items = 'sales.order_items'::regclass AND line IN ('[10]', '[11]')) FROM sales.products WHERE id = 1;
UPDATE sales.order_items SET quantity = 3 WHERE id = 3;
SELECT 'a line that took two has three now', stock_quantity = 7,
  (SELECT total_amount = 12.75 FROM sales.orders WHERE id = 2) FROM sales.products WHERE id = 1;
UPDATE sales.orders SET status = 'cancelled' WHERE id IN (2, 10);
SELECT 'given back', stock_quantity = 12 FROM sales.products WHERE id = 1;
UPDATE sales.orders SET status = 'pending' WHERE id = 3;
SELECT 'taken when it is taken up again', stock_quantity = 11 FROM sales.products WHERE id = 1;
UPDATE sales.orders SET status = 'paid' WHERE id = 3
  RETURNING 'paid', payment_completed_at = now(), updated_at >= now();
DELETE FROM sales.products WHERE id = 1;
SELECT 'the product goes, the lines stay', count(*) = 3, bool_and(price_snapshot > 4) FROM sales.order_items
  WHERE id IN (1, 3, 10) AND product_id IS NULL;
SELECT 'a paid order is what it was', total_amount = 33.50, payment_completed_at = '2020-01-01 UTC',
  (SELECT product_snapshot ->> 'name' = 'mug' FROM sales.order_items WHERE id = 1) FROM sales.orders WHERE id = 1;
INSERT INTO sales."Orders, all" ("Tenant", "No", "State, of") VALUES (1, 2, 'new')
  RETURNING 'number of a tenant', "Called" = 'N''"-007';
INSERT INTO sales."Lines, all" ("Tenant", "Line", "Order, no", "Sku", "How many", "At") VALUES
  (1, 10, 2, 'a', 3, 77), (1, 11, 1, 'a', 1, NULL)
  RETURNING 'enforced', "At" = 1.2345, "What"::text LIKE '%"cost of"%';
SELECT 'taken column', bool_and("Taken" = "How many"), sum("Taken") = 5.5 FROM sales."Lines, all" WHERE "Tenant" = 1;
SELECT 'totals of a tenant', bool_and("Sum" = CASE "No" WHEN 1 THEN 2.73 ELSE 3.70 END) FROM sales."Orders, all"
  WHERE "Tenant" = 1;
SELECT 'stock of a tenant', "on Hand" = CASE "Tenant" WHEN 1 THEN 6 ELSE 10.5 END FROM sales."Goods, all";
SELECT 'checkout', upkeep.checkout('00000000-0000-0000-0000-00000000000c', schema => 'store') IS NOT NULL;
SELECT 'checked out', order_number = 'ORD-00000002', total_amount = 9.00,
  (SELECT stock_quantity = 8 FROM store.products) FROM store.orders WHERE status = 'pending';
SELECT 'nothing is wrong with the store', count(*) = 0 FROM upkeep.check_orders('store.orders', 'store.order_items');
SAVEPOINT a;
\set ON_ERROR_STOP off
INSERT INTO sales.order_items (id, order_id, product_id, quantity) VALUES (20, 1, 2, 1);
ROLLBACK TO a;
UPDATE sales.order_items SET price_snapshot = 1 WHERE id = 10;
ROLLBACK TO a;
UPDATE sales.orders SET status = 'pending' WHERE id = 1;
ROLLBACK TO a;
INSERT INTO sales.order_items (id, order_id, product_id, quantity, price_snapshot) VALUES (20, 10, 2, 1, 19);
ROLLBACK TO a;
INSERT INTO sales.order_items (id, order_id, product_id, quantity) VALUES (20, 10, 3, 1);
ROLLBACK TO a;
INSERT INTO sales."Lines, all" ("Tenant", "Line", "Order, no", "Sku", "How many") VALUES (1, 20, 1, 'a', 100);
ROLLBACK TO a;
UPDATE sales."Orders, all" SET note = 'x' WHERE "Tenant" = 2;
ROLLBACK TO a;
UPDATE store.orders SET status = 'pending' WHERE status = 'paid';
ROLLBACK TO a;
\set ON_ERROR_STOP on
ROLLBACK;
\o /dev/null
SELECT setval('sales.orders_order_number_seq', :was), setval('sales."Orders, all_Called_seq"', :others),
  setval('store.orders_order_number_seq', :stores);
\o
