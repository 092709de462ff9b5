-- Refunds and return lines: pieces of a line come back in both ways, together no more than were sold.
CREATE SCHEMA both_ways;
SET search_path = both_ways, upkeep, public;
SET client_min_messages = warning;
CREATE TABLE products (id int PRIMARY KEY, price numeric(10,2), stock_quantity int);
CREATE TABLE orders (id int PRIMARY KEY, total_amount numeric(10,2) NOT NULL DEFAULT 0,
  payment_completed_at timestamptz, status text DEFAULT 'open');
CREATE TABLE order_items (id int PRIMARY KEY, order_id int REFERENCES orders, product_id int, quantity int NOT NULL,
  off numeric(10,2) DEFAULT 0, returns_item_id int REFERENCES order_items,
  price_snapshot numeric(10,2) NOT NULL DEFAULT NULL, refunded_quantity int);
CREATE TABLE refunds (id int PRIMARY KEY GENERATED ALWAYS AS IDENTITY, order_id int NOT NULL, order_item_id int,
  quantity int, amount numeric(10,2) NOT NULL, restock boolean);
CREATE INDEX ON order_items (returns_item_id);
CREATE INDEX ON order_items (order_id);
CREATE INDEX ON refunds (order_id);
CREATE INDEX ON refunds (order_item_id);
INSERT INTO products VALUES (1, 4, 100);
SELECT enable_order_totals('orders', 'order_items', line_formula => 'price_snapshot * quantity - off'),
  enable_order_lock('orders', 'order_items'), enable_stock('order_items', 'products', orders => 'orders');
SELECT enable_order_refunds('refunds', 'orders', 'order_items', restock_column => 'restock',
  refunded_quantity_column => 'refunded_quantity');
INSERT INTO orders (id) VALUES (1), (2);
-- snapshots are enabled last: refunds that the session has written before learn of it
INSERT INTO order_items VALUES (9, 1, 1, 1, 0, NULL, 4);
SELECT enable_order_snapshots('order_items', 'products', returns_column => 'returns_item_id');

-- three for 10.00 in all
INSERT INTO order_items (id, order_id, product_id, quantity, off) VALUES (1, 1, 1, 3, 2);
UPDATE orders SET payment_completed_at = '2026-01-01Z' WHERE id = 1 RETURNING total_amount;
UPDATE products SET price = 5;
INSERT INTO order_items (id, order_id, quantity, returns_item_id) VALUES (11, 2, -1, 1)
  RETURNING product_id, price_snapshot;
-- the second piece, which the first refund gives back
INSERT INTO refunds (order_id, order_item_id, quantity, restock) VALUES (1, 1, 1, true) RETURNING amount;
SELECT * FROM failure('INSERT INTO refunds (order_id, order_item_id, quantity) VALUES (1, 1, 2)');
SELECT * FROM failure('INSERT INTO refunds (order_id, order_item_id, quantity, amount) VALUES (1, 1, 2, 1)');
SELECT * FROM failure('INSERT INTO order_items (id, order_id, quantity, returns_item_id) VALUES (12, 2, -2, 1)');
SELECT * FROM failure('UPDATE order_items SET quantity = -3 WHERE id = 11');
SELECT refunded_quantity FROM order_items WHERE id = 1;
SELECT stock_quantity FROM products;
SELECT * FROM check_orders('orders', 'order_items');

-- a correction leaves at least what is gone
BEGIN;
SELECT correct_order('orders', '1', 'one less');
SELECT state, detail FROM failure('UPDATE order_items SET quantity = 1, off = 0 WHERE id = 1');
UPDATE order_items SET quantity = 2, off = 0 WHERE id = 1;
SELECT state, detail FROM failure('INSERT INTO refunds (order_id, order_item_id, quantity) VALUES (1, 1, 1)');
SELECT state, detail FROM failure('INSERT INTO order_items (id, order_id, quantity, returns_item_id)
  VALUES (12, 2, -1, 1)');
ROLLBACK;
-- the last one, in either way
BEGIN;
INSERT INTO order_items (id, order_id, quantity, returns_item_id) VALUES (12, 2, -1, 1);
SELECT state, detail FROM failure('INSERT INTO refunds (order_id, order_item_id, quantity) VALUES (1, 1, 1)');
ROLLBACK;
INSERT INTO refunds (order_id, order_item_id, quantity) VALUES (1, 1, 1) RETURNING amount;
SELECT state, detail FROM failure('INSERT INTO order_items (id, order_id, quantity, returns_item_id)
  VALUES (12, 2, -1, 1)');
-- a return line has nothing to refund, and a return that is taken back can be refunded
SELECT state, detail FROM failure('INSERT INTO refunds (order_id, order_item_id, quantity) VALUES (2, 11, 1)');
DELETE FROM order_items WHERE id = 11;
INSERT INTO refunds (order_id, order_item_id, quantity) VALUES (1, 1, 1) RETURNING amount;
SELECT sum(amount) FROM refunds;

-- paused, and what check_orders says
BEGIN;
SET LOCAL upkeep.pause = 'order_snapshots';
INSERT INTO order_items VALUES (13, 2, 1, -1, 0, 1, 4);
SET LOCAL upkeep.pause = '';
SELECT * FROM check_orders('orders', 'order_items');
ROLLBACK;
SELECT * FROM check_orders('orders', 'order_items');
-- an order that is cancelled after pieces of it came back gives back the others
INSERT INTO orders (id) VALUES (31), (32), (33);
UPDATE products SET stock_quantity = 10;
INSERT INTO order_items (id, order_id, product_id, quantity) VALUES (31, 31, 1, 3);
INSERT INTO order_items (id, order_id, quantity, returns_item_id) VALUES (32, 32, -1, 31), (33, 33, -1, 31);
SELECT stock_quantity AS two_are_back FROM products;
UPDATE orders SET status = 'cancelled' WHERE id = 33;
SELECT stock_quantity AS one_is_back FROM products;
UPDATE orders SET status = 'cancelled' WHERE id = 31;
SELECT stock_quantity AS all_are_back FROM products;
SELECT * FROM check_orders('orders', 'order_items');
-- and so where the lines themselves say what they have taken
ALTER TABLE order_items ADD COLUMN taken int;
SELECT disable_stock('order_items');
SELECT enable_stock('order_items', 'products', orders => 'orders', taken_column => 'taken');
INSERT INTO orders (id) VALUES (41), (42), (43);
INSERT INTO order_items (id, order_id, product_id, quantity) VALUES (41, 41, 1, 3);
INSERT INTO order_items (id, order_id, quantity, returns_item_id) VALUES (42, 42, -1, 41), (43, 43, -1, 41);
SELECT stock_quantity AS two_are_back FROM products;
UPDATE orders SET status = 'cancelled' WHERE id = 43;
SELECT stock_quantity AS one_is_back FROM products;
SELECT id, taken FROM order_items WHERE id > 40 ORDER BY id;
SELECT * FROM check_orders('orders', 'order_items');
DROP SCHEMA both_ways CASCADE;
