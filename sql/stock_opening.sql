-- Stock on a shop that sells already: what its lines have taken when it is enabled.
-- And lines that come before their orders.
CREATE SCHEMA opened;
SET search_path = opened, public;
CREATE TABLE products (id int PRIMARY KEY, stock_quantity int);
CREATE TABLE orders (id int PRIMARY KEY, status text DEFAULT 'pending');
CREATE TABLE order_items (id int PRIMARY KEY, order_id int REFERENCES orders, product_id int, quantity int, taken int);
CREATE VIEW now_is AS SELECT (SELECT string_agg(id || ':' || coalesce(stock_quantity::text, '-'), ' ' ORDER BY id)
  FROM opened.products) AS stock,
  (SELECT string_agg(line || '→' || product || ' ' || quantity, ', ' ORDER BY line COLLATE "C") FROM upkeep.stock_taken
    WHERE order_items = 'opened.order_items'::regclass) AS remembered,
  (SELECT string_agg(id || ' ' || taken, ', ' ORDER BY id) FROM opened.order_items WHERE taken IS NOT NULL) AS taken;
-- unlimited, cancelled, of no order, of no product, of none, a return, two of one product
CREATE FUNCTION fill() RETURNS void LANGUAGE sql AS $$
  TRUNCATE opened.orders, opened.order_items, opened.products;
  INSERT INTO opened.products VALUES (1, 6), (2, 3), (3, NULL), (4, 9);
  INSERT INTO opened.orders VALUES (1, 'pending'), (2, 'paid'), (3, 'cancelled'), (4, 'refunded'), (5, 'canceled');
  INSERT INTO opened.order_items VALUES
    (1, 1, 1, 2), (2, 2, 1, 2), (3, 1, 2, 1), (4, 1, 3, 7), (5, 3, 2, 1), (6, 4, 2, 1), (7, 5, 2, 1), (8, NULL, 2, 1),
    (9, 1, NULL, 4), (10, 1, 99, 4), (11, 1, 4, 0), (12, 1, 4, NULL), (13, 2, 4, -1);
$$;
SELECT fill();
-- settled: the stock stays; a change moves the difference, cancelling gives back
SELECT upkeep.enable_stock('order_items', 'products', orders => 'orders');
SELECT * FROM now_is;
SELECT * FROM upkeep.check_orders('orders', 'order_items');
UPDATE order_items SET quantity = 3 WHERE id = 1;
DELETE FROM order_items WHERE id = 8;
SELECT * FROM now_is;
UPDATE orders SET status = 'cancelled' WHERE id IN (1, 2);
SELECT * FROM now_is;
SELECT * FROM upkeep.check_orders('orders', 'order_items');
-- what is remembered stays, whatever was done in between; enabling what is enabled does nothing
UPDATE orders SET status = 'pending' WHERE id = 1;
SELECT upkeep.enable_stock('order_items', 'products', orders => 'orders', opening => 'reserve');
SELECT upkeep.disable_stock('order_items');
INSERT INTO order_items VALUES (20, 1, 1, 1);
UPDATE order_items SET quantity = 1 WHERE id = 1;
SELECT upkeep.enable_stock('order_items', 'products', orders => 'orders', opening => 'reserve');
SELECT * FROM now_is;
SELECT * FROM upkeep.check_orders('orders', 'order_items');
SELECT upkeep.disable_stock('order_items');
SELECT upkeep.enable_stock('order_items', 'products', orders => 'orders', opening => 'reserve');
SELECT * FROM now_is;
SELECT upkeep.disable_stock('order_items');
DROP TABLE order_items CASCADE;
-- reserve: they are subtracted now, or UK002 with all that is short, and nothing is enabled
CREATE TABLE order_items (id int PRIMARY KEY, order_id int REFERENCES orders, product_id int, quantity int, taken int);
CREATE VIEW now_is AS SELECT (SELECT string_agg(id || ':' || coalesce(stock_quantity::text, '-'), ' ' ORDER BY id)
  FROM opened.products) AS stock,
  (SELECT string_agg(line || '→' || product || ' ' || quantity, ', ' ORDER BY line COLLATE "C") FROM upkeep.stock_taken
    WHERE order_items = 'opened.order_items'::regclass) AS remembered,
  (SELECT string_agg(id || ' ' || taken, ', ' ORDER BY id) FROM opened.order_items WHERE taken IS NOT NULL) AS taken;
SELECT fill();
UPDATE products SET stock_quantity = 1 WHERE id <= 2;
SELECT * FROM failure(
  'SELECT upkeep.enable_stock(''order_items'', ''products'', orders => ''orders'', opening => ''reserve'')');
SELECT count(*) FROM upkeep.managed WHERE object = 'order_items'::regclass;
SELECT * FROM now_is;
SELECT fill();
SELECT upkeep.enable_stock('order_items', 'products', orders => 'orders', opening => 'reserve');
SELECT * FROM now_is;
SELECT * FROM upkeep.check_orders('orders', 'order_items');
UPDATE orders SET status = 'cancelled';
SELECT * FROM now_is;
-- in a column of the lines, where there is one: nothing, or 0, is nothing; what is there stays
SELECT upkeep.disable_stock('order_items');
SELECT fill();
UPDATE order_items SET taken = CASE id WHEN 1 THEN 0 WHEN 2 THEN 1 END;
SELECT upkeep.enable_stock('order_items', 'products', orders => 'orders', taken_column => 'taken');
SELECT * FROM now_is;
SELECT * FROM upkeep.check_orders('orders', 'order_items');
SELECT upkeep.disable_stock('order_items');
SELECT fill();
SELECT upkeep.enable_stock('order_items', 'products', orders => 'orders', taken_column => 'taken',
  opening => 'reserve');
SELECT * FROM now_is;
SELECT upkeep.disable_stock('order_items');
-- what cannot be
SELECT * FROM failure('SELECT upkeep.enable_stock(''order_items'', ''products'', opening => ''all'')');
SELECT * FROM failure('SELECT upkeep.enable_stock(''order_items'', ''products'', opening => NULL)');
-- without orders: cancelling gives nothing back, which is told where there are any
SELECT fill();
UPDATE order_items SET taken = NULL;
SELECT upkeep.enable_stock('order_items', 'products');
SELECT * FROM now_is;
SELECT upkeep.disable_stock('order_items');
-- tenants, partitions, names that need quotes; more lines than one portion; lines of this very transaction
CREATE TABLE "Goods" (shop int, "Sku" text, "onHand" numeric(10,2), PRIMARY KEY (shop, "Sku"));
CREATE TABLE "Orders" (shop int, id int, "State" text, PRIMARY KEY (shop, id));
CREATE TABLE "Lines" (shop int, id int, "orderId" int, "Sku" text, "howMany" numeric(10,2), PRIMARY KEY (shop, id))
  PARTITION BY LIST (shop);
CREATE TABLE "Lines 1" PARTITION OF "Lines" FOR VALUES IN (1);
CREATE TABLE "Lines 2" ("Sku" text, id int NOT NULL, "orderId" int, "howMany" numeric(10,2), shop int NOT NULL);
ALTER TABLE "Lines" ATTACH PARTITION "Lines 2" FOR VALUES IN (2);
INSERT INTO "Goods" VALUES (1, 'a', 100000), (2, 'a', 100000);
INSERT INTO "Orders" VALUES (1, 1, 'cancelled'), (2, 1, 'pending'), (1, 2, 'pending');
BEGIN;
-- C++ edition {
SET TRANSACTION ISOLATION LEVEL REPEATABLE READ;
-- }
INSERT INTO "Lines" SELECT 1, i, 1 + i % 2, 'a', 0.5 FROM generate_series(1, 30000) i;
INSERT INTO "Lines" SELECT 2, i, 1, 'a', 1.5 FROM generate_series(1, 3) i;
SELECT upkeep.enable_stock('"Lines"', '"Goods"', stock_column => 'onHand', product_column => 'Sku',
  product_key => 'Sku', quantity_column => 'howMany', orders => '"Orders"',
  order_column => 'orderId', status_column => 'State', tenant_column => 'shop', opening => 'reserve');
COMMIT;
SELECT shop, "onHand" FROM "Goods" ORDER BY 1;
SELECT left(line, 2) AS shop, count(*), sum(quantity) FROM upkeep.stock_taken WHERE order_items = '"Lines"'::regclass
  GROUP BY 1 ORDER BY 1;
UPDATE "Orders" SET "State" = 'cancelled';
SELECT shop, "onHand" FROM "Goods" ORDER BY 1;
-- C++ edition {
-- by who owns all three, as their owner: row level security of his tables does not hide a line
CREATE SCHEMA his AUTHORIZATION regress_upkeep_owner;
SET ROLE regress_upkeep_owner;
CREATE TABLE his.products (id int PRIMARY KEY, stock_quantity int);
CREATE TABLE his.order_items (id int PRIMARY KEY, product_id int, quantity int);
INSERT INTO his.products VALUES (1, 10);
INSERT INTO his.order_items VALUES (1, 1, 4);
ALTER TABLE his.order_items ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
SELECT upkeep.enable_stock('his.order_items', 'his.products', opening => 'reserve');
TABLE his.products;
RESET ROLE;
SELECT line, product, quantity FROM upkeep.stock_taken WHERE order_items = 'his.order_items'::regclass;
DROP SCHEMA his CASCADE;
-- }

-- lines before their orders: an order that comes in released has taken nothing
CREATE TABLE late_orders (id int PRIMARY KEY, status text DEFAULT 'pending', total_amount numeric DEFAULT 0);
CREATE TABLE late_items (id int PRIMARY KEY, order_id int REFERENCES late_orders DEFERRABLE INITIALLY DEFERRED,
  product_id int, quantity int, price_snapshot numeric DEFAULT 2);
CREATE INDEX ON late_items (order_id);
CREATE VIEW late_now AS SELECT stock_quantity AS stock,
  (SELECT string_agg(id || ' ' || status || ' ' || total_amount, ', ' ORDER BY id) FROM opened.late_orders) AS orders,
  (SELECT string_agg(line || ' ' || quantity, ', ' ORDER BY line COLLATE "C") FROM upkeep.stock_taken
    WHERE order_items = 'opened.late_items'::regclass) AS remembered
  FROM opened.products WHERE id = 1;
UPDATE products SET stock_quantity = 100 WHERE id = 1;
SELECT upkeep.enable_stock('late_items', 'products', orders => 'late_orders'),
  upkeep.enable_order_totals('late_orders', 'late_items');
BEGIN;
INSERT INTO late_items VALUES (1, 1, 1, 2), (2, 2, 1, 3);
INSERT INTO late_orders VALUES (1, 'cancelled'), (2, 'pending');
COMMIT;
SELECT * FROM late_now;
-- COPY, MERGE, upserts, one statement for all; an order that is replaced
BEGIN;
INSERT INTO late_items VALUES (3, 3, 1, 5), (4, 4, 1, 7), (5, 5, 1, 11);
COPY late_orders (id, status) FROM stdin;
3	refunded
\.
MERGE INTO late_orders o USING (VALUES (4)) s (id) ON s.id = o.id
  WHEN NOT MATCHED THEN INSERT (id, status) VALUES (4, 'canceled');
INSERT INTO late_orders VALUES
  (5, 'cancelled'), (2, 'cancelled') ON CONFLICT (id) DO UPDATE SET status = excluded.status;
WITH i AS (INSERT INTO late_items VALUES (6, 6, 1, 13)) INSERT INTO late_orders VALUES (6, 'cancelled');
COMMIT;
SELECT * FROM late_now;
BEGIN;
DELETE FROM late_orders WHERE id IN (1, 2);
INSERT INTO late_orders VALUES (1, 'pending'), (2, 'cancelled');
COMMIT;
SELECT * FROM late_now;
SELECT * FROM upkeep.check_orders('late_orders', 'late_items');
-- a foreign key that is checked at once rules lines without an order out, until it is altered:
-- nothing is remembered of the rule
ALTER TABLE late_items ALTER CONSTRAINT late_items_order_id_fkey NOT DEFERRABLE;
INSERT INTO late_orders VALUES (10, 'cancelled');
ALTER TABLE late_items ALTER CONSTRAINT late_items_order_id_fkey DEFERRABLE INITIALLY DEFERRED;
BEGIN;
INSERT INTO late_items VALUES (11, 11, 1, 1);
INSERT INTO late_orders VALUES (11, 'cancelled');
COMMIT;
SELECT * FROM late_now;
-- a trigger of an earlier version does not follow new orders: check() says so where they can have lines
DROP TRIGGER zz_upkeep_stock_insert ON late_orders;
SELECT object, feature, finding FROM upkeep.check() WHERE object = 'late_orders'::regclass;
ALTER TABLE late_items ALTER CONSTRAINT late_items_order_id_fkey NOT DEFERRABLE;
SELECT object, feature, finding FROM upkeep.check() WHERE object = 'late_orders'::regclass;

-- no foreign key at all: the lines of a released order are still found
ALTER TABLE late_items DROP CONSTRAINT late_items_order_id_fkey;
SELECT upkeep.enable_stock('late_items', 'products', orders => 'late_orders');
INSERT INTO late_items VALUES (12, 12, 1, 1), (13, 13, 1, 1);
INSERT INTO late_orders VALUES (12, 'refunded'), (13, 'pending');
SELECT * FROM late_now;
DELETE FROM late_items WHERE id = 13;
-- a line that takes nothing is found, whatever the reason
BEGIN;
SET LOCAL upkeep.pause = 'stock';
INSERT INTO late_items VALUES (20, 1, 1, 6);
SET LOCAL upkeep.pause = '';
SELECT * FROM upkeep.check_orders('late_orders', 'late_items');
ROLLBACK;
-- a return that goes when what it gave is sold: the hint speaks of the return
UPDATE products SET stock_quantity = 0 WHERE id = 1;
INSERT INTO late_items VALUES (30, 1, 1, -4);
SELECT * FROM late_now;
INSERT INTO late_items VALUES (31, 1, 1, 3);
SELECT * FROM failure('DELETE FROM late_items WHERE id = 30');
SELECT * FROM failure('UPDATE late_items SET quantity = -1 WHERE id = 30');
SELECT * FROM failure('UPDATE late_items SET quantity = CASE id WHEN 30 THEN 0 ELSE 4 END WHERE id >= 30');
SELECT * FROM failure('INSERT INTO late_items VALUES (32, 1, 1, 3)');

-- enabled again with another memory, or another key of products: what lines have taken goes along
CREATE TABLE moved_products (id int PRIMARY KEY, code int UNIQUE, stock_quantity int);
CREATE TABLE moved_orders (id int PRIMARY KEY, status text DEFAULT 'pending');
CREATE TABLE moved_items (id int PRIMARY KEY, order_id int, product_id int, code int, quantity int, taken int);
SELECT upkeep.enable_stock('moved_items', 'moved_products', orders => 'moved_orders');
INSERT INTO moved_products VALUES (1, 10, 9);
INSERT INTO moved_orders VALUES (1), (2);
INSERT INTO moved_items VALUES (1, 1, 1, 10, 2), (2, 2, 1, 10, 3);
SELECT upkeep.enable_stock('moved_items', 'moved_products', orders => 'moved_orders', taken_column => 'taken');
SELECT id, taken FROM moved_items ORDER BY id;
SELECT line, product, quantity FROM upkeep.stock_taken WHERE order_items = 'moved_items'::regclass;
UPDATE moved_orders SET status = 'cancelled' WHERE id = 1;
SELECT stock_quantity FROM moved_products;
SELECT upkeep.enable_stock('moved_items', 'moved_products', orders => 'moved_orders');
SELECT line, product, quantity FROM upkeep.stock_taken WHERE order_items = 'moved_items'::regclass;
SELECT upkeep.enable_stock('moved_items', 'moved_products', orders => 'moved_orders', product_column => 'code',
  product_key => 'code');
SELECT line, product, quantity FROM upkeep.stock_taken WHERE order_items = 'moved_items'::regclass;
SELECT * FROM upkeep.check_orders('moved_orders', 'moved_items');
UPDATE moved_orders SET status = 'cancelled';
SELECT stock_quantity FROM moved_products;
-- disabled in between too: nothing is taken twice
UPDATE moved_orders SET status = 'pending';
SELECT upkeep.disable_stock('moved_items');
SELECT upkeep.enable_stock('moved_items', 'moved_products', orders => 'moved_orders', taken_column => 'taken',
  opening => 'reserve');
SELECT stock_quantity FROM moved_products;
SELECT id, taken FROM moved_items ORDER BY id;
SELECT * FROM upkeep.stock_taken WHERE order_items = 'moved_items'::regclass;
SET client_min_messages = warning;
DROP SCHEMA opened CASCADE;
