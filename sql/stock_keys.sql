-- Keys of every type that stock knows, found by their indexes or, where those do not serve, by queries: the memory has
-- the same texts, and what is taken comes to the same.
\set SHOW_CONTEXT never
CREATE SCHEMA keyed;
SET search_path = keyed, upkeep;
SET client_min_messages = warning;
CREATE DOMAIN sku AS text CHECK (value <> '');
CREATE TYPE size AS ENUM ('S', 'M', 'L');
CREATE TYPE counted AS (key_type text, stock text, memory text, cancelled text, findings bigint);

-- A shop with keys of that type, the n-th of which the expression makes, when lines were written, changed, moved to
-- another order and product and deleted; and its stock when the orders were cancelled.
CREATE FUNCTION shop(key_type text, key text, lines_are text) RETURNS counted LANGUAGE plpgsql AS $$
DECLARE
  found counted;
BEGIN
  DROP TABLE IF EXISTS order_items, orders, products;
  EXECUTE format('CREATE TABLE products (id %1$s PRIMARY KEY, n int, stock int)', key_type);
  EXECUTE format('CREATE TABLE orders (id %1$s PRIMARY KEY, status text NOT NULL DEFAULT ''pending'')', key_type);
  EXECUTE format('CREATE TABLE order_items (id %1$s PRIMARY KEY, order_id %1$s, product_id %1$s, quantity numeric(10))
    %2$s', key_type, lines_are);
  IF lines_are <> '' THEN
    CREATE TABLE order_items_all PARTITION OF order_items DEFAULT;
  END IF;
  EXECUTE format('INSERT INTO products SELECT %s, n, CASE WHEN n < 3 THEN 100 END FROM generate_series(1, 3) n', key);
  EXECUTE format('INSERT INTO orders SELECT %s FROM generate_series(1, 2) n', key);
  PERFORM enable_stock('order_items', 'products', orders => 'orders', stock_column => 'stock');
  EXECUTE format('
    WITH k AS (SELECT n, %s AS key FROM generate_series(1, 3) n)
    INSERT INTO order_items SELECT i.key, o.key, p.key, 3 FROM k i, k o, k p WHERE o.n = 1 AND p.n = i.n', key);
  EXECUTE format('
    WITH k AS (SELECT n, %s AS key FROM generate_series(2, 3) n)
    UPDATE order_items i SET quantity = 5 FROM k WHERE k.key = i.id', key);
  EXECUTE format('
    WITH k AS (SELECT n, %s AS key FROM generate_series(1, 3) n)
    UPDATE order_items i SET order_id = o.key, product_id = p.key FROM k, k o, k p
      WHERE k.key = i.id AND k.n = 1 AND o.n = 2 AND p.n = 2', key);
  EXECUTE format('
    WITH k AS (SELECT n, %s AS key FROM generate_series(1, 3) n)
    DELETE FROM order_items i USING k WHERE k.key = i.id AND k.n = 2', key);
  SELECT string_agg(concat(n, ':', stock), ' ' ORDER BY n) FROM products INTO found.stock;
  SELECT string_agg(concat(t.line, '→', t.product, ' ', t.quantity), ', ') FROM stock_taken t
    WHERE t.order_items = 'order_items'::regclass INTO found.memory;
  UPDATE orders SET status = 'cancelled';
  SELECT string_agg(concat(n, ':', stock), ' ' ORDER BY n) FROM products INTO found.cancelled;
  SELECT count(*) FROM check_orders('orders', 'order_items') INTO found.findings;
  found.key_type := key_type;
  RETURN found;
END $$;
CREATE TABLE kinds (number serial, key_type text, key text);
INSERT INTO kinds (key_type, key) VALUES
  ('smallint', '(n - 3)::smallint'), ('integer', '-n'), ('bigint', '9007199254740990 + n'),
  ('uuid', 'md5(n::text)::uuid'), ('text', $$'a "quoted" \ key' || chr(9) || n$$), ('text', $$'ключ ' || n || '€'$$),
  ('varchar(20)', $$'  ' || n || '  '$$), ('sku', $$'sku-' || n$$), ('numeric', 'n / 2.00'),
  ('date', $$'2026-01-01'::date + n$$),
  ('timestamptz', $$'2026-01-01Z'::timestamptz + make_interval(secs => n)$$), ('char(9)', $$'c' || n$$),
  ('size', $$('{S,M,L}'::size[])[n]$$);
SELECT s.* FROM kinds k, shop(k.key_type, k.key, '') s ORDER BY k.number;
-- the same where the lines are partitioned, so that they are found by queries
CREATE TABLE by_index AS SELECT k.number, s.* FROM kinds k, shop(k.key_type, k.key, '') s;
CREATE TABLE by_query AS SELECT k.number, s.* FROM kinds k, shop(k.key_type, k.key, 'PARTITION BY LIST (id)') s;
SELECT count(*), count(*) FILTER (WHERE i IS DISTINCT FROM q) AS differ FROM by_index i JOIN by_query q USING (number);

-- a tenant before each key; one table refers to the others by another integer type
DROP TABLE order_items, orders, products;
CREATE TABLE products (shop int, id bigint, stock bigint, PRIMARY KEY (id, shop));
CREATE TABLE orders (shop int, id bigint, status varchar(10) NOT NULL DEFAULT 'pending', PRIMARY KEY (shop, id));
CREATE TABLE order_items (id uuid, shop int, order_id int, product_id smallint, quantity smallint, PRIMARY KEY (id));
INSERT INTO products VALUES (1, 1, 10), (2, 1, 10), (2, 2, NULL);
INSERT INTO orders VALUES (1, 1), (2, 1), (2, 2);
SELECT enable_stock('order_items', 'products', orders => 'orders', tenant_column => 'shop', stock_column => 'stock')
  \g /dev/null
INSERT INTO order_items VALUES (md5('1')::uuid, 1, 1, 1, 2), (md5('2')::uuid, 2, 1, 1, 3), (md5('3')::uuid, 2, 2, 2, 9),
  (md5('4')::uuid, 1, 7, 1, 1), (md5('5')::uuid, NULL, 1, 1, 1), (md5('6')::uuid, 2, NULL, NULL, 1);
SELECT string_agg(concat_ws(':', shop, id, coalesce(stock::text, '-')), ' ' ORDER BY shop, id) FROM products;
SELECT line, product, quantity FROM stock_taken t WHERE t.order_items = 'order_items'::regclass ORDER BY line;
UPDATE order_items SET quantity = 20 WHERE shop = 2;
UPDATE orders SET status = 'refunded' WHERE shop = 2;
DELETE FROM order_items WHERE shop = 1;
SELECT string_agg(concat_ws(':', shop, id, coalesce(stock::text, '-')), ' ' ORDER BY shop, id) FROM products;
SELECT line, product, quantity FROM stock_taken t WHERE t.order_items = 'order_items'::regclass ORDER BY line;

-- code that runs when the stock changes, and changes lines itself: nothing counts twice
CREATE FUNCTION halve() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  UPDATE keyed.order_items SET quantity = 1 WHERE product_id = NEW.id AND quantity > 1;
  RETURN NULL;
END $$;
CREATE TRIGGER halve AFTER UPDATE ON products FOR EACH ROW WHEN (NEW.stock < 9) EXECUTE FUNCTION halve();
INSERT INTO order_items VALUES (md5('7')::uuid, 1, 1, 1, 4);
SELECT stock FROM products WHERE (shop, id) = (1, 1);
SELECT product, quantity FROM stock_taken t WHERE t.order_items = 'order_items'::regclass;
SELECT * FROM check_orders('orders', 'order_items');
DROP SCHEMA keyed CASCADE;
