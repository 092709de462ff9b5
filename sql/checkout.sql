-- the storefront tables, order numbers, and checkout.
-- C++ edition {
SELECT upkeep.create_storefront('store');
-- }
SET client_min_messages = warning;
SELECT upkeep.create_storefront('store', history => false);
RESET client_min_messages;
SELECT table_name, column_name, data_type, is_nullable, column_default FROM information_schema.columns
  WHERE table_schema = 'store' ORDER BY table_name, ordinal_position;
SELECT conrelid::regclass AS on_table, conname, pg_get_constraintdef(oid) FROM pg_constraint
  WHERE connamespace = 'store'::regnamespace AND contype <> 'n' ORDER BY conrelid::regclass::text COLLATE "C", conname;
SELECT indexname FROM pg_indexes WHERE schemaname = 'store' ORDER BY 1;
-- C++ edition {
SELECT object, feature, triggers FROM upkeep.managed WHERE object::text LIKE 'store.%' ORDER BY 1, 2, 3;
-- }
SELECT object, feature, triggers FROM upkeep.managed
  WHERE object::text LIKE 'store.%' AND feature <> 'history' ORDER BY 1, 2, 3;
SELECT count(*) FROM pg_class c
  WHERE c.relnamespace = 'store'::regnamespace AND relkind = 'r' AND obj_description(c.oid, 'pg_class') IS NOT NULL;
-- every foreign key has an index
SELECT conname FROM pg_constraint c WHERE connamespace = 'store'::regnamespace AND contype = 'f'
  AND NOT EXISTS (SELECT FROM pg_index i WHERE i.indrelid = c.conrelid AND i.indkey[0] = c.conkey[1]);
-- called again: adds what is missing, keeps what somebody chose
SELECT upkeep.create_storefront('store', history => false);
ALTER TABLE store.users DROP COLUMN phone;
DROP INDEX store.orders_status_idx;
ALTER TABLE store.orders DROP CONSTRAINT orders_order_number_key;
DROP TABLE store.cart_items;
SELECT upkeep.enable_order_status('store.orders',
  '{"pending": ["paid", "cancelled"], "paid": ["cancelled"], "cancelled": ["pending"]}');
SELECT upkeep.disable_order_number('store.orders');
SELECT upkeep.create_storefront('store', history => false);
SELECT attname FROM pg_attribute WHERE attrelid = 'store.users'::regclass AND attname = 'phone';
SELECT count(*) AS indexes FROM pg_indexes WHERE schemaname = 'store';
SELECT feature, options FROM upkeep.managed
  WHERE object = 'store.orders'::regclass AND feature IN ('order_status', 'order_number') ORDER BY 1;
SELECT count(*) FROM upkeep.managed WHERE object::text = 'store.cart_items';

-- a sale
INSERT INTO store.users (id, email) VALUES ('00000000-0000-0000-0000-00000000000a', 'a@example.com');
INSERT INTO store.products (id, name, price, stock_quantity) VALUES
  ('00000000-0000-0000-0000-000000000001', 'cup', 4.50, 10), ('00000000-0000-0000-0000-000000000002', 'pot', 20, 1);
INSERT INTO store.carts (id, user_id)
  VALUES ('00000000-0000-0000-0000-00000000000c', '00000000-0000-0000-0000-00000000000a');
INSERT INTO store.carts (id, session_id) VALUES ('00000000-0000-0000-0000-00000000000d', 'guest');
INSERT INTO store.cart_items (cart_id, product_id, quantity) VALUES
  ('00000000-0000-0000-0000-00000000000c', '00000000-0000-0000-0000-000000000001', 3),
  ('00000000-0000-0000-0000-00000000000c', '00000000-0000-0000-0000-000000000002', 1);
SELECT upkeep.checkout('00000000-0000-0000-0000-00000000000c', '{"city": "Bonn"}', 'store') IS NOT NULL AS ordered;
SELECT o.order_number, o.total_amount, o.status, o.billing_address, u.email FROM store.orders o
  LEFT JOIN store.users u ON u.id = o.user_id;
SELECT product_snapshot ->> 'name' AS name, quantity, price_snapshot FROM store.order_items ORDER BY 1;
SELECT count(*) AS left_in_cart FROM store.cart_items;
-- nothing to order leaves nothing behind
SELECT * FROM failure('SELECT upkeep.checkout(''00000000-0000-0000-0000-00000000000c'', NULL, ''store'')');
SELECT * FROM failure('SELECT upkeep.checkout(''00000000-0000-0000-0000-0000000000ff'', NULL, ''store'')');
SELECT * FROM failure('SELECT upkeep.checkout(NULL, NULL, ''store'')');
SELECT * FROM failure('SELECT upkeep.checkout(''00000000-0000-0000-0000-00000000000c'', NULL, ''nowhere'')');
SELECT * FROM failure('SELECT upkeep.checkout(''00000000-0000-0000-0000-00000000000c'')');
SELECT count(*) FROM store.orders;
-- the search_path; a guest; an item that cannot be sold undoes all of it
SET search_path = public, store;
INSERT INTO cart_items (cart_id, product_id, quantity)
  VALUES ('00000000-0000-0000-0000-00000000000d', '00000000-0000-0000-0000-000000000001', 2);
UPDATE products SET active = false WHERE name = 'cup';
SELECT state, message FROM failure('SELECT upkeep.checkout(''00000000-0000-0000-0000-00000000000d'')');
SELECT count(*) FROM cart_items;
UPDATE products SET active = true;
SELECT upkeep.checkout('00000000-0000-0000-0000-00000000000d') IS NOT NULL AS ordered;
SELECT user_id, total_amount, billing_address FROM orders WHERE user_id IS NULL;
-- what an order costs beside its lines; what is 0 or NULL is left to the column
INSERT INTO cart_items (cart_id, product_id, quantity)
  VALUES ('00000000-0000-0000-0000-00000000000d', '00000000-0000-0000-0000-000000000001', 2);
BEGIN;
SELECT upkeep.checkout('00000000-0000-0000-0000-00000000000d', shipping => 4.90, discount => 1, tax => 0.57) AS id \gset
SELECT subtotal_amount, shipping_amount, discount_amount, tax_amount, total_amount, currency FROM orders
  WHERE id = :'id';
SELECT currency FROM order_items WHERE order_id = :'id';
ROLLBACK;
BEGIN;
ALTER TABLE orders ALTER shipping_amount SET DEFAULT 3.50, DROP COLUMN tax_amount CASCADE;
SELECT upkeep.enable_order_totals('orders', 'order_items', total_formula => 'lines + shipping_amount');
SELECT upkeep.checkout('00000000-0000-0000-0000-00000000000d', '{}', 'store', NULL, 0.5, 0.00) AS id \gset
SELECT shipping_amount, discount_amount, total_amount FROM orders WHERE id = :'id';
ROLLBACK;
SELECT given, f.* FROM unnest('{shipping => -0.01,discount => -1,tax => ''NaN'',tax => ''infinity'',shipping => 1e9,
    shipping => ''-infinity''}'::text[]) given,
  failure(format('SELECT upkeep.checkout(''00000000-0000-0000-0000-00000000000d'', %s)', given)) f;
BEGIN;
ALTER TABLE orders RENAME shipping_amount TO delivery;
SELECT * FROM failure('SELECT upkeep.checkout(''00000000-0000-0000-0000-00000000000d'', shipping => 1, tax => 1)');
ALTER TABLE orders RENAME tax_amount TO vat;
SELECT * FROM failure('SELECT upkeep.checkout(''00000000-0000-0000-0000-00000000000d'', shipping => 1, tax => 1)');
ROLLBACK;
SELECT count(*) FROM cart_items;
DELETE FROM cart_items;
-- with stock: what is short is left in the cart
SELECT upkeep.enable_stock('order_items', 'products', orders => 'orders');
INSERT INTO cart_items (cart_id, product_id, quantity) SELECT '00000000-0000-0000-0000-00000000000d', id, 2
  FROM products;
SELECT * FROM failure('SELECT upkeep.checkout(''00000000-0000-0000-0000-00000000000d'')');
UPDATE cart_items SET quantity = 1;
SELECT upkeep.checkout('00000000-0000-0000-0000-00000000000d') IS NOT NULL AS ordered;
SELECT name, stock_quantity FROM products ORDER BY 1;
UPDATE orders SET status = 'cancelled' WHERE order_number = (SELECT max(order_number) FROM orders);
SELECT name, stock_quantity FROM products ORDER BY 1;
SELECT upkeep.disable_stock('order_items');
-- with the caller's rights, and no operator of his
GRANT USAGE ON SCHEMA store TO regress_upkeep_other;
SET ROLE regress_upkeep_other;
SELECT state, message FROM failure('SELECT upkeep.checkout(''00000000-0000-0000-0000-00000000000d'', NULL, ''store'')');
RESET ROLE;
GRANT SELECT, UPDATE ON store.carts TO regress_upkeep_other;
GRANT SELECT, DELETE ON store.cart_items TO regress_upkeep_other;
GRANT SELECT, INSERT ON store.orders, store.order_items TO regress_upkeep_other;
INSERT INTO cart_items (cart_id, product_id, quantity) SELECT '00000000-0000-0000-0000-00000000000d', id, 1
  FROM products;
CREATE FUNCTION store.never(uuid, uuid) RETURNS boolean LANGUAGE sql AS 'SELECT false';
CREATE OPERATOR store.= (LEFTARG = uuid, RIGHTARG = uuid, FUNCTION = store.never);
SET ROLE regress_upkeep_other;
SET search_path = store, pg_catalog;
SELECT upkeep.checkout('00000000-0000-0000-0000-00000000000d') IS NOT NULL AS ordered;
RESET ROLE;
SET search_path = store, public;
DROP OPERATOR store.= (uuid, uuid);
-- what cannot be made
CREATE VIEW store.a_view AS SELECT 1 AS x;
ALTER TABLE store.cart_items RENAME TO real_items;
ALTER VIEW store.a_view RENAME TO cart_items;
SELECT * FROM failure('SELECT upkeep.create_storefront(''store'')');
DROP VIEW store.cart_items;
ALTER TABLE store.real_items RENAME TO cart_items;
SET ROLE regress_upkeep_other;
SELECT * FROM public.failure('SELECT upkeep.create_storefront(''store'')');
SELECT state FROM public.failure('SELECT upkeep.create_storefront(''regress_upkeep_other'')');
SELECT * FROM public.failure('SELECT upkeep.create_storefront(NULL)');
RESET ROLE;

-- order numbers
CREATE TABLE numbered (id int PRIMARY KEY, order_number text UNIQUE, note text);
INSERT INTO numbered VALUES (1, 'ORD-00000041'), (2, 'ORD-7x'), (3, 'A-99'), (4, 'ORD-0005');
SELECT upkeep.enable_order_number('numbered');
INSERT INTO numbered (id) VALUES (5), (6);
INSERT INTO numbered VALUES (7, 'mine');
INSERT INTO numbered (id) VALUES (5) ON CONFLICT (id) DO NOTHING;
WITH n AS (INSERT INTO numbered (id) VALUES (8) RETURNING order_number) SELECT * FROM n;
COPY numbered (id) FROM stdin;
9
\.
SELECT id, order_number FROM numbered WHERE id > 4 ORDER BY id;
-- again, with other options: never a number twice
SELECT upkeep.enable_order_number('numbered', prefix => '', digits => 1);
INSERT INTO numbered (id) VALUES (10);
SELECT upkeep.enable_order_number('numbered', prefix => 'A-', digits => 2);
INSERT INTO numbered (id) VALUES (11);
SELECT upkeep.disable_order_number('numbered');
SELECT upkeep.disable_order_number('numbered');
INSERT INTO numbered (id) VALUES (12);
SELECT upkeep.enable_order_number('numbered', prefix => 'A-', digits => 2);
INSERT INTO numbered (id) VALUES (13);
BEGIN;
SET LOCAL upkeep.pause = 'order_number';
INSERT INTO numbered (id) VALUES (14);
ROLLBACK;
SELECT id, order_number FROM numbered WHERE id > 9 ORDER BY id;
SELECT options FROM upkeep.managed WHERE object = 'numbered'::regclass;
-- the sequence goes by its table; a shopper needs no right on it
GRANT INSERT, SELECT ON numbered TO regress_upkeep_other;
SET ROLE regress_upkeep_other;
INSERT INTO store.numbered (id) VALUES (15) RETURNING order_number;
SELECT state, message FROM public.failure('SELECT nextval(''store.numbered_order_number_seq'')');
RESET ROLE;
ALTER SEQUENCE numbered_order_number_seq RENAME TO renamed;
SELECT * FROM failure('INSERT INTO numbered (id) VALUES (16)');
SELECT upkeep.enable_order_number('numbered', prefix => 'A-', digits => 2);
INSERT INTO numbered (id) VALUES (16) RETURNING order_number;
DROP TABLE numbered;
SELECT to_regclass('store.renamed');
-- partitions, a tenant, varchar and domains
CREATE DOMAIN short AS varchar(6) CHECK (VALUE <> 'N00004');
CREATE TABLE parted (shop int, year int, number short, note text) PARTITION BY LIST (year);
CREATE TABLE parted_1 PARTITION OF parted FOR VALUES IN (1) PARTITION BY LIST (shop);
CREATE TABLE parted_1_1 (note text, gone int, number short, shop int, year int);
ALTER TABLE parted_1_1 DROP COLUMN gone;
ALTER TABLE parted_1 ATTACH PARTITION parted_1_1 FOR VALUES IN (1);
SELECT * FROM failure('SELECT upkeep.enable_order_number(''parted'', ''number'', ''N'', 5)');
CREATE UNIQUE INDEX ON parted (shop, year, number);
SELECT * FROM failure('SELECT upkeep.enable_order_number(''parted'', ''number'', ''N'', 6)');
SELECT upkeep.enable_order_number('parted', 'number', 'N', 5, 'shop');
INSERT INTO parted VALUES (1, 1), (1, 1);
INSERT INTO parted_1_1 (shop, year) VALUES (1, 1);
SELECT tableoid::regclass, number FROM parted ORDER BY 2;
-- C++ edition {
SELECT * FROM failure('INSERT INTO store.parted VALUES (1, 1)');
-- }
SELECT setval('parted_number_seq', 99999);
-- C++ edition {
SELECT * FROM failure('INSERT INTO store.parted VALUES (1, 1)');
-- }
-- what cannot be enabled
CREATE TABLE unfit (a text, b char(20) UNIQUE, c text GENERATED ALWAYS AS ('x') STORED UNIQUE, d int UNIQUE, e text,
  f text UNIQUE DEFERRABLE, g varchar(9) UNIQUE, tenant int, UNIQUE (e, d));
CREATE UNIQUE INDEX ON unfit (a) WHERE a > '';
CREATE UNIQUE INDEX ON unfit (lower(a));
CREATE UNIQUE INDEX ON unfit (d) INCLUDE (a);
SELECT c, f.* FROM unnest('{a,b,c,d,e,f,g,none}'::name[]) c,
  failure(format('SELECT upkeep.enable_order_number(''unfit'', %L)', c)) f;
SELECT * FROM failure('SELECT upkeep.enable_order_number(''unfit'', ''a'', tenant_column => ''tenant'')');
SELECT digits, f.* FROM unnest('{0,19,-1}'::int[]) digits,
  failure(format('SELECT upkeep.enable_order_number(''unfit'', ''f'', digits => %s)', digits)) f;
SELECT * FROM failure('SELECT upkeep.enable_order_number(''unfit'', ''f'', NULL)');
SELECT count(*) FROM pg_class WHERE relname LIKE 'unfit%seq';
CREATE TRIGGER hand BEFORE INSERT ON unfit FOR EACH ROW
  EXECUTE FUNCTION upkeep.order_number('column=a', 'digits=x', 'sequence=unfit');
SELECT * FROM failure('INSERT INTO unfit DEFAULT VALUES');
CREATE OR REPLACE TRIGGER hand BEFORE INSERT ON unfit FOR EACH ROW
  EXECUTE FUNCTION upkeep.order_number('column=a', 'sequence=unfit');
SELECT * FROM failure('INSERT INTO unfit DEFAULT VALUES');
CREATE OR REPLACE TRIGGER hand BEFORE INSERT ON unfit FOR EACH ROW EXECUTE FUNCTION upkeep.order_number('column=a');
SELECT * FROM failure('INSERT INTO unfit DEFAULT VALUES');
CREATE OR REPLACE TRIGGER hand BEFORE UPDATE ON unfit FOR EACH ROW EXECUTE FUNCTION upkeep.order_number('column=a');
INSERT INTO unfit DEFAULT VALUES;
SELECT * FROM failure('UPDATE unfit SET d = 1');
-- another's sequence
CREATE SEQUENCE public.others;
SET ROLE regress_upkeep_owner;
CREATE TABLE public.thief (number text);
CREATE TRIGGER hand BEFORE INSERT ON public.thief FOR EACH ROW
  EXECUTE FUNCTION upkeep.order_number('column=number', 'sequence=public.others');
-- C++ edition {
SELECT * FROM public.failure('INSERT INTO public.thief DEFAULT VALUES');
-- }
RESET ROLE;
DROP TABLE public.thief;
DROP SEQUENCE public.others;
RESET search_path;
SET client_min_messages = warning;
DROP SCHEMA store CASCADE;
