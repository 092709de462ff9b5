-- order_snapshots: return lines, which name the line they give back.
CREATE SCHEMA returns;
SET search_path = returns, public;
\set SHOW_CONTEXT never
CREATE TABLE products (id int PRIMARY KEY, name text, price numeric(10,2), active boolean DEFAULT true,
  stock_quantity int);
INSERT INTO products VALUES (1, 'Mug', 12, true, 10), (2, 'Pen', 1.50, true, 10), (3, 'Hat', 20, true, 10);
CREATE TABLE orders (id int PRIMARY KEY, status text DEFAULT 'open', currency char(3) DEFAULT 'EUR',
  total_amount numeric(10,2));
CREATE TABLE order_items (id int PRIMARY KEY, order_id int REFERENCES orders, product_id int REFERENCES products
  ON DELETE SET NULL, quantity int DEFAULT 1, returns_item_id int, discount numeric(10,2) DEFAULT 0, currency char(3),
  price_snapshot numeric(10,2) NOT NULL DEFAULT NULL, product_snapshot jsonb NOT NULL DEFAULT NULL);
INSERT INTO orders VALUES (1), (2);

-- each return would read all lines without an index
SELECT upkeep.enable_order_snapshots('order_items', 'products', active_column => 'active',
  returns_column => 'returns_item_id');
CREATE INDEX ON order_items (returns_item_id) WHERE returns_item_id IS NOT NULL;
SET client_min_messages = warning;
SELECT upkeep.enable_order_snapshots('order_items', 'products', active_column => 'active',
  returns_column => 'returns_item_id');
SELECT upkeep.enable_order_totals('orders', 'order_items', line_formula => 'price_snapshot * quantity - discount');
SELECT upkeep.enable_stock('order_items', 'products');
RESET client_min_messages;
SELECT triggers FROM upkeep.managed WHERE object = 'order_items'::regclass AND feature = 'order_snapshots';

-- a mug is sold at 12, and returned for that when it is at 14
INSERT INTO order_items (id, order_id, product_id, quantity) VALUES (1, 1, 1, 3), (2, 1, 2, 2);
UPDATE products SET price = 14, name = 'Mug, large', active = false WHERE id = 1;
INSERT INTO order_items (id, order_id, quantity, returns_item_id) VALUES (3, 2, -1, 1)
  RETURNING product_id, price_snapshot, product_snapshot;
SELECT total_amount FROM orders WHERE id = 2;
SELECT stock_quantity FROM products WHERE id = 1;
INSERT INTO order_items (id, order_id, product_id, quantity, returns_item_id, price_snapshot, product_snapshot)
  VALUES (4, 2, 1, -1, 1, 12.0, '{"name": "forged"}') RETURNING price_snapshot, product_snapshot;
DELETE FROM order_items WHERE id = 4;

-- what is no return of that line
SELECT * FROM failure('INSERT INTO order_items (id, order_id, quantity, returns_item_id) VALUES (5, 2, 1, 1)');
SELECT * FROM failure('INSERT INTO order_items (id, order_id, quantity, returns_item_id) VALUES (5, 2, 0, 1)');
SELECT * FROM failure('INSERT INTO order_items (id, order_id, quantity, returns_item_id) VALUES (5, 2, NULL, 1)');
SELECT * FROM failure('INSERT INTO order_items (id, order_id, quantity, returns_item_id) VALUES (5, 2, -1, 99)');
SELECT * FROM failure('INSERT INTO order_items (id, order_id, product_id, quantity, returns_item_id)
  VALUES (5, 2, 2, -1, 1)');
SELECT * FROM failure('INSERT INTO order_items (id, order_id, quantity, returns_item_id, price_snapshot)
  VALUES (5, 2, -1, 1, 14)');
-- too many pieces, in one row, in several, beside those that came back before, of a return
SELECT * FROM failure('INSERT INTO order_items (id, order_id, quantity, returns_item_id) VALUES (5, 2, -3, 1)');
SELECT * FROM failure('INSERT INTO order_items (id, order_id, quantity, returns_item_id)
  VALUES (5, 2, -1, 1), (6, 2, -1, 1), (7, 2, -1, 2), (8, 2, -1, 1)');
SELECT * FROM failure('INSERT INTO order_items (id, order_id, quantity, returns_item_id) VALUES (5, 2, -1, 3)');
-- one less
INSERT INTO order_items (id, order_id, quantity, returns_item_id) VALUES (5, 2, -1, 1), (7, 2, -1, 2), (8, 2, -1, 1);
SELECT total_amount FROM orders WHERE id = 2;
DELETE FROM order_items WHERE id IN (5, 7, 8);

-- the quantity of a return: more, too many, fewer, none
UPDATE order_items SET quantity = -3 WHERE id = 3;
SELECT * FROM failure('UPDATE order_items SET quantity = -4 WHERE id = 3');
UPDATE order_items SET quantity = -2 WHERE id = 3;
SELECT * FROM failure('UPDATE order_items SET quantity = 0 WHERE id = 3');
-- which line it returns stays
SELECT * FROM failure('UPDATE order_items SET returns_item_id = 2 WHERE id = 3');
SELECT * FROM failure('UPDATE order_items SET returns_item_id = NULL WHERE id = 3');
SELECT * FROM failure('UPDATE order_items SET returns_item_id = 2 WHERE id = 1');
UPDATE order_items SET returns_item_id = 1 WHERE id = 3;

-- the line that was returned keeps as many pieces, and stays
SELECT * FROM failure('UPDATE order_items SET quantity = 1 WHERE id = 1');
UPDATE order_items SET quantity = 2 WHERE id = 1;
SELECT * FROM failure('UPDATE order_items SET id = 100 WHERE id = 1');
SELECT * FROM failure('DELETE FROM order_items WHERE id = 1');
UPDATE order_items SET quantity = 3 WHERE id = 1;
BEGIN;
DELETE FROM order_items WHERE id IN (1, 3);
ROLLBACK;

-- upsert, MERGE, COPY; a line and its return in one statement
INSERT INTO order_items (id, order_id, quantity, returns_item_id) VALUES (3, 2, -1, 1)
  ON CONFLICT (id) DO UPDATE SET quantity = -3;
INSERT INTO order_items (id, order_id, quantity, returns_item_id) VALUES (3, 2, -1, 1) ON CONFLICT DO NOTHING;
SELECT state, detail FROM failure('INSERT INTO order_items (id, order_id, quantity, returns_item_id)
  VALUES (3, 2, -1, 1) ON CONFLICT (id) DO UPDATE SET quantity = order_items.quantity - 1');
SELECT state, detail FROM failure('MERGE INTO order_items i USING (VALUES (3), (9)) s(id) ON i.id = s.id
  WHEN MATCHED THEN UPDATE SET quantity = -2
  WHEN NOT MATCHED THEN INSERT (id, order_id, quantity, returns_item_id) VALUES (s.id, 2, -2, 1)');
MERGE INTO order_items i USING (VALUES (3), (9)) s(id) ON i.id = s.id
  WHEN MATCHED THEN UPDATE SET quantity = -2
  WHEN NOT MATCHED THEN INSERT (id, order_id, quantity, returns_item_id) VALUES (s.id, 2, -1, 1);
COPY order_items (id, order_id, product_id, quantity, returns_item_id) FROM stdin;
20	1	3	2	\N
21	2	\N	-1	20
22	2	3	-1	20
\.
SELECT id, product_id, price_snapshot FROM order_items WHERE id >= 20 ORDER BY id;
COPY order_items (id, order_id, quantity, returns_item_id) FROM stdin;
23	2	-1	20
\.
INSERT INTO order_items (id, order_id, product_id, quantity, returns_item_id)
  VALUES (30, 1, 3, 1, NULL), (31, 2, NULL, -1, 30);
SELECT stock_quantity FROM products ORDER BY id;
SELECT * FROM upkeep.check_orders('orders', 'order_items');

-- the product may be gone
DELETE FROM order_items WHERE id = 31;
DELETE FROM products WHERE id = 3;
INSERT INTO order_items (id, order_id, quantity, returns_item_id) VALUES (31, 2, -1, 30)
  RETURNING product_id, price_snapshot, product_snapshot;
SELECT * FROM failure('INSERT INTO order_items (id, order_id, product_id, quantity, returns_item_id)
  VALUES (32, 2, 2, -1, 30)');
-- a line of no product
INSERT INTO order_items VALUES (40, 1, NULL, 1, NULL, 0, NULL, 3, '{"name": "wrapping"}');
INSERT INTO order_items (id, order_id, quantity, returns_item_id) VALUES (41, 2, -1, 40)
  RETURNING price_snapshot, product_snapshot;
SELECT * FROM failure('INSERT INTO order_items (id, order_id, quantity, returns_item_id, price_snapshot)
  VALUES (42, 2, -1, 40, 4)');
-- a negative quantity that names no line
INSERT INTO order_items (id, order_id, product_id, quantity) VALUES (50, 2, 2, -7) RETURNING price_snapshot;

-- a statement in an error, in a savepoint, in a function
BEGIN;
SAVEPOINT before;
DELETE FROM order_items WHERE id = 3;
INSERT INTO order_items (id, order_id, quantity, returns_item_id) VALUES (60, 2, -2, 1);
ROLLBACK TO before;
SELECT state FROM failure('INSERT INTO order_items (id, order_id, quantity, returns_item_id) VALUES (60, 2, -2, 1)');
COMMIT;

-- paused, and what check_orders says
BEGIN;
SET LOCAL upkeep.pause = 'order_snapshots';
UPDATE order_items SET quantity = -9 WHERE id = 3;
INSERT INTO order_items VALUES (61, 2, 2, -1, 99, 0, NULL, 1, '{}');
COMMIT;
SELECT * FROM upkeep.check_orders('orders', 'order_items');
UPDATE order_items SET quantity = -2 WHERE id = 3;
DELETE FROM order_items WHERE id = 61;
SELECT * FROM upkeep.check_orders('orders', 'order_items');

-- enforce and fill
SET client_min_messages = warning;
SELECT upkeep.enable_order_snapshots('order_items', 'products', returns_column => 'returns_item_id',
  mode => 'enforce');
UPDATE order_items SET quantity = -1 WHERE id = 3;
INSERT INTO order_items (id, order_id, quantity, returns_item_id, price_snapshot) VALUES (70, 2, -1, 1, 14)
  RETURNING price_snapshot;
DELETE FROM order_items WHERE id = 70;
SELECT upkeep.enable_order_snapshots('order_items', 'products', returns_column => 'returns_item_id', mode => 'fill');
INSERT INTO order_items (id, order_id, quantity, returns_item_id, price_snapshot) VALUES (70, 2, -1, 1, 11)
  RETURNING price_snapshot, product_snapshot;
SELECT state FROM failure('INSERT INTO order_items (id, order_id, quantity, returns_item_id, price_snapshot)
  VALUES (71, 2, -1, 1, ''NaN'')');
DELETE FROM order_items WHERE id = 70;

-- currency: that of the line, or of its order, also where that is written in the same statement
SELECT upkeep.enable_order_totals('orders', 'order_items', currency_column => 'currency');
INSERT INTO orders VALUES (3, 'open', 'USD'), (4, 'open', 'EUR');
SELECT * FROM failure('INSERT INTO order_items (id, order_id, quantity, returns_item_id) VALUES (80, 3, -1, 1)');
INSERT INTO order_items (id, order_id, quantity, returns_item_id) VALUES (80, 4, -1, 1) RETURNING currency;
SELECT * FROM failure('WITH o AS (INSERT INTO orders VALUES (5, ''open'', ''USD'') RETURNING id)
  INSERT INTO order_items (id, order_id, quantity, returns_item_id) SELECT 81, id, -1, 1 FROM o');
RESET client_min_messages;

-- a foreign key says the same of lines that are deleted
DELETE FROM order_items WHERE id = 80;
ALTER TABLE order_items ADD FOREIGN KEY (returns_item_id) REFERENCES order_items ON DELETE SET NULL;
SELECT * FROM failure('DELETE FROM order_items WHERE id = 1');
DELETE FROM order_items WHERE id = 50;

-- C++ edition {
-- renamed columns are followed, quoted ones too
SELECT upkeep.enable_guard(schemas => '{returns}');
ALTER TABLE order_items RENAME returns_item_id TO "Gives, back";
ALTER TABLE order_items RENAME quantity TO "Pieces";
ALTER TABLE order_items RENAME id TO "Line";
INSERT INTO order_items ("Line", order_id, "Pieces", "Gives, back") VALUES (90, 2, -1, 1) RETURNING price_snapshot;
SELECT * FROM failure('INSERT INTO order_items ("Line", order_id, "Pieces", "Gives, back") VALUES (91, 2, -2, 1)');
SELECT options FROM upkeep.managed
  WHERE object = 'order_items'::regclass AND feature = 'order_snapshots';
SELECT upkeep.disable_guard();

-- }
-- without the column again: no statement triggers
SET client_min_messages = warning;
SELECT upkeep.enable_order_snapshots('order_items', 'products');
SELECT triggers FROM upkeep.managed WHERE object = 'order_items'::regclass AND feature = 'order_snapshots';
RESET client_min_messages;

-- what cannot be enabled
CREATE TABLE odd (id int, shop int, quantity text, returns int, note text, product_id int, price_snapshot numeric,
  product_snapshot jsonb);
SELECT * FROM failure($$SELECT upkeep.enable_order_snapshots('odd', 'products', returns_column => 'returned')$$);
SELECT * FROM failure($$SELECT upkeep.enable_order_snapshots('odd', 'products', returns_column => 'returns',
  quantity_column => 'pieces')$$);
SELECT * FROM failure($$SELECT upkeep.enable_order_snapshots('odd', 'products', returns_column => 'returns')$$);
ALTER TABLE odd ALTER quantity TYPE numeric USING 1;
SELECT * FROM failure($$SELECT upkeep.enable_order_snapshots('odd', 'products', returns_column => 'returns')$$);
ALTER TABLE odd ADD PRIMARY KEY (shop, id);
SELECT * FROM failure($$SELECT upkeep.enable_order_snapshots('odd', 'products', returns_column => 'returns')$$);
ALTER TABLE odd DROP CONSTRAINT odd_pkey, ADD PRIMARY KEY (id) DEFERRABLE;
SELECT * FROM failure($$SELECT upkeep.enable_order_snapshots('odd', 'products', returns_column => 'returns')$$);
ALTER TABLE odd DROP CONSTRAINT odd_pkey, ADD PRIMARY KEY (id);
SELECT * FROM failure($$SELECT upkeep.enable_order_snapshots('odd', 'products', returns_column => 'note')$$);

-- the key is dropped later
CREATE INDEX ON odd (returns);
SET client_min_messages = warning;
SELECT upkeep.enable_order_snapshots('odd', 'products', returns_column => 'returns');
INSERT INTO odd (shop, id, product_id, quantity) VALUES (1, 1, 2, 2.5);
INSERT INTO odd (shop, id, quantity, returns) VALUES (1, 2, -1.25, 1) RETURNING price_snapshot;
SELECT state, detail FROM failure('INSERT INTO odd (shop, id, quantity, returns) VALUES (1, 3, -1.26, 1)');
ALTER TABLE odd DROP CONSTRAINT odd_pkey;
INSERT INTO odd (shop, id, product_id, quantity) VALUES (1, 3, 2, 1);
SELECT * FROM failure('INSERT INTO odd (shop, id, quantity, returns) VALUES (1, 4, -1, 1)');
SELECT finding, hint FROM upkeep.check() WHERE object = 'odd'::regclass;
ALTER TABLE odd ADD PRIMARY KEY (id);
DROP TRIGGER zz_upkeep_order_line_update ON odd;
SELECT finding FROM upkeep.check() WHERE object = 'odd'::regclass;
RESET client_min_messages;
DROP TABLE odd;

-- tenants, partitions with their columns in another order, a shopper without rights, row security, a hostile
-- search_path
CREATE TABLE goods (shop int, id int, name text, price numeric(10,2), PRIMARY KEY (shop, id));
INSERT INTO goods VALUES (1, 1, 'one', 1), (2, 1, 'two', 2);
CREATE TABLE sales (shop int, id int, PRIMARY KEY (shop, id));
INSERT INTO sales VALUES (1, 1), (2, 1);
CREATE TABLE "Sold Lines" (shop int, "Id" bigint, "order" int, product_id int, "Qty" numeric(8,2), "of, line" int,
  price_snapshot numeric(10,2), product_snapshot json, PRIMARY KEY ("Id", shop)) PARTITION BY LIST (shop);
CREATE TABLE lines_1 PARTITION OF "Sold Lines" FOR VALUES IN (1);
CREATE TABLE lines_2 ("of, line" int, gone text, product_snapshot json, price_snapshot numeric(10,2),
  "Qty" numeric(8,2), product_id int, "order" int, "Id" bigint NOT NULL, shop int NOT NULL);
ALTER TABLE lines_2 DROP COLUMN gone;
ALTER TABLE "Sold Lines" ATTACH PARTITION lines_2 FOR VALUES IN (2);
CREATE INDEX ON "Sold Lines" (shop, "of, line");
SET client_min_messages = warning;
SELECT upkeep.enable_order_snapshots('"Sold Lines"', 'goods', order_column => 'order', tenant_column => 'shop',
  returns_column => 'of, line', quantity_column => 'Qty');
SELECT object, triggers FROM upkeep.managed
  WHERE object IN ('"Sold Lines"'::regclass, 'lines_1'::regclass, 'lines_2'::regclass) ORDER BY object::text;
RESET client_min_messages;
INSERT INTO "Sold Lines" VALUES (1, 7, 1, 1, 2.5), (2, 7, 1, 1, 3), (2, 8, 1, 1, 1);
UPDATE goods SET price = price + 10;
INSERT INTO "Sold Lines" VALUES (1, 10, 1, NULL, -1, 7), (2, 10, 1, NULL, -1, 7)
  RETURNING shop, product_id, price_snapshot, product_snapshot ->> 'price' AS price;
SELECT f.state, f.detail FROM unnest(ARRAY['1, 11, 1, NULL, -2, 7', '2, 11, 1, NULL, -2.01, 7', '1, 11, 1, NULL, -1, 8',
  'NULL, 11, 1, NULL, -1, 7']) v, failure('INSERT INTO "Sold Lines" VALUES (' || v || ')') f;
-- aimed at a partition
INSERT INTO lines_2 (shop, "Id", "order", "Qty", "of, line") VALUES (2, 11, 1, -1.5, 7) RETURNING price_snapshot;
SELECT f.state, f.detail FROM unnest(ARRAY['INSERT INTO lines_2 (shop, "Id", "Qty", "of, line") VALUES (2, 12, -1, 7)',
  'INSERT INTO "Sold Lines" VALUES (1, 13, 1, NULL, -1, 7), (1, 14, 1, NULL, -1, 7), (2, 13, 1, NULL, -1, 8)',
  'UPDATE lines_2 SET "Qty" = -2 WHERE "Id" = 11', 'UPDATE "Sold Lines" SET "Qty" = 2 WHERE "Id" = 7',
  'DELETE FROM lines_1 WHERE "Id" = 7']) s, failure(s) f;
GRANT USAGE ON SCHEMA returns TO regress_upkeep_other;
GRANT INSERT ON "Sold Lines" TO regress_upkeep_other;
ALTER TABLE "Sold Lines" ENABLE ROW LEVEL SECURITY;
CREATE POLICY writing ON "Sold Lines" FOR INSERT WITH CHECK (true);
SET ROLE regress_upkeep_other;
CREATE FUNCTION pg_temp.forged(numeric, int) RETURNS bool LANGUAGE sql AS 'SELECT false';
CREATE OPERATOR pg_temp.< (FUNCTION = pg_temp.forged, LEFTARG = numeric, RIGHTARG = int);
SET search_path = pg_temp, returns, pg_catalog;
SELECT state, message, detail FROM public.failure('INSERT INTO "Sold Lines" VALUES (1, 20, 1, NULL, -1.51, 7)');
INSERT INTO "Sold Lines" VALUES (1, 20, 1, NULL, -1.5, 7);
SELECT state FROM public.failure('SELECT * FROM "Sold Lines"');
RESET ROLE;
SET search_path = returns, public;
SELECT shop, "Id", product_id, "Qty", price_snapshot FROM "Sold Lines" ORDER BY 1, 2;
SELECT * FROM upkeep.check_orders('sales', '"Sold Lines"');
SET client_min_messages = warning;
DROP SCHEMA returns CASCADE;
