-- What a database that moving.sql made, or that it was moved to, says and does.
\pset format unaligned
\pset tuples_only on
SET client_min_messages = warning;
SET search_path = trade, public;
SELECT object, feature, options, triggers, enabled FROM upkeep.managed ORDER BY object::text, feature, options::text;
SELECT * FROM upkeep.check();
SELECT * FROM upkeep.check_orders('orders', 'lines');
SELECT order_items, line, product, quantity, products FROM upkeep.stock_taken ORDER BY order_items::text, line;
SELECT * FROM upkeep.order_counters ORDER BY orders::text, tenant;
SELECT orders, order_key, reason, actor FROM upkeep.order_corrections ORDER BY 2;
SELECT * FROM orders ORDER BY id;
SELECT * FROM lines ORDER BY id;
SELECT * FROM products ORDER BY id;

CREATE FUNCTION pg_temp.outcome(statement text) RETURNS text LANGUAGE plpgsql AS $$
BEGIN
  EXECUTE statement;
  RETURN 'done: ' || statement;
EXCEPTION WHEN OTHERS THEN
  RETURN concat_ws(' ', SQLSTATE, SQLERRM);
END $$;
SELECT pg_temp.outcome(statement) FROM unnest(ARRAY[
  'UPDATE orders SET total_amount = 0 WHERE id = 1', 'INSERT INTO lines VALUES (9, 1, 1, 1)',
  'UPDATE lines SET packed = true WHERE id = 1', 'UPDATE lines SET price_snapshot = 1 WHERE id = 4',
  'INSERT INTO lines (id, order_id, product_id, quantity, price_snapshot) VALUES (9, 3, 1, 1, 12.50)',
  'INSERT INTO lines (id, order_id, product_id, quantity) VALUES (9, 3, 1, 93)',
  'INSERT INTO lines (id, order_id, product_id, quantity, returns_line) VALUES (9, 3, 2, -5, 4)',
  'INSERT INTO lines (id, order_id, product_id, quantity, discount) VALUES (9, 3, 1, 2, 1)',
  'UPDATE orders SET status = ''refunded'' WHERE id = 3', 'UPDATE orders SET status = ''cancelled'' WHERE id = 3',
  'INSERT INTO refunds VALUES (2, 1, 1, 2, NULL, true)', 'INSERT INTO refunds VALUES (2, 1, 1, 1, NULL, true)',
  'UPDATE orders SET created_at = now() WHERE id = 2', 'INSERT INTO invoices (id, shop_id) VALUES (4, 1), (5, 2)',
  'INSERT INTO receipts (id) VALUES (3)', 'INSERT INTO orders (id, shop_id) VALUES (4, 1)',
  'DELETE FROM sales WHERE id = 1',
  'UPDATE sales SET quantity = 1',
  'UPDATE days SET revenue = 400']) s(statement);
SELECT id, status, plain, total_amount, items, refunded, version FROM orders ORDER BY id;
SELECT id, stock FROM products ORDER BY id;
SELECT id, quantity, refunded_quantity, price_snapshot, product_snapshot ->> 'price', packed FROM lines ORDER BY id;
SELECT id, amount FROM refunds ORDER BY id;
SELECT id, number FROM invoices UNION ALL SELECT id, number FROM receipts ORDER BY 1, 2;
SELECT id, roas, fee FROM days;
SELECT id, updated_at > '2026-01-01' FROM stores ORDER BY id;
INSERT INTO store.orders DEFAULT VALUES;
SELECT max(order_number), count(*) FROM store.orders;
SELECT * FROM upkeep.check_orders('store.orders', 'store.order_items');
SELECT order_items, line, product, quantity FROM upkeep.stock_taken ORDER BY order_items::text, line;
SELECT * FROM upkeep.check();
