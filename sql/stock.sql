-- stock: lines take from their products and give back.
CREATE SCHEMA stocked;
SET search_path = stocked, public;
SET timezone = 'UTC';
CREATE TABLE products (id int PRIMARY KEY, name text, stock_quantity int, writes int DEFAULT 0);
CREATE TABLE orders (id int PRIMARY KEY, status text DEFAULT 'pending', note text);
CREATE TABLE order_items (id int PRIMARY KEY, order_id int REFERENCES orders ON DELETE CASCADE,
  product_id int REFERENCES products ON DELETE SET NULL, quantity int, note text);
INSERT INTO products VALUES (1, 'one', 10), (2, 'two', 5), (3, 'unlimited', NULL), (4, 'four', 100);
INSERT INTO orders VALUES (1, 'pending'), (2, 'pending'), (3, 'cancelled');
CREATE FUNCTION count_writes() RETURNS trigger LANGUAGE plpgsql
  AS $$ BEGIN NEW.writes := OLD.writes + 1; RETURN NEW; END $$;
CREATE TRIGGER count_writes BEFORE UPDATE OF stock_quantity ON products FOR EACH ROW EXECUTE FUNCTION count_writes();
SELECT upkeep.enable_stock('order_items', 'products', orders => 'orders');
SELECT object, feature, options, triggers FROM upkeep.managed WHERE feature = 'stock' ORDER BY 1, 4;

-- stock now, and what the lines say they have taken
CREATE FUNCTION now_is(OUT stock text, OUT taken text) LANGUAGE sql AS $$
  SELECT (SELECT string_agg(id || ':' || coalesce(stock_quantity::text, '-'), ' ' ORDER BY id) FROM stocked.products),
    (SELECT string_agg(line || '→' || product || ' ' || quantity, ', ' ORDER BY line COLLATE "C")
      FROM upkeep.stock_taken WHERE order_items = 'stocked.order_items'::regclass) $$;

-- the same product on two lines; unlimited; a released order; no product, no quantity
INSERT INTO order_items VALUES (1, 1, 1, 2), (2, 1, 1, 3), (3, 1, 2, 1), (4, 1, 3, 1000), (5, 3, 1, 4), (6, 1, NULL, 7),
  (7, 1, 1, NULL), (8, NULL, 4, 1);
SELECT * FROM now_is();
-- all that are short, in one error; nothing is left behind
SELECT * FROM failure('INSERT INTO order_items VALUES (10, 1, 1, 3), (11, 1, 1, 3), (12, 1, 2, 5), (13, 1, 4, 1)');
SELECT * FROM failure('UPDATE order_items SET quantity = 8 WHERE id = 1');
SELECT * FROM now_is();
-- quantity, product, both; what does not count costs nothing
UPDATE order_items SET quantity = quantity + 1 WHERE id IN (1, 2);
UPDATE order_items SET product_id = 2, quantity = 2 WHERE id = 1;
UPDATE order_items SET product_id = CASE product_id WHEN 1 THEN 4 ELSE 1 END WHERE id IN (2, 3);
SELECT * FROM now_is();
SELECT sum(writes) AS writes FROM products \gset
UPDATE order_items SET note = 'n', quantity = quantity;
UPDATE orders SET note = 'n', status = status;
SELECT sum(writes) - :writes AS writes FROM products;
-- deleting gives back what was taken, not the quantity
UPDATE order_items SET product_id = 1, quantity = 2 WHERE id = 4;
SELECT * FROM now_is();
SELECT upkeep.disable_stock('order_items');
UPDATE order_items SET quantity = 3 WHERE id = 4;
SELECT upkeep.enable_stock('order_items', 'products', orders => 'orders');
DELETE FROM order_items WHERE id = 4;
SELECT * FROM now_is();

-- cancel, cancel again, un-cancel; a webhook that comes twice
UPDATE orders SET status = 'paid' WHERE id = 1;
UPDATE orders SET status = 'paid' WHERE id = 1;
SELECT * FROM now_is();
UPDATE orders SET status = 'cancelled' WHERE id = 1;
UPDATE orders SET status = 'cancelled' WHERE id = 1;
UPDATE orders SET status = 'refunded' WHERE id = 1;
SELECT * FROM now_is();
INSERT INTO order_items VALUES (20, 1, 4, 10);
DELETE FROM order_items WHERE id = 20;
UPDATE orders SET status = 'paid' WHERE id = 1;
SELECT * FROM now_is();
UPDATE orders SET status = 'cancelled';
SELECT * FROM now_is();
UPDATE products SET stock_quantity = 1 WHERE id = 2;
SELECT * FROM failure('UPDATE orders SET status = ''paid'' WHERE id IN (1, 3)');
UPDATE products SET stock_quantity = 5 WHERE id = 2;
UPDATE orders SET status = 'paid' WHERE id = 1;
SELECT * FROM now_is();
-- a line that moves between orders
UPDATE order_items SET order_id = 3 WHERE id = 1;
UPDATE order_items SET order_id = 1 WHERE id IN (1, 5);
SELECT * FROM now_is();
-- new keys, also exchanged ones
UPDATE order_items SET id = id + 100 WHERE id = 1;
UPDATE orders SET id = 9 WHERE id = 2;
SELECT * FROM now_is();
-- a savepoint
BEGIN;
SAVEPOINT a;
DELETE FROM order_items;
SELECT * FROM now_is();
ROLLBACK TO a;
SELECT * FROM now_is();
COMMIT;
-- a product that goes; CASCADE
DELETE FROM products WHERE id = 4;
SELECT * FROM now_is();
DELETE FROM order_items WHERE id = 2;
BEGIN;
DELETE FROM orders WHERE id = 1;
SELECT * FROM now_is();
ROLLBACK;
-- upsert, MERGE, COPY, CTE
INSERT INTO order_items VALUES
  (101, 1, 2, 1), (30, 1, 2, 1) ON CONFLICT (id) DO UPDATE SET quantity = order_items.quantity + excluded.quantity;
SELECT * FROM now_is();
MERGE INTO order_items USING (VALUES (101, 1), (31, 1), (30, 0)) s (id, n) ON s.id = order_items.id
  WHEN MATCHED AND s.n = 0 THEN DELETE WHEN MATCHED THEN UPDATE SET quantity = s.n
  WHEN NOT MATCHED THEN INSERT VALUES (s.id, 1, 2, s.n);
COPY order_items (id, order_id, product_id, quantity) FROM stdin;
40	1	2	1
41	1	2	1
\.
SELECT * FROM now_is();
WITH o AS (INSERT INTO orders VALUES (50) RETURNING id) INSERT INTO order_items SELECT 50, o.id, 2, 1 FROM o;
WITH gone AS (DELETE FROM order_items WHERE id = 50 RETURNING *) INSERT INTO order_items
  SELECT 51, order_id, product_id, quantity FROM gone;
WITH a AS (DELETE FROM order_items WHERE id = 40),
  b AS (UPDATE order_items SET product_id = 1 WHERE id = 41) INSERT INTO order_items VALUES (42, 1, 1, 1);
SELECT * FROM now_is();
-- a trigger of somebody else that sorts before ours
CREATE FUNCTION one_more() RETURNS trigger LANGUAGE plpgsql
  AS $$ BEGIN UPDATE stocked.order_items SET quantity = quantity + 1 WHERE id = 60;
    DELETE FROM stocked.order_items WHERE id = 61; RETURN NULL; END $$;
CREATE TRIGGER a_first AFTER INSERT ON order_items FOR EACH STATEMENT EXECUTE FUNCTION one_more();
INSERT INTO order_items VALUES (60, 50, 1, 1), (61, 50, 1, 1);
DROP TRIGGER a_first ON order_items;
SELECT * FROM now_is();
-- pause; TRUNCATE; a table that is dropped
BEGIN;
SET LOCAL upkeep.pause = 'stock';
INSERT INTO order_items VALUES (70, 50, 1, 1000);
DELETE FROM order_items WHERE id = 70;
SELECT * FROM now_is();
COMMIT;
BEGIN;
TRUNCATE orders CASCADE;
SELECT * FROM now_is();
ROLLBACK;
BEGIN;
DROP TABLE order_items;
-- C++ edition {
SELECT count(*) FROM upkeep.stock_taken;
-- }
ROLLBACK;
SELECT count(*) > 0 AS remembered FROM upkeep.stock_taken;
-- disable, enable again: what was taken is not taken twice
SELECT upkeep.disable_stock('order_items', 'products'), upkeep.disable_stock('order_items');
SELECT upkeep.enable_stock('order_items', 'products', orders => 'orders');
UPDATE order_items SET quantity = quantity + 1 WHERE id = 60;
UPDATE orders SET status = 'cancelled' WHERE id = 50;
SELECT * FROM now_is();
-- without orders the status does not count; the trigger of the orders goes
SELECT upkeep.enable_stock('order_items', 'products');
SELECT count(*) FROM upkeep.managed WHERE object = 'orders'::regclass;
-- what does not fit
UPDATE products SET stock_quantity = 2147483647 WHERE id = 1;
SELECT * FROM failure('DELETE FROM order_items WHERE product_id = 1');
UPDATE products SET stock_quantity = 0 WHERE id = 1;
DELETE FROM order_items;
SELECT * FROM now_is();

-- what a line has taken in a column of its own; fractions; keys of text with a tenant; names that need quotes
CREATE TABLE "Goods" (shop int, "Sku, x" text COLLATE "C", left_over numeric(10,3), PRIMARY KEY (shop, "Sku, x"));
CREATE TABLE "Orders" (shop int, id bigint, "State" varchar(20), PRIMARY KEY (shop, id));
CREATE TABLE "Lines" (gone int, shop bigint, line_no int, sku varchar(20), weight numeric(8,2), order_no int,
  taken numeric(8,2), at timestamptz DEFAULT now(), PRIMARY KEY (shop, line_no));
ALTER TABLE "Lines" DROP COLUMN gone;
INSERT INTO "Goods" VALUES (1, 'a', 10), (2, 'a', 10), (1, 'it''s "b"', 10.125);
INSERT INTO "Orders" VALUES (1, 1, 'new'), (2, 1, 'new');
SELECT upkeep.enable_stock('"Lines"', '"Goods"', stock_column => 'left_over', product_column => 'sku',
  product_key => 'Sku, x', quantity_column => 'weight', orders => '"Orders"',
  order_column => 'order_no', status_column => 'State', released => '{"Sent, back",gone}', taken_column => 'taken',
  tenant_column => 'shop');
SELECT DISTINCT options FROM upkeep.managed WHERE object = '"Lines"'::regclass;
CREATE VIEW goods_now AS SELECT (SELECT string_agg(shop || "Sku, x" || ' ' || left_over, ', ' ORDER BY shop, "Sku, x")
  FROM stocked."Goods") AS stock,
  (SELECT string_agg(shop || '/' || line_no || ' ' || coalesce(taken::text, 'NULL'), ', ' ORDER BY shop, line_no)
    FROM stocked."Lines") AS taken;
INSERT INTO "Lines" VALUES (1, 1, 'a', 1.25, 1, NULL), (1, 2, 'it''s "b"', 0.5, 1, NULL), (2, 1, 'a', 3, 1, 99);
SELECT * FROM goods_now;
UPDATE "Lines" SET weight = weight * 2, taken = 0;
UPDATE "Lines" SET taken = 77;
SELECT * FROM goods_now;
SELECT * FROM failure('UPDATE "Lines" SET weight = 20');
SELECT * FROM failure('UPDATE "Lines" SET weight = ''NaN'' WHERE shop = 2');
UPDATE "Lines" SET line_no = line_no + 10 WHERE shop = 1;
UPDATE "Lines" SET sku = 'a' WHERE shop = 1;
SELECT * FROM goods_now;
UPDATE "Orders" SET "State" = 'Sent, back' WHERE shop = 1;
SELECT * FROM goods_now;
UPDATE "Orders" SET "State" = 'gone';
UPDATE "Orders" SET "State" = 'new' WHERE shop = 1;
SELECT * FROM goods_now;
DELETE FROM "Lines" WHERE line_no = 11;
SELECT * FROM goods_now;
BEGIN;
TRUNCATE "Lines";
SELECT * FROM goods_now;
ROLLBACK;
SELECT * FROM upkeep.check_orders('"Orders"', '"Lines"');
BEGIN;
SET LOCAL upkeep.pause = 'stock';
UPDATE "Lines" SET taken = 5 WHERE shop = 1;
UPDATE "Orders" SET "State" = 'gone' WHERE shop = 1;
INSERT INTO "Lines" VALUES (2, 7, 'a', 3, 1, 2);
UPDATE "Orders" SET "State" = 'new' WHERE shop = 2;
UPDATE "Goods" SET left_over = -1 WHERE shop = 2;
SELECT * FROM upkeep.check_orders('"Orders"', '"Lines"');
ROLLBACK;

-- partitions, one with its columns in another order; what is aimed at a partition counts; a new one too
CREATE TABLE parts (id int, at timestamptz, order_id int, product_id int, quantity int, PRIMARY KEY (id, at))
  PARTITION BY RANGE (at);
CREATE TABLE parts_1 (quantity int, gone int, product_id int, order_id int, at timestamptz NOT NULL, id int NOT NULL);
ALTER TABLE parts_1 DROP COLUMN gone;
ALTER TABLE parts ATTACH PARTITION parts_1 FOR VALUES FROM ('2026-01-01') TO ('2026-02-01');
CREATE TABLE parts_2 PARTITION OF parts FOR VALUES FROM ('2026-02-01') TO ('2026-03-01');
UPDATE products SET stock_quantity = 100, writes = 0;
UPDATE orders SET status = 'pending';
SELECT upkeep.enable_stock('parts', 'products', orders => 'orders');
CREATE VIEW parts_now
  AS SELECT (SELECT string_agg(id || ':' || stock_quantity, ' ' ORDER BY id) FROM stocked.products) AS stock,
  (SELECT string_agg(line || ' ' || quantity, ', ' ORDER BY line COLLATE "C") FROM upkeep.stock_taken
    WHERE order_items = 'stocked.parts'::regclass) AS taken;
SET timezone = 'Asia/Tokyo';
INSERT INTO parts VALUES (1, '2026-01-05Z', 1, 1, 1), (2, '2026-02-05Z', 1, 2, 2);
SET timezone = 'UTC';
INSERT INTO parts_2 VALUES (3, '2026-02-06', 1, 1, 3);
SELECT * FROM parts_now;
UPDATE parts SET quantity = quantity + 1;
UPDATE parts_1 SET quantity = quantity + 1;
UPDATE parts SET at = at + interval '1 month' WHERE id = 1;
SELECT * FROM parts_now;
DELETE FROM parts_2 WHERE id = 1;
INSERT INTO parts VALUES (4, '2026-01-05', 1, 1, 7);
CREATE TABLE parts_3 PARTITION OF parts FOR VALUES FROM ('2026-03-01') TO ('2026-04-01');
SELECT upkeep.enable_stock('parts', 'products', orders => 'orders');
INSERT INTO parts_3 VALUES (5, '2026-03-05', 1, 1, 1);
UPDATE orders SET status = 'cancelled' WHERE id = 1;
UPDATE orders SET status = 'pending' WHERE id = 1;
SELECT * FROM parts_now;
BEGIN;
TRUNCATE parts_1;
SELECT * FROM parts_now;
TRUNCATE parts;
SELECT * FROM parts_now;
ROLLBACK;
SELECT upkeep.disable_stock('parts');
SELECT count(*) FROM upkeep.managed WHERE feature = 'stock' AND object::text LIKE 'parts%';

-- a line that loses its product keeps what it has taken: until it goes or its order is released,
-- where that is remembered
CREATE TABLE lost_products (id int PRIMARY KEY, stock_quantity int);
CREATE TABLE lost_items (id int PRIMARY KEY, order_id int, product_id int REFERENCES lost_products ON DELETE SET NULL,
  quantity int, taken int);
CREATE VIEW lost_now
  AS SELECT (SELECT string_agg(id || ':' || stock_quantity, ' ' ORDER BY id) FROM stocked.lost_products) AS stock,
  (SELECT string_agg(line || '→' || product || ' ' || quantity, ', ' ORDER BY line COLLATE "C") FROM upkeep.stock_taken
    WHERE order_items = 'stocked.lost_items'::regclass) AS remembered,
  (SELECT string_agg(id || ' ' || coalesce(taken::text, 'NULL'), ', ' ORDER BY id) FROM stocked.lost_items) AS taken;
CREATE TABLE lost_orders (id int PRIMARY KEY, status text);
INSERT INTO lost_orders VALUES (1), (2);
INSERT INTO lost_products VALUES (1, 10), (2, 10);
SELECT upkeep.enable_stock('lost_items', 'lost_products', orders => 'lost_orders');
INSERT INTO lost_items VALUES (1, 1, 1, 1), (2, 1, 1, 2), (3, 2, 1, 3), (4, 2, 2, 4), (5, 2, 2, 5);
UPDATE lost_items SET product_id = NULL WHERE id IN (1, 2, 3);
DELETE FROM lost_products WHERE id = 2;
SELECT * FROM lost_now;
UPDATE lost_items SET quantity = quantity + 10;
INSERT INTO lost_items VALUES (6, 1, NULL, 6);
SELECT * FROM lost_now;
SELECT * FROM upkeep.check_orders('lost_orders', 'lost_items');
-- one with another product, one that goes, one of a product that is gone; then the orders
UPDATE lost_items SET product_id = 1, quantity = 4 WHERE id = 1;
DELETE FROM lost_items WHERE id IN (2, 4);
SELECT * FROM lost_now;
BEGIN;
SET LOCAL upkeep.pause = 'stock';
UPDATE lost_orders SET status = 'cancelled' WHERE id = 2;
SELECT * FROM upkeep.check_orders('lost_orders', 'lost_items');
ROLLBACK;
UPDATE lost_orders SET status = 'cancelled' WHERE id IN (1, 2);
SELECT * FROM lost_now;
UPDATE lost_orders SET status = 'pending' WHERE id IN (1, 2);
SELECT * FROM lost_now;
BEGIN;
UPDATE lost_items SET product_id = NULL;
TRUNCATE lost_items;
SELECT * FROM lost_now;
ROLLBACK;
DELETE FROM lost_items;
-- with a column of the lines nobody knows to whom to give back
INSERT INTO lost_products VALUES (2, 10);
SELECT upkeep.enable_stock('lost_items', 'lost_products', orders => 'lost_orders', taken_column => 'taken');
INSERT INTO lost_items VALUES (1, 1, 1, 1, 0), (2, 1, 1, 2, 0), (3, 2, 1, 3, 0), (4, 2, 2, 4, NULL),
  (5, 2, NULL, 5, 99);
UPDATE lost_items SET product_id = NULL WHERE id IN (1, 2);
UPDATE lost_items SET product_id = NULL, quantity = quantity + 10 WHERE id = 3;
DELETE FROM lost_products WHERE id = 2;
SELECT * FROM lost_now;
UPDATE lost_items SET quantity = quantity + 10;
SELECT * FROM upkeep.check_orders('lost_orders', 'lost_items');
UPDATE lost_items SET product_id = 1, quantity = 4 WHERE id = 1;
DELETE FROM lost_items WHERE id = 2;
SELECT * FROM lost_now;
BEGIN;
SET LOCAL upkeep.pause = 'stock';
UPDATE lost_orders SET status = 'cancelled' WHERE id = 2;
SELECT * FROM upkeep.check_orders('lost_orders', 'lost_items');
ROLLBACK;
UPDATE lost_orders SET status = 'cancelled' WHERE id IN (1, 2);
SELECT * FROM lost_now;
UPDATE lost_orders SET status = 'pending' WHERE id IN (1, 2);
SELECT * FROM lost_now;
SELECT upkeep.disable_stock('lost_items');

-- keys of every type that serves, in sessions of other settings
CREATE TYPE size AS ENUM ('small', 'large');
CREATE TABLE keyed_products (sku numeric PRIMARY KEY, stock_quantity int);
CREATE TABLE keyed_items (n numeric, c character(4), v varchar, name name, u uuid, b boolean, d date, t timestamp,
  z timestamptz, s size, sku numeric, quantity int, PRIMARY KEY (n, c, v, name, u, b, d, t, z, s));
INSERT INTO keyed_products VALUES (1.0, 10);
SELECT upkeep.enable_stock('keyed_items', 'keyed_products', product_column => 'sku', product_key => 'sku');
INSERT INTO keyed_items VALUES (1.10, 'x', 'v ', 'n', '00000000-0000-0000-0000-000000000001', true, '2026-02-01',
  '2026-02-01 10:00', '2026-02-01 10:00Z', 'large', 1.00, 3),
  ('NaN', '', '', '', '00000000-0000-0000-0000-000000000002', false, '-infinity', 'infinity', '0044-03-15 BC',
    'small', 1, 1);
SELECT line, product, quantity FROM upkeep.stock_taken WHERE order_items = 'keyed_items'::regclass
  ORDER BY line COLLATE "C";
SET datestyle = 'SQL, DMY';
SET timezone = 'Asia/Tokyo';
UPDATE keyed_products SET sku = 1.000;
UPDATE keyed_items SET n = 1.1000, sku = 1.0000, quantity = 4 WHERE n = 1.1;
RESET datestyle;
SET timezone = 'UTC';
SELECT line, product, quantity, (SELECT stock_quantity FROM keyed_products) AS stock FROM upkeep.stock_taken
  WHERE order_items = 'keyed_items'::regclass ORDER BY line COLLATE "C";
-- what is remembered of a key that has another type since
ALTER TABLE keyed_products ALTER sku TYPE text USING trim_scale(sku);
ALTER TABLE keyed_items ALTER sku TYPE text USING trim_scale(sku);
UPDATE keyed_items SET quantity = 8 WHERE b;
SELECT line, product, quantity, (SELECT stock_quantity FROM keyed_products) AS stock FROM upkeep.stock_taken
  WHERE order_items = 'keyed_items'::regclass ORDER BY line COLLATE "C";
CREATE DOMAIN exact AS numeric;
CREATE DOMAIN code AS bpchar;
CREATE DOMAIN fit AS size;
-- the same key, written in two ways: 4 and 3 are taken
CREATE FUNCTION takes(type text, a text, b text, OUT stock int, OUT taken text) LANGUAGE plpgsql AS $$ BEGIN
  EXECUTE format('CREATE TABLE kp (id %1$s PRIMARY KEY, stock_quantity int); '
    'CREATE TABLE ki (id %1$s, no int, product_id %1$s, quantity int, PRIMARY KEY (id, no))', type);
  PERFORM upkeep.enable_stock('ki', 'kp');
  EXECUTE format('INSERT INTO kp VALUES (%1$L, 10); INSERT INTO ki VALUES (%1$L, 1, %1$L, 9), (%2$L, 2, %2$L, 1);
    UPDATE ki SET id = %2$L, product_id = %2$L, quantity = 4 WHERE no = 1; UPDATE kp SET id = %2$L;
    UPDATE ki SET quantity = 3 WHERE no = 2', a, b);
  SELECT (SELECT stock_quantity FROM kp),
    string_agg(line || '→' || product || ' ' || quantity, ', ' ORDER BY line COLLATE "C") INTO stock, taken
    FROM upkeep.stock_taken WHERE order_items = 'ki'::regclass;
  DROP TABLE kp, ki;
END $$;
SET client_min_messages = warning;
SELECT k.type, t.* FROM (VALUES ('smallint', '1', '1'), ('bigint', '9007199254740993', '9007199254740993'),
  ('numeric', '1.0', '1.000'), ('exact', '1e3', '1000.0'), ('text', 'a"b', 'a"b'), ('varchar(9)', 'a ', 'a '),
  ('character(4)', 'a', 'a  '), ('bpchar', 'a', 'a  '), ('code', 'a', 'a  '), ('name', 'a', 'a'),
  ('uuid', '{00000000-0000-0000-0000-00000000000A}', '0000000000000000000000000000000a'), ('boolean', 'yes', 't'),
  ('date', '2026-02-01', '1 Feb 2026'), ('timestamp', '2026-02-01 10:00', '2026-02-01 10:00:00.000'),
  ('timestamptz', '2026-02-01 10:00Z', '2026-02-01 12:00+02'), ('size', 'small', 'small'),
  ('fit', 'small', 'small')) k (type, a, b),
  takes(k.type, k.a, k.b) t;
RESET client_min_messages;
-- and those that do not serve
CREATE COLLATION loose (provider = icu, locale = 'und-u-ks-level2', deterministic = false);
CREATE DOMAIN approximate AS float8;
CREATE TABLE bad_products (id int PRIMARY KEY, bytes bytea, real real, span interval, word text COLLATE loose,
  rough approximate, doc jsonb, list int[], stock_quantity int);
CREATE TABLE bad_items (id bytea PRIMARY KEY, product_id int, quantity int, span interval, order_id int);
SELECT * FROM failure('SELECT upkeep.enable_stock(''bad_items'', ''products'')');
ALTER TABLE bad_items DROP id, ADD id text COLLATE loose PRIMARY KEY;
SELECT * FROM failure('SELECT upkeep.enable_stock(''bad_items'', ''products'')');
ALTER TABLE bad_items DROP id, ADD id int PRIMARY KEY;
SELECT k, f.* FROM unnest('{bytes,real,span,word,rough,doc,list}'::text[]) k,
  failure(format('SELECT upkeep.enable_stock(''bad_items'', ''bad_products'', product_key => %L)', k)) f;
SELECT * FROM failure('SELECT upkeep.enable_stock(''bad_items'', '
  '''products'', orders => ''bad_products'', order_column => ''span'', order_key => ''span'')');
CREATE TRIGGER hand AFTER INSERT ON bad_items REFERENCING NEW TABLE AS n FOR EACH STATEMENT
  EXECUTE FUNCTION upkeep.stock('products=bad_products', 'product_column=span', 'product_key=span');
SELECT * FROM failure('INSERT INTO bad_items (id) VALUES (1)');
DROP TABLE bad_items;

-- a shopper without rights on products, orders and the memory, behind row level security, with a search_path of his own
CREATE SCHEMA stock_hostile;
CREATE FUNCTION stock_hostile.never(int, int) RETURNS boolean LANGUAGE sql AS 'SELECT false';
CREATE OPERATOR stock_hostile.= (LEFTARG = int, RIGHTARG = int, FUNCTION = stock_hostile.never);
CREATE FUNCTION stock_hostile.nothing(numeric, numeric) RETURNS numeric LANGUAGE sql AS 'SELECT 0::numeric';
CREATE OPERATOR stock_hostile.- (LEFTARG = numeric, RIGHTARG = numeric, FUNCTION = stock_hostile.nothing);
CREATE TABLE stock_hostile.stock_taken ();
TRUNCATE order_items;
SELECT upkeep.enable_stock('order_items', 'products', orders => 'orders');
ALTER TABLE products ENABLE ROW LEVEL SECURITY;
-- C++ edition {
ALTER TABLE products FORCE ROW LEVEL SECURITY;
-- }
ALTER TABLE orders ENABLE ROW LEVEL SECURITY;
ALTER TABLE order_items ENABLE ROW LEVEL SECURITY;
CREATE POLICY mine ON order_items USING (note = current_user) WITH CHECK (true);
CREATE POLICY mine ON orders FOR SELECT USING (true);
CREATE POLICY mine_too ON orders FOR UPDATE USING (true);
GRANT USAGE ON SCHEMA stocked, stock_hostile TO regress_upkeep_other, regress_upkeep_owner;
GRANT CREATE ON SCHEMA stocked TO regress_upkeep_owner;
-- C++ edition {
ALTER TABLE products OWNER TO regress_upkeep_owner;
ALTER TABLE orders OWNER TO regress_upkeep_owner;
ALTER TABLE order_items OWNER TO regress_upkeep_owner;
-- }
GRANT SELECT, INSERT, DELETE ON order_items TO regress_upkeep_other;
GRANT SELECT, UPDATE (status) ON orders TO regress_upkeep_other;
SET ROLE regress_upkeep_other;
SET search_path = stock_hostile, pg_catalog, stocked;
INSERT INTO order_items VALUES (1, 1, 1, 1, 'regress_upkeep_other'), (2, 1, 2, 2, 'somebody');
SELECT * FROM public.failure('INSERT INTO order_items VALUES (3, 1, 1, 1000)');
SELECT * FROM public.failure('SELECT FROM products');
SELECT * FROM public.failure('SELECT FROM upkeep.stock_taken');
SELECT count(*) FROM order_items;
RESET ROLE;
SELECT * FROM stocked.now_is();
SET ROLE regress_upkeep_other;
UPDATE orders SET status = 'cancelled';
DELETE FROM order_items;
SELECT * FROM public.failure('SELECT upkeep.enable_stock(''order_items'', ''products'')');
SELECT * FROM public.failure('SELECT upkeep.disable_stock(''order_items'')');
RESET ROLE;
SET search_path = stocked, public;
SELECT * FROM now_is();
-- C++ edition {
-- the owner drops his table; a table of somebody else cannot be drawn in
SET ROLE regress_upkeep_owner;
SELECT * FROM failure(
  'SELECT upkeep.enable_stock(''order_items'', ''"Goods"'', stock_column => ''left_over'', product_key => ''shop'')');
CREATE TABLE mine (id int PRIMARY KEY, product_id int, quantity numeric(10,3));
CREATE TRIGGER hand AFTER INSERT ON mine REFERENCING NEW TABLE AS n FOR EACH STATEMENT
  EXECUTE FUNCTION upkeep.stock('products="Goods"', 'product_key=shop', 'stock_column=left_over');
SELECT * FROM failure('INSERT INTO mine VALUES (1, 1, 1)');
SELECT * FROM failure('CREATE OR REPLACE TRIGGER hand AFTER INSERT ON mine REFERENCING NEW TABLE AS n '
  'FOR EACH STATEMENT EXECUTE FUNCTION upkeep.stock(''products=products''); INSERT INTO stocked.mine VALUES (1, 1, 1)');
ALTER TABLE mine ALTER quantity TYPE int;
CREATE OR REPLACE TRIGGER hand AFTER INSERT ON mine REFERENCING NEW TABLE AS n FOR EACH STATEMENT
  EXECUTE FUNCTION upkeep.stock('products=products');
INSERT INTO mine VALUES (1, 1, 1);
RESET ROLE;
SELECT order_items, line, product, quantity FROM upkeep.stock_taken WHERE order_items = 'mine'::regclass;
UPDATE products SET stock_quantity = stock_quantity + 1 WHERE id = 1;
SET ROLE regress_upkeep_owner;
DROP TABLE mine;
RESET ROLE;
SELECT count(*) FROM upkeep.stock_taken t WHERE NOT EXISTS (SELECT FROM pg_class c WHERE c.oid = t.order_items);
-- }

-- what cannot be enabled, or does no longer fit
CREATE TABLE keyless (product_id int, quantity int, order_id int);
CREATE TABLE fractions (id int PRIMARY KEY, product_id int, quantity numeric, taken int, product_text text,
  g int GENERATED ALWAYS AS (1) STORED, order_id int);
CREATE TABLE child () INHERITS (keyless);
SELECT * FROM failure('SELECT upkeep.enable_stock(NULL, ''products'')');
SELECT * FROM failure('SELECT upkeep.enable_stock(''keyless'', ''products'')');
DROP TABLE child;
SELECT * FROM failure('SELECT upkeep.enable_stock(''keyless'', ''products'')');
SELECT * FROM failure('SELECT upkeep.enable_stock(''fractions'', ''products'')');
SELECT * FROM failure(
  'SELECT upkeep.enable_stock(''fractions'', ''"Goods"'', product_key => ''shop'', stock_column => ''left_over'')');
SELECT * FROM failure(
  'SELECT upkeep.enable_stock(''fractions'', ''products'', quantity_column => ''taken'', taken_column => ''g'')');
SELECT * FROM failure('SELECT upkeep.enable_stock(''fractions'', ''products'', quantity_column => ''product_text'')');
SELECT * FROM failure(
  'SELECT upkeep.enable_stock(''fractions'', ''products'', quantity_column => ''taken'', stock_column => ''name'')');
SELECT * FROM failure('SELECT upkeep.enable_stock(''fractions'', '
  '''products'', quantity_column => ''taken'', orders => ''orders'', status_column => ''none'')');
SELECT * FROM failure('SELECT upkeep.enable_stock(''fractions'', ''products'', quantity_column => ''none'')');
SELECT * FROM failure(
  'SELECT upkeep.enable_stock(''fractions'', ''products'', quantity_column => ''taken'', orders => ''orders'')');
SELECT * FROM failure('SELECT upkeep.enable_stock(''goods_now'', ''products'')');
CREATE TEMP TABLE passing (id int PRIMARY KEY, product_id int, quantity int, taken int);
SELECT * FROM failure('SELECT upkeep.enable_stock(''passing'', ''products'')');
SELECT upkeep.enable_stock('passing', 'products', taken_column => 'taken');
INSERT INTO passing VALUES (1, 1, 5);
SELECT taken FROM passing;
SELECT upkeep.disable_stock('passing', 'orders');
SELECT upkeep.disable_stock('passing');
DROP TABLE passing;
CREATE TRIGGER hand BEFORE INSERT ON keyless FOR EACH ROW EXECUTE FUNCTION upkeep.stock('products=products');
SELECT * FROM failure('INSERT INTO keyless VALUES (1, 1)');
DROP TRIGGER hand ON keyless;
CREATE TRIGGER hand AFTER DELETE ON keyless REFERENCING OLD TABLE AS o FOR EACH STATEMENT
  EXECUTE FUNCTION upkeep.stock('products=products', 'order_items=order_items');
SELECT * FROM failure('DELETE FROM keyless');
CREATE OR REPLACE TRIGGER hand AFTER DELETE ON keyless REFERENCING OLD TABLE AS o FOR EACH STATEMENT
  EXECUTE FUNCTION upkeep.stock();
SELECT * FROM failure('DELETE FROM keyless');
ALTER TABLE order_items RENAME quantity TO amount;
SELECT * FROM failure('INSERT INTO order_items VALUES (1, 1, 1, 1)');
SELECT upkeep.enable_stock('order_items', 'products', quantity_column => 'amount');
INSERT INTO order_items VALUES (1, 1, 1, 1);
ALTER TABLE products RENAME TO goods;
SELECT * FROM failure('DELETE FROM order_items');
ALTER TABLE goods RENAME TO products;
DELETE FROM order_items;
SELECT * FROM now_is();
-- a line that goes while nobody looks
CREATE TABLE seen (id int PRIMARY KEY);
CREATE TABLE seen_items (id int PRIMARY KEY, order_id int, product_id int, quantity int);
INSERT INTO products (id, stock_quantity) VALUES (900, 10);
SELECT upkeep.enable_stock('seen_items', 'products');
INSERT INTO seen_items VALUES (1, 1, 900, 3), (2, 1, 900, 2);
SET upkeep.pause = 'stock';
DELETE FROM seen_items WHERE id = 1;
RESET upkeep.pause;
SELECT * FROM upkeep.check_orders('seen', 'seen_items');
SELECT * FROM failure('SELECT upkeep.enable_stock(''seen_items'', ''products'', released => NULL)');
SELECT options FROM upkeep.managed WHERE object = 'seen_items'::regclass;
RESET search_path;
