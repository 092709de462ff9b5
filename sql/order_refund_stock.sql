-- Refunds that were there before stock could get anything back, columns that are taken, vouchers, TRUNCATE.
CREATE SCHEMA refund_stock;
SET search_path = refund_stock, public;
SET client_min_messages = warning;
CREATE TABLE products (id int PRIMARY KEY, price numeric(10,2), stock_quantity int);
CREATE TABLE orders (id int PRIMARY KEY, status text DEFAULT 'pending', total_amount numeric(10,2) DEFAULT 0,
  lines_amount numeric(10,2), refunded numeric(10,2));
CREATE TABLE order_items (id int PRIMARY KEY, order_id int REFERENCES orders, product_id int, quantity int,
  price_snapshot numeric(10,2) NOT NULL, taken int, refunded int);
CREATE TABLE refunds (order_id int, order_item_id int, quantity int, amount numeric(10,2), restock boolean);
CREATE INDEX ON refunds (order_id);
CREATE INDEX ON refunds (order_item_id);
CREATE INDEX ON order_items (order_id);
INSERT INTO products VALUES (1, 10, 100);
SELECT upkeep.enable_order_snapshots('order_items', 'products');
SELECT upkeep.enable_order_totals('orders', 'order_items', lines_column => 'lines_amount');
SELECT upkeep.enable_order_lock('orders', 'order_items');
CREATE FUNCTION enable_refunds(restock name DEFAULT 'restock', refunded name DEFAULT 'refunded',
  pieces name DEFAULT 'refunded') RETURNS void LANGUAGE sql AS $$
  SELECT upkeep.enable_order_refunds('refunds', 'orders', 'order_items', restock_column => restock,
    refunded_column => refunded, refunded_quantity_column => pieces)
$$;

-- what says what was sold keeps nothing else
SELECT c.refunded, c.pieces, f.state, f.message FROM (VALUES ('total_amount', 'refunded'), ('lines_amount', 'refunded'),
    ('refunded', 'quantity'), ('refunded', 'price_snapshot')) c(refunded, pieces),
  failure(format('SELECT enable_refunds(NULL, %L, %L)', c.refunded, c.pieces)) f;

-- a voucher is a line below 0: nothing of it is refunded, and the others are
SELECT enable_refunds(NULL);
INSERT INTO orders (id) VALUES (1), (2);
INSERT INTO order_items (id, order_id, product_id, quantity) VALUES (1, 1, 1, 3);
INSERT INTO order_items (id, order_id, quantity, price_snapshot) VALUES (2, 1, 1, -2.50);
UPDATE orders SET status = 'paid' WHERE id = 1;
BEGIN;
INSERT INTO refunds (order_id, order_item_id, quantity) SELECT order_id, id, quantity FROM order_items ORDER BY id
  RETURNING order_item_id, quantity, amount;
SELECT refunded, total_amount FROM orders WHERE id = 1;
ROLLBACK;

-- stock that comes after refunds stays, and is moved by what comes next
INSERT INTO refunds (order_id, order_item_id, quantity, restock) VALUES (1, 1, 1, true);
UPDATE products SET stock_quantity = 98;
CREATE PROCEDURE goes_on() LANGUAGE plpgsql AS $$
BEGIN
  PERFORM enable_refunds();
  RAISE WARNING 'enabled: %, found: %', (SELECT stock_quantity FROM products),
    (SELECT count(*) FROM upkeep.check_orders('orders', 'order_items'));
  INSERT INTO refunds (order_id, order_item_id, quantity, restock) VALUES (1, 1, 1, false);
  RAISE WARNING 'refunded, not restocked: %', (SELECT stock_quantity FROM products);
  UPDATE orders SET status = 'cancelled' WHERE id = 1;
  RAISE WARNING 'cancelled: %, found: %', (SELECT stock_quantity FROM products),
    (SELECT count(*) FROM upkeep.check_orders('orders', 'order_items'));
  PERFORM enable_refunds();
  RAISE WARNING 'enabled again: %, found: %', (SELECT stock_quantity FROM products),
    (SELECT count(*) FROM upkeep.check_orders('orders', 'order_items'));
END $$;
BEGIN;
SELECT upkeep.enable_stock('order_items', 'products', orders => 'orders');
CALL goes_on();
ROLLBACK;
BEGIN;
SELECT upkeep.enable_stock('order_items', 'products', orders => 'orders', taken_column => 'taken');
CALL goes_on();
ROLLBACK;

-- lines that are truncated with their refunds give back what was left, whichever is named first
SELECT upkeep.enable_stock('order_items', 'products', orders => 'orders'), enable_refunds();
UPDATE orders SET status = 'pending' WHERE id = 1;
SELECT stock_quantity FROM products;
BEGIN;
TRUNCATE order_items, refunds;
SELECT stock_quantity, (SELECT count(*) FROM upkeep.stock_taken WHERE order_items = 'order_items'::regclass) AS taken
  FROM products;
ROLLBACK;
TRUNCATE refunds, order_items;
SELECT stock_quantity, (SELECT count(*) FROM upkeep.stock_taken WHERE order_items = 'order_items'::regclass) AS taken
  FROM products;
DROP SCHEMA refund_stock CASCADE;
