-- What a total is made of: formulas over the lines and the order's own columns, computed exactly, each rounded once.
CREATE SCHEMA formulas;
SET search_path = formulas, upkeep, public;
SET client_min_messages = warning;
CREATE TABLE orders (id int PRIMARY KEY, status text NOT NULL DEFAULT 'pending', shipping numeric(10,2) DEFAULT 0,
  discount numeric(10,2) DEFAULT 0, note text, subtotal numeric(10,2), total_amount numeric(10,2));
CREATE TABLE order_items (id int PRIMARY KEY GENERATED ALWAYS AS IDENTITY, order_id int REFERENCES orders,
  quantity int, price_snapshot numeric(10,2), off numeric(10,4) DEFAULT 0, note text);
CREATE INDEX ON order_items (order_id);
INSERT INTO orders (id, shipping) VALUES (90, 5);
INSERT INTO order_items (order_id, quantity, price_snapshot) VALUES (90, 1, 7);
SELECT enable_order_totals('orders', 'order_items', lines_column => 'subtotal',
  line_formula => 'price_snapshot * quantity - off', total_formula => 'lines + shipping - discount');
-- enabling fills the sum and leaves the total
SELECT id, subtotal, total_amount FROM orders;
-- lines 3 x 19.99 and 1 x 0.03, shipping 4.90, discount 5.00
INSERT INTO orders (id, shipping, discount, subtotal, total_amount) VALUES (1, 4.90, 5.00, 99, 99)
  RETURNING subtotal, total_amount;
INSERT INTO order_items (order_id, quantity, price_snapshot) VALUES (1, 3, 19.99), (1, 1, 0.03);
SELECT subtotal, total_amount FROM orders WHERE id = 1;
-- a column that the formula reads; what a client writes; another column
UPDATE orders SET shipping = 0 WHERE id = 1 RETURNING subtotal, total_amount;
UPDATE orders SET subtotal = 1, total_amount = 2 WHERE id = 1 RETURNING subtotal, total_amount;
UPDATE orders SET note = 'x' WHERE id = 1 RETURNING subtotal, total_amount;
-- each amount is rounded, then summed: three times 0.335 off
UPDATE order_items SET off = 0.335 WHERE order_id = 1;
SELECT subtotal, total_amount FROM orders WHERE id = 1;
UPDATE order_items SET note = 'x' WHERE order_id = 1;
-- NULL: which input, of whom
SELECT * FROM failure('UPDATE order_items SET off = NULL WHERE order_id = 1');
SELECT * FROM failure('UPDATE orders SET discount = NULL WHERE id = 1');
SELECT * FROM failure('INSERT INTO orders (id, shipping) VALUES (2, NULL)');
SELECT * FROM failure('INSERT INTO order_items (order_id, quantity) VALUES (1, 2)');
SELECT * FROM failure('UPDATE order_items SET price_snapshot = ''NaN'' WHERE order_id = 1');
SELECT * FROM failure('UPDATE orders SET shipping = 99999999 WHERE id = 1');
-- drift, and what cannot be computed, found and repaired
BEGIN;
SET LOCAL upkeep.pause = 'order_totals';
UPDATE orders SET total_amount = 3, subtotal = 4 WHERE id = 1;
INSERT INTO orders (id, total_amount, subtotal) VALUES (3, 1, 1);
INSERT INTO order_items (order_id, quantity) VALUES (3, 1);
UPDATE orders SET discount = NULL, subtotal = 7, total_amount = 12 WHERE id = 90;
COMMIT;
SELECT * FROM check_orders('orders', 'order_items') ORDER BY 1, 2;
CALL repair_order_totals('orders', 'order_items');
SELECT * FROM check_orders('orders', 'order_items') ORDER BY 1, 2;
UPDATE order_items SET price_snapshot = 2 WHERE order_id = 3;
UPDATE orders SET discount = 1 WHERE id = 90;
SELECT * FROM check_orders('orders', 'order_items') ORDER BY 1, 2;
-- many orders in one statement
INSERT INTO orders (id, shipping) SELECT n, n FROM generate_series(100, 400) n;
INSERT INTO order_items (order_id, quantity, price_snapshot, off)
  SELECT 100 + n % 301, n % 4, n / 8.0, n / 1000.0 FROM generate_series(1, 2000) n;
UPDATE order_items SET order_id = 101 WHERE order_id BETWEEN 102 AND 110;
DELETE FROM order_items WHERE order_id > 390;
SELECT count(*), sum(total_amount), count(*) FILTER (WHERE total_amount IS DISTINCT FROM shipping - discount
    + coalesce((SELECT sum(round(price_snapshot * quantity - off, 2)) FROM order_items WHERE order_id = o.id), 0))
    AS wrong
  FROM orders o WHERE id >= 100;
SELECT * FROM check_orders('orders', 'order_items') LIMIT 1;
-- the same by another key
ALTER TABLE order_items DROP CONSTRAINT order_items_order_id_fkey;
UPDATE orders SET id = 1101 WHERE id = 101 RETURNING subtotal, total_amount;
UPDATE orders SET id = 101 WHERE id = 1101 RETURNING total_amount = shipping + subtotal AS back;
-- names follow a rename where the guard looks after them
-- C++ edition {
SELECT enable_guard(schemas => '{formulas}') \g /dev/null
-- }
ALTER TABLE orders RENAME COLUMN shipping TO delivery;
ALTER TABLE order_items RENAME COLUMN off TO rebate;
-- C++ edition {
UPDATE orders SET delivery = 1 WHERE id = 1 RETURNING total_amount;
SELECT options ->> 'line_formula' AS line, options ->> 'total_formula' AS total FROM managed
  WHERE object = 'orders'::regclass AND feature = 'order_totals';
BEGIN;
ALTER TABLE orders RENAME COLUMN discount TO lines;
ROLLBACK;
SELECT disable_guard() \g /dev/null
-- the script of what is enabled makes it again
SELECT count(*) FILTER (WHERE e LIKE '%lines + delivery - discount%') AS exported FROM export_sql('orders') e;

-- }
-- what cannot be a formula
CREATE FUNCTION refused(line text, total text, lines_column name DEFAULT NULL) RETURNS SETOF text LANGUAGE sql AS $$
  SELECT f::text FROM failure(format('SELECT upkeep.enable_order_totals(''orders'', ''order_items'', line_formula => %L,
    total_formula => %L, lines_column => %L)', line, total, lines_column)) f
$$;
SELECT refused('price_snapshot *', NULL);
SELECT refused('amount = price_snapshot', NULL);
SELECT refused('price_snapshot * settings.vat', NULL);
SELECT refused('price_snapshot * qty', NULL);
SELECT refused('note', NULL);
SELECT refused(NULL, 'lines + total_amount');
SELECT refused(NULL, 'lines + subtotal', 'subtotal');
SELECT refused(NULL, 'lines + status');
SELECT refused(NULL, NULL, 'note');
SELECT refused(NULL, NULL, 'nowhere');
-- division: exact, rounded once; by zero it is NULL
SELECT enable_order_totals('orders', 'order_items', line_formula => 'price_snapshot * quantity / 3',
  total_formula => 'lines * 3 / (3 - discount)') \g /dev/null
INSERT INTO orders (id, discount) VALUES (5, 0);
INSERT INTO order_items (order_id, quantity, price_snapshot) VALUES (5, 1, 10), (5, 1, 10), (5, 1, 10);
SELECT total_amount FROM orders WHERE id = 5;
SELECT * FROM failure('UPDATE orders SET discount = 3 WHERE id = 5');
-- whole numbers
ALTER TABLE orders ALTER total_amount TYPE bigint, ALTER subtotal TYPE bigint;
SELECT enable_order_totals('orders', 'order_items', line_formula => 'price_snapshot * quantity * 1.19',
  lines_column => 'subtotal', total_formula => 'lines + 0.5') \g /dev/null
INSERT INTO order_items (order_id, quantity, price_snapshot) VALUES (5, 2, 9.99);
SELECT subtotal, total_amount FROM orders WHERE id = 5;
-- a locked order keeps what its total is made of, without being told
ALTER TABLE orders ADD paid_at timestamptz;
SELECT enable_order_lock('orders', 'order_items', paid_column => 'paid_at', frozen_columns => '{}') \g /dev/null
SELECT enable_order_totals('orders', 'order_items', lines_column => 'subtotal',
  total_formula => 'lines + delivery - discount') \g /dev/null
UPDATE orders SET paid_at = '2026-01-01' WHERE id = 5;
SELECT * FROM failure('UPDATE orders SET delivery = 9 WHERE id = 5');
SELECT * FROM failure('UPDATE orders SET discount = 9 WHERE id = 5');
SELECT * FROM failure('UPDATE orders SET subtotal = 0 WHERE id = 5');
UPDATE orders SET note = 'free' WHERE id = 5 RETURNING note;
-- enabling fills the sum of locked orders too
ALTER TABLE orders ADD lines_sum numeric(12,2);
SELECT enable_order_totals('orders', 'order_items', lines_column => 'lines_sum',
  total_formula => 'lines + delivery - discount') \g /dev/null
SELECT lines_sum, total_amount FROM orders WHERE id = 5;
-- what an amount is made of cannot be open
SELECT enable_order_totals('orders', 'order_items', line_formula => 'price_snapshot * quantity - rebate') \g /dev/null
SELECT * FROM failure('SELECT upkeep.enable_order_lock(''orders'', ''order_items'', paid_column => ''paid_at'',
  open_columns => ''{rebate}'')');
SELECT disable_order_lock('orders'), disable_order_totals('orders') \g /dev/null

-- currencies
CREATE TABLE sales (shop int, id int, currency char(3), total_amount numeric(10,2), PRIMARY KEY (shop, id));
CREATE TABLE sold (id int PRIMARY KEY GENERATED ALWAYS AS IDENTITY, shop int, sale int, quantity int DEFAULT 1,
  price_snapshot numeric(10,2), currency char(3) NOT NULL);
CREATE INDEX ON sold (shop, sale);
SELECT enable_order_totals('sales', 'sold', order_column => 'sale', tenant_column => 'shop',
  currency_column => 'currency') \g /dev/null
INSERT INTO sales VALUES (1, 1, 'EUR'), (1, 2, 'USD'), (2, 1, NULL);
INSERT INTO sold (shop, sale, price_snapshot) VALUES (1, 1, 5), (1, 2, 6) RETURNING sale, currency;
INSERT INTO sold (shop, sale, price_snapshot, currency) VALUES (1, 1, 7, 'EUR');
SELECT * FROM failure('INSERT INTO formulas.sold (shop, sale, price_snapshot, currency) VALUES (1, 2, 6, ''EUR'')');
SELECT * FROM failure('UPDATE formulas.sold SET currency = ''GBP'' WHERE sale = 2');
SELECT * FROM failure('UPDATE formulas.sales SET currency = ''GBP'' WHERE (shop, id) = (1, 1)');
SELECT * FROM failure('UPDATE formulas.sales SET currency = NULL WHERE (shop, id) = (1, 1)');
SELECT * FROM failure('INSERT INTO formulas.sold (shop, sale, price_snapshot, currency) VALUES (2, 1, 6, ''EUR'')');
UPDATE sales SET currency = 'VND' WHERE (shop, id) = (2, 1);
INSERT INTO sold (shop, sale, price_snapshot) VALUES (2, 1, 8) RETURNING currency;
-- one statement makes the order and its lines, of which those without a currency get it afterwards
ALTER TABLE sold ALTER currency DROP NOT NULL;
WITH o AS (INSERT INTO sales VALUES (3, 1, 'EUR') RETURNING shop, id)
  INSERT INTO sold (shop, sale, price_snapshot) SELECT shop, id, 4 FROM o;
SELECT s.currency, s.total_amount, l.currency AS of_line FROM sales s JOIN sold l ON l.sale = s.id AND l.shop = s.shop
  WHERE s.shop = 3;
-- a move to an order of another currency; types that differ
SELECT * FROM failure('UPDATE formulas.sold SET sale = 2 WHERE shop = 1 AND sale = 1');
ALTER TABLE sold ALTER currency TYPE text;
SELECT * FROM failure('SELECT upkeep.enable_order_totals(''formulas.sales'', ''formulas.sold'',
  order_column => ''sale'', tenant_column => ''shop'', currency_column => ''currency'')');
-- without the option no trigger is left that fills
SELECT enable_order_totals('sales', 'sold', order_column => 'sale', tenant_column => 'shop') \g /dev/null
INSERT INTO sold (shop, sale, price_snapshot) VALUES (1, 2, 1) RETURNING currency;
SELECT total_amount FROM sales WHERE (shop, id) = (1, 2);

-- the function that SQL computes them with
SELECT order_amount('a * b - a', 2, '{3,0.335}'), order_amount('a / b', NULL, '{1,3}'), order_amount('a', 0, '{NULL}');
SELECT * FROM failure('SELECT upkeep.order_amount(''a / b'', 2, ''{1,0}'', ''amount of somebody'')');
SELECT * FROM failure('SELECT upkeep.order_amount(''a'', 2, ''{1,0}'')');
DROP SCHEMA formulas CASCADE;
