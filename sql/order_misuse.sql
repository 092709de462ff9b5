-- Tables and statements that try to break orders: what crashed a server, or forged a price, must not do so again.
CREATE SCHEMA misusing;
SET search_path = misusing, public;
-- a column with the name of a query's alias, and products that no index finds
CREATE TABLE products (id int, p int, price numeric(10,2)) PARTITION BY LIST (id);
CREATE TABLE products_rest PARTITION OF products DEFAULT;
INSERT INTO products VALUES (1, 7, 1.50), (2, 8, 9999);
CREATE TABLE order_items (id int, order_id int, product_id int, quantity int DEFAULT 1, product_snapshot jsonb,
  price_snapshot numeric(10,2)) PARTITION BY RANGE (id);
CREATE TABLE order_items_1 PARTITION OF order_items FOR VALUES FROM (0) TO (100);
CREATE TABLE order_items_2 PARTITION OF order_items FOR VALUES FROM (100) TO (200);
SELECT upkeep.enable_order_snapshots('order_items', 'products');
INSERT INTO order_items VALUES (1, 1, 1) RETURNING product_snapshot, price_snapshot;

-- an update that is undone, then the deletion and insertion that a move would be: they are no move
BEGIN;
UPDATE order_items SET quantity = quantity;
ROLLBACK;
DELETE FROM order_items WHERE id = 1;
SELECT state, message
  FROM failure('INSERT INTO order_items VALUES (1, 1, 2, 5, ''{"p": 7, "id": 1, "price": 1.50}'', 1.50)');
INSERT INTO order_items VALUES (1, 1, 1);
-- the same where another trigger has swallowed the update
CREATE FUNCTION swallow() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NULL; END $$;
CREATE TRIGGER zzz BEFORE UPDATE ON order_items_1 FOR EACH ROW EXECUTE FUNCTION swallow();
UPDATE products SET price = 2 WHERE id = 1;
BEGIN;
UPDATE order_items SET quantity = quantity;
DELETE FROM order_items WHERE id = 1;
SELECT state, message
  FROM failure('INSERT INTO order_items VALUES (1, 1, 1, 1, ''{"p": 7, "id": 1, "price": 1.50}'', 1.50)');
ROLLBACK;

-- products that are altered, or dropped, in the midst of the statement that sells them
CREATE TABLE goods (id int PRIMARY KEY, name text, price numeric(10,2));
INSERT INTO goods VALUES (1, 'pen', 1.50);
CREATE TABLE sold (id int, order_id int, product_id int, product_snapshot jsonb, price_snapshot numeric(10,2));
SELECT upkeep.enable_order_snapshots('sold', 'goods');
CREATE FUNCTION in_the_midst(number int, statement text) RETURNS int LANGUAGE plpgsql
  AS $$ BEGIN IF number = 2 THEN EXECUTE statement; END IF; RETURN 1; END $$;
-- C++ edition {
INSERT INTO sold
  SELECT g, in_the_midst(g, 'ALTER TABLE goods ALTER price TYPE bigint USING 77, ALTER name TYPE bigint USING 77'), 1
  FROM generate_series(1, 3) g RETURNING price_snapshot, product_snapshot;
INSERT INTO sold SELECT g, in_the_midst(g, 'ALTER TABLE goods DROP price, ADD price numeric(10,2) DEFAULT 78'), 1
  FROM generate_series(1, 3) g RETURNING price_snapshot, product_snapshot;
SELECT state, message
  FROM failure('INSERT INTO sold SELECT g, in_the_midst(g, ''DROP TABLE goods''), 1 FROM generate_series(1, 3) g');
SELECT state, message FROM failure(
  'INSERT INTO sold SELECT g, in_the_midst(g, ''ALTER TABLE goods DROP price''), 1 FROM generate_series(1, 3) g');
-- }
-- metrics, whose settings are altered the same way
CREATE TABLE ratios (shop_id int PRIMARY KEY, k numeric);
CREATE TABLE days (shop_id int, a int, m numeric);
INSERT INTO ratios VALUES (1, 2);
SELECT upkeep.enable_metrics('days', ARRAY['m = a * settings.k'], 'ratios');
INSERT INTO days SELECT 1, g + in_the_midst(g, 'ALTER TABLE ratios ALTER k TYPE bigint USING 77')
  FROM generate_series(1, 3) g RETURNING m;

-- C++ edition {
-- a cart of somebody's own, with other types
CREATE TABLE carts (id uuid, user_id bigint);
CREATE TABLE orders (id uuid DEFAULT gen_random_uuid(), user_id uuid, billing_address jsonb);
CREATE TABLE cart_items (cart_id uuid, product_id int, quantity int);
INSERT INTO carts VALUES ('00000000-0000-0000-0000-000000000001', 12345);
INSERT INTO cart_items VALUES ('00000000-0000-0000-0000-000000000001', 1, 1);
SELECT state, message
  FROM failure('SELECT upkeep.checkout(''00000000-0000-0000-0000-000000000001'', NULL, ''misusing'')');
ALTER TABLE carts ALTER user_id TYPE uuid USING NULL;
ALTER TABLE orders ALTER id DROP DEFAULT, ALTER id TYPE bigint USING 1, ALTER id SET DEFAULT 7;
SELECT state, message
  FROM failure('SELECT upkeep.checkout(''00000000-0000-0000-0000-000000000001'', NULL, ''misusing'')');

-- }
-- a key that changes without a foreign key: the total is that of the lines of the new one
CREATE TABLE bills (id int PRIMARY KEY, total_amount numeric(10,2));
CREATE TABLE bill_items (bill_id int, quantity int, price_snapshot numeric(10,2));
SELECT upkeep.enable_order_totals('bills', 'bill_items', order_column => 'bill_id');
INSERT INTO bill_items VALUES (1, 1, 10), (9, 1, 5);
INSERT INTO bills VALUES (1), (2);
UPDATE bills SET id = 9 WHERE id = 2;
UPDATE bills SET id = 7 WHERE id = 1;
SELECT * FROM bills ORDER BY id;
SELECT * FROM upkeep.check_orders('bills', 'bill_items');
-- a partition that was detached no longer counts, and its lines overwrite nothing
CREATE TABLE notes (id int PRIMARY KEY, total_amount numeric(10,2));
CREATE TABLE note_items (note_id int, quantity int, price_snapshot numeric(10,2), day date) PARTITION BY RANGE (day);
CREATE TABLE note_items_1 PARTITION OF note_items FOR VALUES FROM ('2026-01-01') TO ('2026-02-01');
CREATE TABLE note_items_2 PARTITION OF note_items FOR VALUES FROM ('2026-02-01') TO ('2026-03-01');
SELECT upkeep.enable_order_totals('notes', 'note_items', order_column => 'note_id');
INSERT INTO notes VALUES (1);
INSERT INTO note_items VALUES (1, 1, 1, '2026-01-05'), (1, 1, 2, '2026-02-05');
ALTER TABLE note_items DETACH PARTITION note_items_1;
INSERT INTO note_items_1 VALUES (1, 1, 100, '2026-01-06');
SELECT * FROM notes;
-- a key that is too long for a short message
CREATE TABLE named (id text PRIMARY KEY, price numeric(10,2));
CREATE TABLE named_items (order_id int, product_id text, price_snapshot numeric(10,2));
SELECT upkeep.enable_order_snapshots('named_items', 'named');
INSERT INTO named VALUES (repeat('x', 2500), 1);
SELECT f.state, length(f.detail), f.detail::jsonb ->> 'expected' AS expected
  FROM failure(format('INSERT INTO named_items VALUES (1, %L, 2)', repeat('x', 2500))) f;
SET client_min_messages = warning;
DROP SCHEMA misusing CASCADE;
