-- empty_tables: a schema as tests want to find it.
CREATE SCHEMA emptied;
CREATE SCHEMA beside;
SET search_path = emptied, public;
SELECT format('upkeep.empty_tables(%L, %L)', 'emptied', current_database()) AS call \gset
-- what it needs
SELECT state, replace(message, current_database(), 'the database') AS message, detail,
  replace(hint, current_database(), 'the database') AS hint
  FROM failure('SELECT upkeep.empty_tables(''emptied'', ''yes'')');
SELECT * FROM failure(format('SELECT upkeep.empty_tables(''nowhere'', %L)', current_database()));
SELECT state, message FROM failure('SELECT upkeep.empty_tables(''emptied'', NULL)');
SELECT state, message FROM failure('SELECT upkeep.empty_tables(NULL, ''emptied'')');
SELECT :call;

-- a shop with everything enabled; paid orders go too
CREATE TABLE products (id int PRIMARY KEY, name text, price numeric(10,2), stock_quantity int);
CREATE TABLE orders (id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY, order_number text UNIQUE,
  status text DEFAULT 'pending', total_amount numeric(10,2) NOT NULL DEFAULT 0, payment_completed_at timestamptz);
CREATE TABLE order_items (id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY, order_id int REFERENCES orders,
  product_id int REFERENCES products, quantity int, price_snapshot numeric(10,2), product_snapshot jsonb);
SET client_min_messages = warning;
SELECT upkeep.enable_order_snapshots('order_items', 'products'), upkeep.enable_order_totals('orders', 'order_items'),
  upkeep.enable_order_lock('orders', 'order_items'), upkeep.enable_order_status('orders', '{"pending": ["paid"]}'),
  upkeep.enable_order_number('orders'), upkeep.enable_stock('order_items', 'products', orders => 'orders');
RESET client_min_messages;
CREATE TABLE invoices (shop int, number bigint, UNIQUE (shop, number));
SELECT upkeep.enable_order_number('invoices', 'number', '', tenant_column => 'shop', per_tenant => true);
CREATE TABLE days (day int, note text) PARTITION BY LIST (day);
CREATE TABLE days_1 PARTITION OF days FOR VALUES IN (1);
CREATE TABLE beside.days_2 PARTITION OF days FOR VALUES IN (2);
CREATE FUNCTION fill() RETURNS text LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO products VALUES (1, 'Mug', 12, 10);
  INSERT INTO orders DEFAULT VALUES;
  INSERT INTO order_items (order_id, product_id, quantity) SELECT id, 1, 3 FROM orders;
  UPDATE orders SET status = 'paid';
  INSERT INTO invoices VALUES (1, NULL), (2, NULL), (1, NULL);
  INSERT INTO days VALUES (1), (2), (2);
  RETURN (SELECT format('order %s %s of %s, line %s, invoices %s, stock %s', o.id, order_number, total_amount, i.id,
      (SELECT string_agg(concat(shop, '/', number), ' ' ORDER BY shop, number) FROM invoices), stock_quantity)
    FROM orders o, order_items i, products);
END $$;
SELECT fill();
SELECT state, message FROM failure('TRUNCATE emptied.orders, emptied.order_items');
SELECT :call;
SELECT count(*) FROM upkeep.stock_taken WHERE order_items = 'order_items'::regclass;
SELECT count(*) FROM upkeep.order_counters WHERE orders = 'invoices'::regclass;
SELECT fill();
-- nothing is left of it when it is rolled back; in the middle of a transaction that has counted
BEGIN;
INSERT INTO invoices VALUES (1, NULL) RETURNING number;
SAVEPOINT a;
SELECT :call;
INSERT INTO invoices VALUES (1, NULL) RETURNING number;
INSERT INTO orders DEFAULT VALUES RETURNING id, order_number;
ROLLBACK TO SAVEPOINT a;
INSERT INTO invoices VALUES (1, NULL) RETURNING number;
COMMIT;
SELECT total_amount, stock_quantity FROM orders, products;

-- another schema's tables that refer to them, and partitions of a table that is elsewhere
CREATE TABLE beside.refunds (order_id int REFERENCES orders);
SELECT state, message, detail FROM failure('SELECT ' || :'call');
DROP TABLE beside.refunds;
CREATE TABLE beside.log (day int) PARTITION BY LIST (day);
CREATE TABLE log_1 PARTITION OF beside.log FOR VALUES IN (1);
CREATE TABLE beside.log_2 PARTITION OF beside.log FOR VALUES IN (2);
CREATE TABLE beside.child () INHERITS (products);
INSERT INTO beside.log VALUES (1), (2);
INSERT INTO beside.child VALUES (7);
SELECT :call;
SELECT * FROM beside.log;
SELECT id FROM products;
DROP TABLE beside.child;

-- the guard stops it
SET client_min_messages = warning;
SELECT fill();
SELECT upkeep.enable_guard(schemas => '{emptied}');
SELECT state FROM failure('SELECT ' || :'call');
SELECT count(*) FROM orders;
SELECT upkeep.disable_guard();
SELECT state, message FROM failure('TRUNCATE emptied.orders, emptied.order_items');
RESET client_min_messages;

-- orders and products that stay elsewhere: a total follows, stock comes back, though it were below zero
SELECT :call;
ALTER TABLE orders SET SCHEMA beside;
ALTER TABLE products SET SCHEMA beside;
SET client_min_messages = warning;
SELECT upkeep.enable_order_snapshots('order_items', 'beside.products'),
  upkeep.enable_order_totals('beside.orders', 'order_items'), upkeep.enable_order_lock('beside.orders', 'order_items'),
  upkeep.enable_stock('order_items', 'beside.products', orders => 'beside.orders'),
  upkeep.enable_order_number('beside.orders');
RESET client_min_messages;
INSERT INTO beside.products VALUES (1, 'Mug', 12, 10), (2, 'Tea', 7, 0);
INSERT INTO beside.orders DEFAULT VALUES;
INSERT INTO order_items (order_id, product_id, quantity) VALUES (1, 1, 3), (1, 2, -2);
UPDATE beside.products SET stock_quantity = 0 WHERE id = 2;
UPDATE beside.orders SET status = 'paid';
SELECT :call;
SELECT order_number, total_amount FROM beside.orders;
SELECT id, stock_quantity FROM beside.products ORDER BY id;
SELECT count(*) FROM upkeep.stock_taken WHERE order_items = 'order_items'::regclass;

-- sequences that are nobody's column, but not one that another table draws from
CREATE SEQUENCE free START 5;
CREATE SEQUENCE shared START 5;
CREATE TABLE by_hand (number text, other text);
CREATE TRIGGER a BEFORE INSERT ON by_hand FOR EACH ROW
  EXECUTE FUNCTION upkeep.order_number('column=number', 'prefix=', 'digits=1', 'sequence=free');
CREATE TRIGGER b BEFORE INSERT ON by_hand FOR EACH ROW
  EXECUTE FUNCTION upkeep.order_number('column=other', 'prefix=', 'digits=1', 'sequence=shared');
CREATE TABLE beside.by_hand (number text);
CREATE TRIGGER a BEFORE INSERT ON beside.by_hand FOR EACH ROW
  EXECUTE FUNCTION upkeep.order_number('column=number', 'prefix=', 'digits=1', 'sequence=emptied.shared');
INSERT INTO by_hand DEFAULT VALUES RETURNING *;
SELECT :call;
INSERT INTO by_hand DEFAULT VALUES RETURNING *;

-- C++ edition {
-- those of others stay, and nobody's trigger may do what is refused otherwise
GRANT USAGE, CREATE ON SCHEMA emptied TO regress_upkeep_owner;
CREATE TABLE theirs (id int GENERATED ALWAYS AS IDENTITY, note text);
ALTER TABLE theirs OWNER TO regress_upkeep_owner;
ALTER TABLE theirs ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
INSERT INTO theirs (note) VALUES ('a'), ('b');
INSERT INTO beside.orders (status) VALUES ('paid');
GRANT USAGE ON SCHEMA beside TO regress_upkeep_owner;
GRANT TRUNCATE ON beside.orders, order_items TO regress_upkeep_owner;
CREATE FUNCTION sly() RETURNS trigger LANGUAGE plpgsql AS
  'BEGIN TRUNCATE beside.orders, emptied.order_items; RETURN NULL; END';
CREATE TRIGGER sly BEFORE TRUNCATE ON theirs FOR EACH STATEMENT EXECUTE FUNCTION sly();
SET ROLE regress_upkeep_owner;
SELECT state FROM public.failure('SELECT ' || :'call');
DROP TRIGGER sly ON theirs;
SELECT :call;
RESET ROLE;
SELECT count(*) FROM by_hand;
INSERT INTO theirs (note) VALUES ('c') RETURNING id;
SET ROLE regress_upkeep_other;
SELECT :call;
RESET ROLE;
-- }
-- what an extension or initdb made stays
SELECT upkeep.empty_tables('upkeep', current_database()), upkeep.empty_tables('information_schema', current_database());
SELECT count(*) > 0 AS stays FROM information_schema.sql_features;

\set VERBOSITY terse
SET client_min_messages = warning;
DROP SCHEMA emptied, beside CASCADE;
