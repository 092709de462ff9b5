-- correct_order: one locked order opens for a transaction and a role.
CREATE SCHEMA correcting;
SET search_path = correcting, public;
\set SHOW_CONTEXT never
SET client_min_messages = warning;
-- who owns the tables: whoever loaded the portable edition
SELECT CASE WHEN EXISTS (SELECT FROM pg_extension WHERE extname = 'pg_upkeep') THEN 'regress_upkeep_owner'
  ELSE session_user END AS owner \gset
CREATE ROLE regress_upkeep_support;
CREATE ROLE regress_upkeep_clerk;
GRANT regress_upkeep_support TO regress_upkeep_clerk;
GRANT regress_upkeep_support, regress_upkeep_clerk TO CURRENT_USER;
GRANT USAGE, CREATE ON SCHEMA correcting TO :owner;
GRANT USAGE ON SCHEMA correcting TO regress_upkeep_support, regress_upkeep_clerk, regress_upkeep_other;
-- verdicts(): what becomes of each statement, undone afterwards
CREATE FUNCTION verdicts(VARIADIC statements text[]) RETURNS TABLE (statement text, verdict text) LANGUAGE plpgsql AS $$
BEGIN
  FOREACH statement IN ARRAY statements LOOP
    BEGIN
      EXECUTE statement;
      RAISE SQLSTATE 'OK000';
    EXCEPTION WHEN SQLSTATE 'OK000' THEN verdict := 'done'; WHEN OTHERS THEN
      verdict := SQLSTATE || ' ' || SQLERRM;
    END;
    RETURN NEXT;
  END LOOP;
END $$;
SET ROLE :owner;
CREATE TABLE products (id int PRIMARY KEY, name text, price numeric(10,2), stock_quantity int);
CREATE TABLE orders (id int PRIMARY KEY, status text DEFAULT 'pending', total_amount numeric(10,2),
  billing_address jsonb, payment_id text, user_id int, payment_completed_at timestamptz);
CREATE TABLE order_items (id int PRIMARY KEY, order_id int REFERENCES orders ON DELETE CASCADE,
  product_id int REFERENCES products ON DELETE SET NULL, quantity int DEFAULT 1, price_snapshot numeric(10,2),
  product_snapshot jsonb, note text);
CREATE INDEX ON order_items (order_id);
INSERT INTO products VALUES (1, 'Mug', 12.00, 10), (2, 'Tea', 7.50, 10);
SELECT * FROM failure($$SELECT upkeep.correct_order('orders', '1', 'why')$$);
SELECT upkeep.enable_order_snapshots('order_items', 'products'), upkeep.enable_order_totals('orders', 'order_items'),
  upkeep.enable_order_status('orders', '{"pending": ["paid"], "paid": ["completed"]}'),
  upkeep.enable_stock('order_items', 'products', orders => 'orders'),
  upkeep.enable_order_lock('orders', 'order_items', correct_role => 'regress_upkeep_support');
GRANT SELECT, INSERT, UPDATE, DELETE, TRUNCATE ON orders, order_items TO regress_upkeep_support, regress_upkeep_clerk,
  regress_upkeep_other;
INSERT INTO orders (id, billing_address, user_id) VALUES (1, '{"city": "Wien"}', 7), (2, '{"city": "Graz"}', 8);
INSERT INTO order_items (id, order_id, product_id, quantity) VALUES (1, 1, 1, 2), (2, 1, 2, 1), (3, 2, 1, 1);
UPDATE orders SET status = 'paid', payment_id = 'p' || id;
RESET ROLE;
RESET client_min_messages;

-- who may, and what is asked of them
CREATE FUNCTION refusals(VARIADIC calls text[])
RETURNS TABLE (call text, state text, message text, hint text) LANGUAGE sql AS $$
  SELECT call, f.state, f.message, f.hint
  FROM unnest(calls) call, public.failure(format('SELECT upkeep.correct_order(''correcting.orders'', %s)', call)) f $$;
SET ROLE :owner;
SELECT * FROM refusals('''1'', '' ''', '''9'', ''why''', '''x'', ''why''', 'NULL, ''why''', '''1'', NULL');
SET ROLE regress_upkeep_other;
SELECT * FROM refusals('''1'', ''why''', '''9'', ''''');
SET ROLE regress_upkeep_support;
SELECT * FROM refusals('''9'', ''why''', '''1'', ''''');
SELECT * FROM failure('SELECT upkeep.correct_order(''products'', ''1'', ''why'')');
RESET ROLE;
SELECT f.state, f.message FROM failure('SELECT upkeep.correct_order(NULL, ''1'', ''why'')') f;
SELECT f.state, f.message FROM failure('SELECT upkeep.correct_order(1, ''1'', ''why'')') f;
SELECT f.state, f.message FROM failure('SELECT upkeep.correct_order(''order_items'', ''1'', ''why'')') f;
SELECT count(*) FROM upkeep.order_corrections;

-- what opens and what stays closed, for one order
SET ROLE regress_upkeep_clerk;
BEGIN;
SET LOCAL upkeep.actor = 'anna';
SELECT upkeep.correct_order('orders', ' 1 ', 'a mug broke');
INSERT INTO order_items (id, order_id, product_id, quantity) VALUES (4, 1, 2, 1);
UPDATE order_items SET quantity = 1 WHERE id = 1;
DELETE FROM order_items WHERE id = 2;
UPDATE orders SET billing_address = '{"city": "Linz"}', payment_id = 'p3', total_amount = 1000 WHERE id = 1;
SELECT id, product_id, quantity, price_snapshot FROM order_items WHERE order_id = 1 ORDER BY id;
SELECT id, status, total_amount, billing_address, payment_id FROM orders WHERE id = 1;
SELECT * FROM verdicts('UPDATE order_items SET product_id = 2 WHERE id = 1',
  'UPDATE order_items SET price_snapshot = 1 WHERE id = 1', 'UPDATE order_items SET order_id = 2 WHERE id = 1',
  'UPDATE orders SET id = 10 WHERE id = 1', 'UPDATE orders SET payment_completed_at = NULL WHERE id = 1',
  'UPDATE orders SET status = ''pending'' WHERE id = 1', 'UPDATE orders SET status = ''completed'' WHERE id = 1',
  'DELETE FROM orders WHERE id = 1', 'TRUNCATE order_items', 'TRUNCATE orders CASCADE',
  'UPDATE order_items SET quantity = 5 WHERE id = 3', 'UPDATE order_items SET quantity = quantity + 1',
  'DELETE FROM order_items', 'UPDATE orders SET payment_id = ''x''',
  'UPDATE orders SET payment_id = ''x'' WHERE id = 2',
  'INSERT INTO order_items (id, order_id, product_id, quantity) VALUES (5, 1, 1, 1), (6, 2, 1, 1)',
  'INSERT INTO order_items (id, order_id, product_id, quantity) VALUES (5, 1, 1, 90)');
-- neither another role, nor one that it belongs to; the owner may
SET LOCAL ROLE regress_upkeep_support;
SELECT * FROM verdicts('UPDATE order_items SET quantity = 3 WHERE id = 1',
  'UPDATE orders SET payment_id = ''x'' WHERE id = 1');
SET LOCAL ROLE :owner;
SELECT * FROM verdicts('UPDATE order_items SET quantity = 3 WHERE id = 1',
  'UPDATE orders SET payment_id = ''x'' WHERE id = 1', 'UPDATE order_items SET quantity = 3 WHERE id = 3');
COMMIT;
SET ROLE regress_upkeep_clerk;
SELECT * FROM verdicts('UPDATE order_items SET quantity = 3 WHERE id = 1',
  'UPDATE orders SET payment_id = ''x'' WHERE id = 1');
RESET ROLE;
SELECT id, stock_quantity FROM products ORDER BY id;
SELECT * FROM upkeep.check_orders('orders', 'order_items');
SELECT orders, order_key, reason, role, actor, opened_at < now() AS before, txid < txid_current() AS earlier
  FROM upkeep.order_corrections;

-- the row decides: savepoints, errors, rollback; orders one after the other; the second reason is kept too
SET ROLE regress_upkeep_support;
BEGIN;
SAVEPOINT a;
SELECT upkeep.correct_order('orders', '1', 'first');
UPDATE order_items SET note = 'a' WHERE id = 1;
ROLLBACK TO a;
SELECT * FROM verdicts('UPDATE order_items SET note = ''b'' WHERE id = 1');
SAVEPOINT b;
SELECT upkeep.correct_order('orders', '1', 'second');
RELEASE b;
SELECT upkeep.correct_order('orders', '2', 'third'), upkeep.correct_order('orders', '2', 'fourth');
SELECT * FROM verdicts('UPDATE order_items SET note = ''b''', 'UPDATE orders SET payment_id = ''b''');
SAVEPOINT c;
SELECT 1 / 0;
ROLLBACK TO c;
SELECT * FROM verdicts('UPDATE order_items SET note = ''b''');
ROLLBACK TO a;
SELECT * FROM verdicts('UPDATE order_items SET note = ''b'' WHERE id = 1');
COMMIT;
DO $$
BEGIN
  PERFORM upkeep.correct_order('orders', '1', 'in a block');
  UPDATE correcting.order_items SET note = 'block' WHERE id = 1;
END $$;
BEGIN;
SELECT upkeep.correct_order('orders', '2', 'rolled back');
ROLLBACK;
RESET ROLE;
SELECT role, reason, actor FROM upkeep.order_corrections ORDER BY txid, reason;

-- a number that comes again, as after a restore; what somebody else's transaction has opened
BEGIN;
SET LOCAL ROLE :owner;
SELECT upkeep.correct_order('orders', '1', 'today');
RESET ROLE;
INSERT INTO upkeep.order_corrections (orders, order_key, reason, role, opened_at, txid)
  VALUES ('orders', '2', 'years ago', :'owner', now() - interval '1 year', txid_current()),
    ('orders', '2', 'another', :'owner', now(), txid_current() - 1),
    ('products', '2', 'another table', :'owner', now(), txid_current());
SET LOCAL ROLE :owner;
SELECT * FROM verdicts('UPDATE order_items SET note = ''c'' WHERE order_id = 2',
  'UPDATE orders SET payment_id = ''c'' WHERE id = 2', 'UPDATE order_items SET note = ''c'' WHERE order_id = 1');
ROLLBACK;

-- rows are only added, and read by the owner of the database
SELECT * FROM failure('UPDATE upkeep.order_corrections SET reason = ''none''');
SELECT f.state, f.message FROM unnest(ARRAY['DELETE FROM upkeep.order_corrections',
  'TRUNCATE upkeep.order_corrections']) s, failure(s) f;
-- C++ edition {
SELECT f.state, f.message FROM failure('SELECT upkeep_internal.insert_only()') f;
-- }
SET ROLE regress_upkeep_clerk;
SELECT s, f.state FROM unnest(ARRAY['SELECT * FROM upkeep.order_corrections',
  'INSERT INTO upkeep.order_corrections VALUES (1, '''', '''', '''', NULL, now(), 1)']) s, failure(s) f;
RESET ROLE;
SELECT a.grantee::regrole, a.privilege_type FROM pg_class, aclexplode(relacl) a
  WHERE oid = 'upkeep.order_corrections'::regclass AND a.grantee <> relowner;

-- who acts: anyone says so; not at any length
SET ROLE regress_upkeep_other;
-- C++ edition {
SHOW upkeep.actor;
SET upkeep.actor = 'Änne, 42';
SHOW upkeep.actor;
SELECT f.* FROM failure(format('SET upkeep.actor = %L', repeat('x', 257))) f;
RESET upkeep.actor;
-- }
RESET ROLE;

-- by its date, with orders that several writes open; under a function of the owner's, as the owner
CREATE FUNCTION fix(key int) RETURNS void LANGUAGE sql SECURITY DEFINER SET search_path = correcting AS $$
  SELECT upkeep.correct_order('orders', key::text, 'fixed');
  UPDATE order_items SET note = 'fixed' WHERE order_id = key $$;
ALTER FUNCTION fix OWNER TO :owner;
SET ROLE regress_upkeep_other;
BEGIN;
SELECT fix(1);
SELECT * FROM verdicts('UPDATE order_items SET note = ''other'' WHERE order_id = 1');
COMMIT;
RESET ROLE;
SELECT id, note FROM order_items WHERE note = 'fixed' ORDER BY id;

-- tenants: a JSON array; partitions, and keys that are not numbers
SET ROLE :owner;
SET client_min_messages = warning;
CREATE TABLE shop_orders (shop int, no text, status text DEFAULT 'paid', payment_id text, PRIMARY KEY (shop, no))
  PARTITION BY LIST (shop);
CREATE TABLE shop_orders_1 PARTITION OF shop_orders FOR VALUES IN (1);
CREATE TABLE shop_orders_7 (payment_id text, no text NOT NULL, status text DEFAULT 'paid', shop int NOT NULL);
ALTER TABLE shop_orders ATTACH PARTITION shop_orders_7 FOR VALUES IN (7);
CREATE TABLE shop_lines (shop int, order_id text, x int);
SELECT upkeep.enable_order_lock('shop_orders', 'shop_lines', order_key => 'no', tenant_column => 'shop');
INSERT INTO shop_orders VALUES (1, 'A"1'), (7, 'A"1'), (7, '42');
RESET ROLE;
BEGIN;
SET LOCAL upkeep.pause = 'order_lock';
INSERT INTO shop_lines SELECT shop, no FROM shop_orders;
COMMIT;
SET ROLE :owner;
SELECT c, f.state, f.message FROM unnest(ARRAY['42', '[7]', '[7, 42, 1]', '{"shop": 7}', '[7, "43"]', '[null, "42"]',
  '[7', '["x", "42"]']) c, failure(format('SELECT upkeep.correct_order(''shop_orders'', %L, ''why'')', c)) f;
SELECT hint FROM failure($$UPDATE shop_lines SET x = 1 WHERE shop = 7 AND order_id = 'A"1'$$);
SELECT hint FROM failure($$UPDATE shop_orders SET payment_id = '1' WHERE shop = 7 AND no = 'A"1'$$);
BEGIN;
SELECT upkeep.correct_order('shop_orders', '[ 7,"A\"1"]', 'one'),
  upkeep.correct_order('shop_orders_7', '["7", 42]', 'two');
SELECT * FROM verdicts('UPDATE shop_lines SET x = 1 WHERE shop = 7', 'UPDATE shop_lines SET x = 1',
  'UPDATE shop_orders SET payment_id = ''1'' WHERE shop = 7', 'UPDATE shop_orders_7 SET payment_id = ''1''',
  'UPDATE shop_orders SET payment_id = ''1''', 'UPDATE shop_orders SET shop = 1 WHERE no = ''42''');
COMMIT;
RESET ROLE;
SELECT orders, order_key FROM upkeep.order_corrections WHERE reason IN ('one', 'two') ORDER BY order_key;
RESET client_min_messages;

-- orders in a child
SET ROLE :owner;
SET client_min_messages = warning;
CREATE TABLE sales (id int PRIMARY KEY, status text DEFAULT 'paid', total_amount numeric(10,2));
CREATE TABLE sales_2020 (PRIMARY KEY (id)) INHERITS (sales);
CREATE TABLE sold (id int PRIMARY KEY, order_id int, x int);
INSERT INTO sales_2020 VALUES (1), (2);
INSERT INTO sold VALUES (1, 1), (2, 2);
SELECT upkeep.enable_order_lock('sales', 'sold');
RESET client_min_messages;
BEGIN;
SELECT upkeep.correct_order('sales', '1', 'a child''s'), upkeep.correct_order('sales_2020', '2', 'a child''s');
SELECT * FROM verdicts('UPDATE sold SET x = 1', 'UPDATE sales SET total_amount = 1',
  'UPDATE sales_2020 SET total_amount = 1');
ROLLBACK;
RESET ROLE;

-- erasing a customer
BEGIN;
SET LOCAL ROLE regress_upkeep_support;
SELECT upkeep.correct_order('orders', '1', 'request 17: erase');
UPDATE orders SET billing_address = NULL, user_id = NULL WHERE id = 1;
COMMIT;
SELECT id, billing_address, user_id FROM orders ORDER BY id;

-- what a correction of a closed order leaves, by whatever key it was named
CREATE TABLE closed (id int PRIMARY KEY, nr text UNIQUE NOT NULL, status text, paid_at timestamptz,
  total_amount numeric);
CREATE TABLE closed_items (id int PRIMARY KEY, nr text REFERENCES closed (nr), price_snapshot numeric, quantity int);
SELECT upkeep.enable_order_lock('closed', 'closed_items', order_column => 'nr', order_key => 'nr',
  paid_column => 'paid_at', frozen_columns => '{total_amount}');
INSERT INTO closed VALUES (1, 'A 1', 'paid', '2026-01-01', 5);
SELECT upkeep.correct_order('closed', 'A 1', 'before there was history');
-- C++ edition {
SELECT upkeep.enable_history('closed');
BEGIN;
SELECT upkeep.set_actor('bob', 'another reason');
SELECT upkeep.correct_order('closed', 'A 1', 'a wrong total');
UPDATE closed SET total_amount = 6 WHERE id = 1;
COMMIT;
SELECT action, key, after, actor, reason FROM upkeep.history WHERE target = 'closed'::regclass ORDER BY id;
-- }

-- in a transaction that only reads
BEGIN READ ONLY;
SELECT upkeep.correct_order('orders', '1', 'why');
ROLLBACK;

SET search_path = public;
SET client_min_messages = warning;
DROP SCHEMA correcting CASCADE;
DROP ROLE regress_upkeep_clerk;
DROP ROLE regress_upkeep_support;
RESET client_min_messages;
RESET search_path;
