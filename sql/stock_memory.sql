-- What lines have taken from stock is theirs alone: tables that are dropped, recreated or swapped,
-- and keys that are altered.
CREATE SCHEMA kept_keys;
SET search_path = kept_keys, public;
CREATE TABLE products (id int PRIMARY KEY, stock_quantity int);
CREATE TABLE orders (id int PRIMARY KEY, status text DEFAULT 'pending');
CREATE TABLE items (shop int, id int, order_id int, product_id int, quantity int, other int, PRIMARY KEY (shop, id));
CREATE FUNCTION now_is(OUT stock text, OUT remembered text) LANGUAGE plpgsql AS $$ BEGIN
  stock := (SELECT string_agg(id || ':' || stock_quantity, ' ' ORDER BY id) FROM kept_keys.products);
  remembered := (SELECT string_agg(line || '→' || product || ' ' || quantity, ', ' ORDER BY line COLLATE "C")
    FROM upkeep.stock_taken WHERE order_items = 'kept_keys.items'::regclass);
END $$;
INSERT INTO products VALUES (1, 10), (2, 10);
INSERT INTO orders VALUES (1, 'pending');
SELECT upkeep.enable_stock('items', 'products', orders => 'orders');
INSERT INTO items VALUES (1, 2, 1, 1, 3, 12), (2, 1, 1, 2, 4, 21);
SELECT * FROM now_is();
SELECT DISTINCT products FROM upkeep.stock_taken WHERE order_items = 'items'::regclass;
-- C++ edition {
-- the columns exchanged, so that the keys are; another column; wider, a text, back; a rename is no change
ALTER TABLE items DROP CONSTRAINT items_pkey, ADD PRIMARY KEY (id, shop);
SELECT * FROM now_is();
ALTER TABLE items DROP CONSTRAINT items_pkey, ADD CONSTRAINT by_other PRIMARY KEY (other);
SELECT * FROM now_is();
ALTER TABLE items ALTER other TYPE bigint;
ALTER TABLE items RENAME other TO "the Key";
ALTER TABLE items ALTER "the Key" TYPE text;
SELECT * FROM now_is();
SET search_path = '';
ALTER TABLE kept_keys.items ALTER "the Key" TYPE int USING "the Key"::int;
SET search_path = kept_keys, public;
SELECT * FROM now_is();
-- also where an event trigger of somebody else's, who comes before, alters the table in the midst of the command
CREATE FUNCTION hand_over() RETURNS event_trigger LANGUAGE plpgsql AS $$ BEGIN
  IF current_setting('kept_keys.hands_over', true) = 'yes' THEN RETURN; END IF;
  PERFORM set_config('kept_keys.hands_over', 'yes', true);
  ALTER TABLE kept_keys.items OWNER TO CURRENT_USER;
  PERFORM set_config('kept_keys.hands_over', 'no', true);
END $$;
CREATE EVENT TRIGGER hand_over ON ddl_command_end WHEN TAG IN ('ALTER TABLE') EXECUTE FUNCTION hand_over();
ALTER TABLE items ALTER "the Key" TYPE text;
SELECT * FROM now_is();
ALTER TABLE items ALTER "the Key" TYPE int USING "the Key"::int;
SELECT * FROM now_is();
DROP EVENT TRIGGER hand_over;
DROP FUNCTION hand_over();
UPDATE items SET quantity = quantity + 1;
SELECT * FROM now_is();
SELECT * FROM upkeep.check_orders('orders', 'items');
-- what cannot follow is refused, and nothing has changed
SELECT * FROM failure('ALTER TABLE items DROP CONSTRAINT by_other');
SELECT * FROM failure('ALTER TABLE items ALTER "the Key" TYPE text USING ''line '' || "the Key"');
SELECT *
  FROM failure('ALTER TABLE items ADD fresh serial, DROP CONSTRAINT by_other, DROP "the Key", ADD PRIMARY KEY (fresh)');
SELECT * FROM failure('ALTER TABLE items DROP CONSTRAINT by_other, ADD r real, ADD PRIMARY KEY (r)');
SELECT * FROM failure('ALTER TABLE items DROP CONSTRAINT by_other, ADD r real DEFAULT random(), ADD PRIMARY KEY (r)');
SELECT * FROM now_is();
-- rolled back with its savepoint, as all DDL
BEGIN;
SAVEPOINT a;
ALTER TABLE items ALTER "the Key" TYPE text;
SELECT * FROM now_is();
ROLLBACK TO a;
SELECT * FROM now_is();
ALTER TABLE items ADD note text;
COMMIT;
-- once stock is disabled, nothing stands in the way: what can follow does, the rest is forgotten
BEGIN;
SELECT upkeep.disable_stock('items');
ALTER TABLE items DROP CONSTRAINT by_other, ADD PRIMARY KEY (id, shop);
SELECT * FROM now_is();
ALTER TABLE items DROP CONSTRAINT items_pkey;
SELECT * FROM now_is();
ROLLBACK;
-- the owner need not be allowed to write there
GRANT USAGE, CREATE ON SCHEMA kept_keys TO regress_upkeep_owner;
ALTER TABLE items OWNER TO regress_upkeep_owner;
ALTER TABLE products OWNER TO regress_upkeep_owner;
ALTER TABLE orders OWNER TO regress_upkeep_owner;
SET ROLE regress_upkeep_owner;
ALTER TABLE items ALTER "the Key" TYPE text;
ALTER TABLE items ALTER "the Key" TYPE int USING "the Key"::int;
RESET ROLE;
ALTER TABLE items OWNER TO CURRENT_USER;
ALTER TABLE products OWNER TO CURRENT_USER;
ALTER TABLE orders OWNER TO CURRENT_USER;
-- as it was
ALTER TABLE items DROP CONSTRAINT by_other, ADD PRIMARY KEY (shop, id);
UPDATE items SET quantity = quantity - 1;
-- }
SELECT * FROM now_is();
-- the type of the products' key: what comes back finds it by either spelling
ALTER TABLE products ALTER id TYPE text;
ALTER TABLE items ALTER product_id TYPE text;
UPDATE items SET quantity = 1 WHERE id = 1;
SELECT * FROM now_is();
ALTER TABLE products ALTER id TYPE int USING id::int;
ALTER TABLE items ALTER product_id TYPE int USING product_id::int;
-- products that are recreated under the name, with the same keys: nothing was taken of them
BEGIN;
DROP TABLE products;
CREATE TABLE products (id int PRIMARY KEY, stock_quantity int);
INSERT INTO products VALUES (1, 100), (2, 100);
-- C++ edition {
SELECT * FROM now_is();
-- }
DELETE FROM items WHERE id = 1;
UPDATE orders SET status = 'cancelled';
SELECT * FROM now_is();
ROLLBACK;
-- likewise swapped, which drops nothing; check_orders says so, and enabling anew opens the balance
BEGIN;
ALTER TABLE products RENAME TO products_before;
CREATE TABLE products (id int PRIMARY KEY, stock_quantity int);
INSERT INTO products VALUES (1, 100), (2, 100);
SELECT * FROM upkeep.check_orders('orders', 'items');
UPDATE orders SET status = 'cancelled';
SELECT * FROM now_is();
ROLLBACK;
BEGIN;
ALTER TABLE products RENAME TO products_before;
CREATE TABLE products (id int PRIMARY KEY, stock_quantity int);
INSERT INTO products VALUES (1, 100), (2, 100);
SELECT upkeep.disable_stock('items');
SELECT upkeep.enable_stock('items', 'products', orders => 'orders');
SELECT * FROM now_is();
UPDATE orders SET status = 'cancelled';
SELECT * FROM now_is();
ROLLBACK;
-- lines under the name of others inherit nothing
BEGIN;
ALTER TABLE items RENAME TO items_before;
CREATE TABLE items (LIKE items_before INCLUDING ALL);
SELECT upkeep.enable_stock('items', 'products', orders => 'orders');
ROLLBACK;
BEGIN;
SELECT upkeep.disable_stock('items');
ALTER TABLE items RENAME TO items_before;
CREATE TABLE items (LIKE items_before INCLUDING ALL);
SELECT upkeep.enable_stock('items', 'products', orders => 'orders');
INSERT INTO items SELECT * FROM items_before;
SELECT * FROM now_is();
DROP TABLE items_before;
UPDATE orders SET status = 'cancelled';
SELECT * FROM now_is();
ROLLBACK;
SET client_min_messages = warning;
DROP SCHEMA kept_keys CASCADE;
