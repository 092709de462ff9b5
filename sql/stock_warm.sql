-- A session that has taken stock keeps its statements: whatever changes about the tables, the next line counts.
\set SHOW_CONTEXT never
CREATE SCHEMA warm;
SET search_path = warm, upkeep;
SET client_min_messages = warning;
CREATE TABLE products (id int PRIMARY KEY, name text, stock_quantity int);
CREATE TABLE orders (id int PRIMARY KEY, status text NOT NULL DEFAULT 'pending');
CREATE TABLE order_items (id int PRIMARY KEY GENERATED ALWAYS AS IDENTITY, order_id int NOT NULL REFERENCES orders,
  product_id int REFERENCES products, quantity int NOT NULL);
SELECT enable_stock('order_items', 'products', orders => 'orders') \g /dev/null
INSERT INTO products SELECT n, 'Product ' || n, 100 FROM generate_series(1, 3) n;
INSERT INTO orders VALUES (1), (2);

-- Two pieces of product 1 are sold, and a line of product 2 is written, changed and deleted.
CREATE PROCEDURE buy() LANGUAGE plpgsql AS $$
DECLARE
  bought int;
BEGIN
  INSERT INTO order_items (order_id, product_id, quantity) VALUES (1, 1, 2);
  INSERT INTO order_items (order_id, product_id, quantity) VALUES (1, 2, 5) RETURNING id INTO bought;
  UPDATE order_items SET quantity = 3 WHERE id = bought;
  DELETE FROM order_items WHERE id = bought;
END $$;
CREATE FUNCTION stock() RETURNS text LANGUAGE sql
  AS $$ SELECT string_agg(concat(id, ':', stock_quantity), ' ' ORDER BY id) FROM products $$;
CALL buy();
SELECT stock();
-- a column is added, one is dropped
ALTER TABLE products ADD COLUMN note text DEFAULT 'none';
ALTER TABLE products DROP COLUMN name;
CALL buy();
SELECT stock();
-- the stock has another type, and the keys
ALTER TABLE products ALTER COLUMN stock_quantity TYPE numeric(12,2);
CALL buy();
SELECT stock();
ALTER TABLE order_items DROP CONSTRAINT order_items_product_id_fkey, ALTER COLUMN product_id TYPE bigint;
ALTER TABLE products ALTER COLUMN id TYPE bigint;
ALTER TABLE order_items ALTER COLUMN id TYPE bigint;
CALL buy();
SELECT stock();
-- the index by which products are found goes, and another comes
ALTER TABLE products DROP CONSTRAINT products_pkey;
CALL buy();
SELECT stock();
CREATE UNIQUE INDEX again ON products (id);
CALL buy();
SELECT stock();
-- tables and columns get other names; a guard would follow them
ALTER TABLE products RENAME TO goods;
ALTER TABLE goods RENAME TO products;
ALTER TABLE orders RENAME COLUMN status TO state;
CALL buy();
SELECT stock();
ALTER TABLE orders RENAME COLUMN state TO status;
-- the statuses that release
SELECT disable_stock('order_items'), enable_stock('order_items', 'products', orders => 'orders', released => '{void}')
  \g /dev/null
CALL buy();
SELECT stock();
UPDATE orders SET status = 'void' WHERE id = 1;
SELECT stock();
UPDATE orders SET status = 'pending' WHERE id = 1;
SELECT stock();
-- the generic plans of the user, a snapshot that is kept, and nothing but scans
SET plan_cache_mode = force_generic_plan;
CALL buy();
SET enable_indexscan = off;
SET enable_bitmapscan = off;
CALL buy();
RESET enable_indexscan;
RESET enable_bitmapscan;
RESET plan_cache_mode;
BEGIN ISOLATION LEVEL REPEATABLE READ;
CALL buy();
COMMIT;
SELECT stock();
-- the index by which orders are found goes, in the midst of a transaction that rolls back
BEGIN;
CALL buy();
ALTER TABLE order_items DROP CONSTRAINT order_items_order_id_fkey;
ALTER TABLE orders DROP CONSTRAINT orders_pkey;
CALL buy();
ROLLBACK;
CALL buy();
SELECT stock();
-- another owner
-- C++ edition {
CREATE ROLE warm_owner;
GRANT ALL ON SCHEMA warm TO warm_owner;
ALTER TABLE products OWNER TO warm_owner;
ALTER TABLE orders OWNER TO warm_owner;
ALTER TABLE order_items OWNER TO warm_owner;
-- }
CALL buy();
SELECT stock();
-- many lines at once, after few, and few again
INSERT INTO order_items (order_id, product_id, quantity) SELECT 2, 3, 1 FROM generate_series(1, 90);
CALL buy();
SELECT stock();
INSERT INTO order_items (order_id, product_id, quantity) SELECT 2, 3, 1 FROM generate_series(1, 11);
DELETE FROM order_items WHERE order_id = 2;
SELECT stock();
SELECT * FROM upkeep.check_orders('orders', 'order_items');
-- C++ edition {
-- a role that loses the rights of the products' owner
CREATE ROLE warm_other;
GRANT ALL ON SCHEMA warm TO warm_other;
ALTER TABLE products OWNER TO warm_other;
CALL buy();
GRANT warm_other TO warm_owner;
-- }
CALL buy();
-- C++ edition {
REVOKE warm_other FROM warm_owner;
CALL buy();
ALTER TABLE products OWNER TO warm_owner;
-- }
CALL buy();
SELECT stock();
-- lines in partitions, and one that is attached and detached
SELECT disable_stock('order_items', 'products') \g /dev/null
ALTER TABLE order_items RENAME TO lines_1;
CREATE TABLE order_items (LIKE lines_1 INCLUDING ALL) PARTITION BY LIST (id);
DROP TABLE lines_1;
CREATE TABLE first_lines PARTITION OF order_items FOR VALUES IN (901, 902);
CREATE TABLE more_lines (LIKE order_items INCLUDING DEFAULTS);
-- C++ edition {
ALTER TABLE order_items OWNER TO warm_owner;
-- }
SELECT enable_stock('order_items', 'products', orders => 'orders') \g /dev/null
INSERT INTO order_items OVERRIDING SYSTEM VALUE VALUES (901, 1, 1, 1);
ALTER TABLE order_items ATTACH PARTITION more_lines FOR VALUES IN (903, 904);
INSERT INTO order_items OVERRIDING SYSTEM VALUE VALUES (902, 1, 1, 1), (903, 1, 2, 5);
SELECT feature, finding FROM upkeep.check() WHERE object = 'more_lines'::regclass;
SELECT enable_stock('order_items', 'products', orders => 'orders') \g /dev/null
INSERT INTO more_lines OVERRIDING SYSTEM VALUE VALUES (904, 1, 2, 5);
SELECT stock();
ALTER TABLE order_items DETACH PARTITION more_lines;
DELETE FROM order_items;
SELECT stock();
SELECT * FROM upkeep.check_orders('orders', 'order_items');
DROP SCHEMA warm CASCADE;
-- C++ edition {
DROP ROLE warm_owner, warm_other;
-- }
