-- order_lock: a paid order is closed.
CREATE SCHEMA locking;
SET search_path = locking, public;
\set SHOW_CONTEXT never
SET client_min_messages = warning;
CREATE TABLE products (id int PRIMARY KEY);
CREATE TABLE orders (id int PRIMARY KEY, status text DEFAULT 'pending', total_amount numeric(10,2),
  billing_address jsonb, payment_id text, note text, payment_completed_at timestamptz);
CREATE TABLE order_items (id int PRIMARY KEY, order_id int REFERENCES orders ON DELETE CASCADE,
  product_id int REFERENCES products ON DELETE SET NULL, gift_id int REFERENCES products ON DELETE SET NULL,
  quantity int DEFAULT 1,
  price_snapshot numeric(10,2) DEFAULT 1, doubled int GENERATED ALWAYS AS (coalesce(product_id, 0) * 2) STORED,
  version int DEFAULT 1, updated_at timestamptz DEFAULT '2020-01-01');
CREATE INDEX ON order_items (order_id);
INSERT INTO products SELECT generate_series(1, 9);
INSERT INTO orders (id) SELECT generate_series(1, 9);
SELECT upkeep.enable_order_totals('orders', 'order_items'),
  upkeep.enable_updated_at('order_items', version_column => 'version');
RESET client_min_messages;
INSERT INTO order_items (id, order_id, product_id, gift_id) VALUES
  (1, 1, 1, 9), (2, 1, 2, 9), (3, 2, 3, 9), (4, 3, 1, NULL), (5, 4, 4, NULL), (6, NULL, 5, NULL);
SELECT upkeep.enable_order_lock('orders', 'order_items');
SELECT object, options, triggers FROM upkeep.managed
  WHERE feature = 'order_lock' ORDER BY object::text COLLATE "C", trigger COLLATE "C";
-- verdicts(): what becomes of each statement, undone afterwards
CREATE FUNCTION verdicts(VARIADIC statements text[]) RETURNS TABLE (statement text, verdict text) LANGUAGE plpgsql AS $$
BEGIN
  FOREACH statement IN ARRAY statements LOOP
    BEGIN
      EXECUTE statement;
      RAISE SQLSTATE 'OK000';
    EXCEPTION WHEN SQLSTATE 'OK000' THEN verdict := 'done'; WHEN OTHERS THEN
      GET STACKED DIAGNOSTICS verdict = PG_EXCEPTION_DETAIL;
      verdict := SQLSTATE || ' ' || SQLERRM || coalesce(' / ' || nullif(verdict, ''), '');
    END;
    RETURN NEXT;
  END LOOP;
END $$;
SET TimeZone = 'UTC';

-- the update that pays may set what will be frozen; 1 is paid by its date, 2 by its status
UPDATE orders SET payment_completed_at = '2026-03-01 12:00', payment_id = 'p1', billing_address = '{"city": "Wien"}'
  WHERE id = 1;
UPDATE orders SET status = 'completed', payment_id = 'p2' WHERE id = 2;
SELECT id, status, total_amount, payment_id FROM orders WHERE id < 4 ORDER BY id;
SELECT * FROM failure('INSERT INTO order_items (id, order_id) VALUES (10, 1)');
SELECT * FROM verdicts('INSERT INTO order_items (id, order_id) VALUES (10, 2)',
  'INSERT INTO order_items (id, order_id) VALUES (10, 3), (11, 2), (12, 1)',
  'INSERT INTO order_items (id, order_id) VALUES (10, 3), (11, NULL)',
  'UPDATE order_items SET quantity = 2 WHERE id = 3', 'UPDATE order_items SET order_id = 3 WHERE id = 1',
  'UPDATE order_items SET order_id = 1 WHERE id = 4', 'UPDATE order_items SET order_id = NULL WHERE id = 1',
  'UPDATE order_items SET quantity = 2 WHERE id IN (4, 5, 6)', 'UPDATE order_items SET quantity = quantity',
  'UPDATE order_items SET updated_at = now(), version = version', 'UPDATE order_items SET id = 100 WHERE id = 1',
  'DELETE FROM order_items WHERE id = 1', 'DELETE FROM order_items WHERE order_id = 3',
  'DELETE FROM order_items WHERE false', 'TRUNCATE order_items', 'TRUNCATE orders CASCADE',
  'INSERT INTO order_items (id, order_id) VALUES (1, 3) ON CONFLICT (id) DO UPDATE SET quantity = 5',
  'INSERT INTO order_items (id, order_id) VALUES (1, 3) ON CONFLICT (id) DO NOTHING',
  'MERGE INTO order_items l USING (VALUES (1), (200)) s (id) ON l.id = s.id WHEN MATCHED THEN DELETE '
      'WHEN NOT MATCHED THEN INSERT (id, order_id) VALUES (s.id, 3)',
  'WITH o AS (INSERT INTO orders (id, status) VALUES (50, ''paid'') RETURNING id) INSERT INTO order_items (id, '
    'order_id) SELECT 300, id FROM o',
  'INSERT INTO order_items (id, order_id) SELECT 1000 + g, 1 + g % 9 FROM generate_series(1, 100) g',
  'INSERT INTO order_items (id, order_id) SELECT 1000 + g, 3 + g % 7 FROM generate_series(1, 100) g');
COPY order_items (id, order_id) FROM STDIN;
10	3
11	1
\.
-- products go, also those of paid orders: one of the columns, both, and none by hand but to NULL
SELECT * FROM verdicts('DELETE FROM products WHERE id = 1', 'DELETE FROM products WHERE id IN (2, 9)',
  'UPDATE order_items SET product_id = NULL WHERE id = 1', 'UPDATE order_items SET product_id = 5 WHERE id = 1',
  'UPDATE order_items SET product_id = NULL, gift_id = 5 WHERE id = 1',
  'UPDATE order_items SET product_id = NULL, quantity = 3 WHERE id = 1');
DELETE FROM products WHERE id IN (1, 9);
SELECT id, product_id, gift_id, version FROM order_items ORDER BY id;
SELECT * FROM verdicts('UPDATE order_items SET product_id = 5 WHERE id = 1');

-- the order itself: frozen columns, repeated webhooks, reopening, deleting
SELECT * FROM verdicts('UPDATE orders SET total_amount = 3 WHERE id = 1',
  'UPDATE orders SET total_amount = 2.000 WHERE id = 1',
  'UPDATE orders SET billing_address = ''{ "city":"Wien" }'' WHERE id = 1',
  'UPDATE orders SET billing_address = ''{"city":"Graz"}'' WHERE id = 1',
  'UPDATE orders SET billing_address = NULL WHERE id = 1', 'UPDATE orders SET payment_id = ''p3'' WHERE id = 2',
  'UPDATE orders SET payment_id = ''p2'' WHERE id = 2',
  'UPDATE orders SET note = ''sent'', status = ''completed''',
  'UPDATE orders SET payment_completed_at = ''2026-03-02'', payment_id = ''p1'' WHERE id = 1',
  'UPDATE orders SET payment_completed_at = NULL WHERE id = 1',
  'UPDATE orders SET status = ''pending'' WHERE id = 1',
  'UPDATE orders SET total_amount = 3, billing_address = ''{}'' WHERE id = 3',
  'UPDATE orders SET status = ''paid'', billing_address = ''{}'' WHERE id = 3',
  'DELETE FROM orders WHERE id = 3', 'DELETE FROM orders WHERE id IN (2, 3)', 'DELETE FROM orders WHERE id = 1',
  'DELETE FROM orders WHERE false', 'TRUNCATE orders, order_items');
DELETE FROM orders WHERE id = 3;
SELECT count(*) FROM order_items WHERE order_id = 3;
-- paused
BEGIN;
SET LOCAL upkeep.pause = 'order_lock';
UPDATE order_items SET quantity = 5 WHERE id = 1;
UPDATE orders SET payment_id = 'p9' WHERE id = 1;
INSERT INTO order_items (id, order_id) VALUES (10, 2);
SELECT id, total_amount, payment_id FROM orders WHERE id < 3 ORDER BY id;
TRUNCATE order_items;
DELETE FROM orders WHERE id = 1;
ROLLBACK;
-- a wrong total of a locked order is reported, not repaired
BEGIN;
SET LOCAL upkeep.pause = 'all';
UPDATE orders SET total_amount = 1000 + id;
SET LOCAL upkeep.pause = '';
CALL upkeep.repair_order_totals('orders', 'order_items');
SELECT id, total_amount FROM orders ORDER BY id;
SET LOCAL upkeep.pause = 'all';
INSERT INTO orders (id, status, total_amount) SELECT g, 'paid', g FROM generate_series(101, 115) g;
SET LOCAL upkeep.pause = '';
CALL upkeep.repair_order_totals('orders', 'order_items');
ROLLBACK;

-- other options
SELECT upkeep.enable_order_lock('orders', 'order_items', status_column => 'status',
  locked_statuses => '{Closed,"in transit",paid}', frozen_columns => '{note}');
SELECT DISTINCT options FROM upkeep.managed WHERE feature = 'order_lock' AND object = 'orders'::regclass;
SELECT *
  FROM verdicts('UPDATE orders SET status = ''in transit'' WHERE id = 4; DELETE FROM order_items WHERE order_id = 4',
  'UPDATE orders SET status = ''Closed'' WHERE id = 4; UPDATE orders SET note = ''x'' WHERE id = 4',
  'UPDATE orders SET status = ''Closed'' WHERE id = 4; UPDATE orders SET payment_id = ''x'' WHERE id = 4',
  'DELETE FROM order_items WHERE order_id = 2');
SELECT upkeep.enable_order_lock('orders', 'order_items', locked_statuses => '{}', frozen_columns => '{}');
SELECT * FROM verdicts('DELETE FROM order_items WHERE order_id = 2', 'DELETE FROM order_items WHERE order_id = 1',
  'UPDATE orders SET total_amount = 2 WHERE id = 1');
SELECT c, f.* FROM unnest(ARRAY['paid_column => ''paid''', 'status_column => ''state''',
  'frozen_columns => ''{total_amount,nothing}''', 'frozen_columns => NULL', 'locked_statuses => NULL',
  'locked_statuses => ''{NULL}''',
  'order_key => ''note''', 'tenant_column => ''shop''', 'locked_statuses => array[repeat(''x'', 64)]']) c,
  failure(format('SELECT upkeep.enable_order_lock(''orders'', ''order_items'', %s)', c)) f;
-- NULL means the usual lists
SELECT upkeep.enable_order_lock('orders', 'order_items', locked_statuses => NULL, frozen_columns => NULL);
SELECT DISTINCT options FROM upkeep.managed WHERE feature = 'order_lock' AND object = 'orders'::regclass;
CREATE TABLE bare (id int PRIMARY KEY);
CREATE TABLE bare_lines (id int, order_id int);
SELECT * FROM failure($$SELECT upkeep.enable_order_lock('bare', 'bare_lines')$$);
CREATE TABLE listed (id int[] PRIMARY KEY, status text);
CREATE TABLE listed_lines (order_id int[]);
SELECT * FROM failure($$SELECT upkeep.enable_order_lock('listed', 'listed_lines')$$);
SELECT upkeep.disable_order_lock('orders', 'order_items');
SELECT count(*) FROM upkeep.managed WHERE feature = 'order_lock';
SELECT upkeep.disable_order_lock('orders');
DELETE FROM order_items WHERE id = 1;

-- two tables of lines, an enum, a character(n), tenants, partitions, plain triggers
CREATE TYPE state AS ENUM ('open', 'paid');
CREATE TABLE shop_orders (shop int, no bigint, state state DEFAULT 'open', kind character(9) DEFAULT 'x',
  total_amount int, PRIMARY KEY (shop, no)) PARTITION BY LIST (shop);
CREATE TABLE shop_orders_1 PARTITION OF shop_orders FOR VALUES IN (1);
CREATE TABLE shop_orders_2 (total_amount int, kind character(9) DEFAULT 'x', state state DEFAULT 'open',
  no bigint NOT NULL, shop int NOT NULL);
ALTER TABLE shop_orders ATTACH PARTITION shop_orders_2 FOR VALUES IN (2);
CREATE TABLE shop_lines (shop int, order_id int, x int) PARTITION BY LIST (shop);
CREATE TABLE shop_lines_1 PARTITION OF shop_lines FOR VALUES IN (1);
CREATE TABLE shop_lines_2 PARTITION OF shop_lines FOR VALUES IN (2);
CREATE TABLE shop_discounts (shop int, order_id int,
  FOREIGN KEY (shop, order_id) REFERENCES shop_orders ON DELETE CASCADE);
INSERT INTO shop_orders VALUES (1, 1), (1, 2), (2, 1), (2, 2);
INSERT INTO shop_lines VALUES (1, 1), (1, 2), (2, 1), (2, 2);
INSERT INTO shop_discounts VALUES (1, 1), (2, 2);
SELECT upkeep.enable_order_lock('shop_orders', lines, order_key => 'no', status_column => 'state',
  tenant_column => 'shop') FROM unnest('{shop_lines,shop_discounts}'::regclass[]) lines;
UPDATE shop_orders SET state = 'paid' WHERE (shop, no) IN ((2, 1), (1, 2));
SELECT * FROM verdicts('UPDATE shop_lines SET x = 1 WHERE shop = 2', 'UPDATE shop_lines_2 SET x = 1 WHERE order_id = 1',
  'UPDATE shop_lines SET x = 1 WHERE order_id = 1 AND shop = 1', 'DELETE FROM shop_lines_1',
  'TRUNCATE shop_lines_1', 'UPDATE shop_lines SET shop = 2 WHERE shop = 1 AND order_id = 1',
  'INSERT INTO shop_discounts VALUES (1, 2)', 'INSERT INTO shop_discounts VALUES (1, 1)', 'DELETE FROM shop_orders_2',
  'DELETE FROM shop_orders_1 WHERE no = 1',
  'UPDATE shop_orders SET total_amount = 5', 'UPDATE shop_orders SET total_amount = 5 WHERE no = 1 AND shop = 1',
  'UPDATE shop_orders SET shop = 1, no = 9 WHERE shop = 2 AND no = 1', 'TRUNCATE shop_orders_1 CASCADE',
  'INSERT INTO shop_lines SELECT 1 + g % 2, g, 0 FROM generate_series(1, 30) g');
SELECT upkeep.disable_order_lock('shop_orders', 'shop_lines');
SELECT DISTINCT object FROM upkeep.managed WHERE feature = 'order_lock' ORDER BY 1;
SELECT upkeep.disable_order_lock('shop_orders');
SELECT count(*) FROM upkeep.managed WHERE feature = 'order_lock';
SELECT upkeep.enable_order_lock('shop_orders', 'shop_discounts', order_key => 'no', status_column => 'kind',
  tenant_column => 'shop');
SELECT * FROM verdicts('UPDATE shop_orders SET kind = ''paid''; DELETE FROM shop_discounts',
  'UPDATE shop_orders SET kind = ''paid''; DELETE FROM shop_orders',
  'UPDATE shop_orders SET kind = ''paid''; UPDATE shop_orders SET total_amount = 9');
CREATE TRIGGER guard AFTER DELETE ON bare_lines REFERENCING OLD TABLE AS o FOR EACH STATEMENT
  EXECUTE FUNCTION upkeep.order_lock('orders=locking.orders');
INSERT INTO bare_lines VALUES (1, 1), (2, 4);
SELECT * FROM verdicts('DELETE FROM bare_lines WHERE id = 2', 'DELETE FROM bare_lines');
CREATE TRIGGER guard2 BEFORE INSERT ON bare_lines FOR EACH STATEMENT
  EXECUTE FUNCTION upkeep.order_lock('orders=locking.orders');
SELECT state, message FROM failure('INSERT INTO bare_lines VALUES (3)');
DROP TRIGGER guard2 ON bare_lines;
ALTER TABLE orders DROP COLUMN payment_completed_at;
SELECT * FROM verdicts('DELETE FROM bare_lines');
ALTER TABLE orders DROP COLUMN status;
SELECT * FROM verdicts('DELETE FROM bare_lines');
-- C++ edition {
SELECT * FROM failure('SELECT upkeep.order_lock()');
-- }

-- a buyer without any right on the orders, behind row security; a hostile search_path
SELECT CASE WHEN EXISTS (SELECT FROM pg_extension WHERE extname = 'pg_upkeep') THEN 'regress_upkeep_owner'
  ELSE session_user END AS owner \gset
CREATE SCHEMA owned AUTHORIZATION :owner;
GRANT USAGE ON SCHEMA owned TO regress_upkeep_other;
SET ROLE :owner;
CREATE TABLE owned.orders (id int PRIMARY KEY, status text, payment_completed_at timestamptz);
CREATE TABLE owned.items (id int, order_id int REFERENCES owned.orders);
INSERT INTO owned.orders VALUES (1, 'paid'), (2, 'pending');
SELECT upkeep.enable_order_lock('owned.orders', 'owned.items');
GRANT SELECT, INSERT, UPDATE, DELETE, TRIGGER ON owned.items TO regress_upkeep_other;
ALTER TABLE owned.orders ENABLE ROW LEVEL SECURITY;
-- C++ edition {
ALTER TABLE owned.orders FORCE ROW LEVEL SECURITY;
-- }
CREATE POLICY nobody ON owned.orders USING (false);
RESET ROLE;
CREATE SCHEMA harm;
CREATE FUNCTION harm.yes(text, text) RETURNS boolean LANGUAGE sql AS $$ SELECT false $$;
CREATE FUNCTION harm.yes(int, int) RETURNS boolean LANGUAGE sql AS $$ SELECT false $$;
CREATE OPERATOR harm.= (LEFTARG = text, RIGHTARG = text, FUNCTION = harm.yes);
CREATE OPERATOR harm.= (LEFTARG = int, RIGHTARG = int, FUNCTION = harm.yes);
CREATE TABLE harm.orders (id int, status text, payment_completed_at timestamptz);
CREATE DOMAIN harm.text AS int;
GRANT USAGE ON SCHEMA harm TO PUBLIC;
SET ROLE regress_upkeep_other;
SET search_path = harm, pg_catalog;
-- C++ edition {
SET upkeep.pause = 'order_lock';
-- }
INSERT INTO owned.items VALUES (1, 1);
INSERT INTO owned.items VALUES (1, 2);
SELECT public.failure('SELECT upkeep.enable_order_lock(''owned.orders'', ''owned.items'')');
RESET ROLE;
TRUNCATE owned.items;
DELETE FROM owned.orders;
TRUNCATE owned.orders, owned.items;

SET search_path = public;
RESET TimeZone;
SET client_min_messages = warning;
DROP SCHEMA locking, owned, harm CASCADE;
RESET client_min_messages;
RESET search_path;
