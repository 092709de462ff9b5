-- Where lines get another primary key, nothing is taken or given back by the old one.
SET client_min_messages = warning;
CREATE SCHEMA rekeyed;
SET search_path = rekeyed, public;
CREATE TABLE products (id int PRIMARY KEY, stock_quantity int);
CREATE TABLE orders (id int PRIMARY KEY, status text DEFAULT 'pending');
CREATE TABLE items (shop int, id int, order_id int, product_id int, quantity int, other int, PRIMARY KEY (shop, id));
CREATE FUNCTION now_is(OUT stock text, OUT remembered text) LANGUAGE plpgsql AS $$ BEGIN
  stock := (SELECT string_agg(id || ':' || stock_quantity, ' ' ORDER BY id) FROM rekeyed.products);
  remembered := (SELECT string_agg(line || '→' || product || ' ' || quantity, ', ' ORDER BY line COLLATE "C")
    FROM upkeep.stock_taken WHERE order_items = 'rekeyed.items'::regclass);
END $$;
INSERT INTO products VALUES (1, 10), (2, 10);
INSERT INTO orders VALUES (1);
SELECT upkeep.enable_stock('items', 'products', orders => 'orders') \g /dev/null
INSERT INTO items VALUES (1, 2, 1, 1, 3, 12), (2, 1, 1, 2, 4, 21);
-- the columns exchanged, so that the keys are
ALTER TABLE items DROP CONSTRAINT items_pkey, ADD PRIMARY KEY (id, shop);
SELECT * FROM failure('UPDATE items SET quantity = quantity + 1');
SELECT upkeep.refresh() \g /dev/null
SELECT * FROM failure('UPDATE items SET quantity = quantity + 1');
SELECT * FROM failure('UPDATE orders SET status = ''cancelled''');
SELECT * FROM failure('TRUNCATE items');
SELECT * FROM now_is();
SELECT upkeep.enable_stock('items', 'products', orders => 'orders') \g /dev/null
UPDATE items SET quantity = quantity + 1;
SELECT * FROM now_is();
-- wider, or renamed, is the same key; a text is another
ALTER TABLE items ALTER id TYPE bigint;
ALTER TABLE items RENAME id TO "the Id";
UPDATE items SET quantity = quantity - 1;
ALTER TABLE items ALTER "the Id" TYPE text;
SELECT * FROM failure('DELETE FROM items');
SELECT upkeep.enable_stock('items', 'products', orders => 'orders') \g /dev/null
SELECT * FROM now_is();
-- another column; what cannot follow
ALTER TABLE items DROP CONSTRAINT items_pkey, ADD PRIMARY KEY (other);
ALTER TABLE items DROP "the Id";
SELECT * FROM failure('SELECT upkeep.enable_stock(''items'', ''products'', orders => ''orders'')');
SELECT * FROM now_is();
-- once stock is disabled, it is forgotten; lines that are there have what their quantity says
SELECT upkeep.disable_stock('items') \g /dev/null
SET client_min_messages = notice;
SELECT upkeep.enable_stock('items', 'products', orders => 'orders') \g /dev/null
SET client_min_messages = warning;
SELECT * FROM now_is();
-- of lines that have taken nothing there is nothing to follow
UPDATE orders SET status = 'cancelled';
ALTER TABLE items DROP CONSTRAINT items_pkey, ADD fresh serial PRIMARY KEY;
UPDATE orders SET status = 'pending';
SELECT * FROM now_is();
SELECT * FROM upkeep.check_orders('orders', 'items');
DROP SCHEMA rekeyed CASCADE;
