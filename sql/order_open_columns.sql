-- order_lock: columns of the lines that may change in a locked order.
CREATE SCHEMA opening;
SET search_path = opening, public;
\set SHOW_CONTEXT never
SET client_min_messages = warning;
CREATE TABLE products (id int PRIMARY KEY, name text, price numeric(10,2), stock_quantity int);
CREATE TABLE orders (id int PRIMARY KEY, status text DEFAULT 'pending', total_amount numeric(10,2),
  payment_completed_at timestamptz, updated_at timestamptz DEFAULT '2020-01-01');
CREATE TABLE shipments (id int PRIMARY KEY, updated_at timestamptz DEFAULT '2020-01-01');
CREATE TABLE order_items (id int PRIMARY KEY, order_id int REFERENCES orders ON DELETE CASCADE,
  product_id int REFERENCES products ON DELETE SET NULL, shipment_id int REFERENCES shipments ON DELETE SET NULL,
  quantity int DEFAULT 1, price_snapshot numeric(10,2), product_snapshot jsonb, note text, fulfilled_at timestamptz,
  tracking jsonb, taken int, margin numeric(10,2), version int DEFAULT 1, updated_at timestamptz DEFAULT '2020-01-01');
CREATE INDEX ON order_items (order_id);
INSERT INTO products SELECT g, 'P' || g, g, 100 FROM generate_series(1, 9) g;
INSERT INTO shipments VALUES (1), (2);
INSERT INTO orders (id) SELECT generate_series(1, 3);
-- verdicts(): what becomes of each statement, undone afterwards
CREATE FUNCTION verdicts(VARIADIC statements text[]) RETURNS TABLE (statement text, verdict text, hint text)
LANGUAGE plpgsql AS $$
BEGIN
  FOREACH statement IN ARRAY statements LOOP
    BEGIN
      hint := NULL;
      EXECUTE statement;
      RAISE SQLSTATE 'OK000';
    EXCEPTION WHEN SQLSTATE 'OK000' THEN verdict := 'done'; WHEN OTHERS THEN
      GET STACKED DIAGNOSTICS hint = PG_EXCEPTION_HINT;
      verdict := SQLSTATE || ' ' || SQLERRM;
    END;
    RETURN NEXT;
  END LOOP;
END $$;

-- the lock alone: keys are all that it knows
SELECT upkeep.enable_order_lock('orders', 'order_items', open_columns => '{fulfilled_at,tracking,shipment_id}');
SELECT object, options FROM upkeep.managed WHERE feature = 'order_lock' ORDER BY object::text COLLATE "C";
INSERT INTO order_items (id, order_id, product_id, quantity, price_snapshot) VALUES (1, 1, 1, 2, 1), (2, 2, 2, 1, 2);
UPDATE orders SET status = 'paid' WHERE id = 1;
SELECT * FROM verdicts('UPDATE order_items SET fulfilled_at = now(), tracking = ''{"code": 1}'', shipment_id = 1',
  'UPDATE order_items SET fulfilled_at = now(), note = ''x''', 'UPDATE order_items SET quantity = 9',
  'UPDATE order_items SET shipment_id = 2, product_id = 5 WHERE id = 1',
  'UPDATE order_items SET order_id = 3, fulfilled_at = now() WHERE id = 1',
  'UPDATE order_items SET quantity = 3 WHERE id = 2', 'INSERT INTO order_items (id, order_id) VALUES (3, 1)',
  'DELETE FROM order_items WHERE id = 1', 'TRUNCATE order_items',
  'INSERT INTO order_items (id, order_id) VALUES (1, 3) ON CONFLICT (id) DO UPDATE SET tracking = ''[1]''',
  'INSERT INTO order_items (id, order_id) VALUES (1, 3) ON CONFLICT (id) DO UPDATE SET tracking = ''[1]'', '
    'note = ''y''',
  'MERGE INTO order_items l USING (VALUES (1), (2)) s (id) ON l.id = s.id WHEN MATCHED THEN UPDATE SET fulfilled_at = '
    'now()',
  'MERGE INTO order_items l USING (VALUES (1), (2)) s (id) ON l.id = s.id WHEN MATCHED AND l.id = 1 THEN UPDATE SET '
    'tracking = ''[2]'' WHEN MATCHED THEN UPDATE SET note = ''y''');
BEGIN;
UPDATE order_items SET shipment_id = 1;
DELETE FROM shipments WHERE id = 1;
SELECT id, shipment_id FROM order_items ORDER BY id;
ROLLBACK;
SELECT f.* FROM unnest('{id,order_id,product_id,nothing}'::text[]) c,
  failure(format('SELECT upkeep.enable_order_lock(''orders'', ''order_items'', open_columns => %L)',
    '{' || c || '}')) f;
SELECT * FROM failure(
  $$SELECT upkeep.enable_order_lock('orders', 'order_items', open_columns => '{id}', tenant_column => 'id')$$);

-- whichever is enabled last: each of the features with one of its columns open, and the lock after the feature
CREATE FUNCTION conflicts(opened name[], enable text) RETURNS TABLE (opened_first text, feature_first text)
LANGUAGE plpgsql AS $$
DECLARE lock text := format('SELECT upkeep.enable_order_lock(''orders'', ''order_items'', open_columns => %L)', opened);
BEGIN
  BEGIN
    EXECUTE lock;
    EXECUTE enable;
    RAISE SQLSTATE 'OK000';
  EXCEPTION WHEN SQLSTATE 'OK000' THEN opened_first := 'done'; WHEN OTHERS THEN
    opened_first := SQLSTATE || ' ' || SQLERRM;
  END;
  BEGIN
    EXECUTE enable;
    EXECUTE lock;
    RAISE SQLSTATE 'OK000';
  EXCEPTION WHEN SQLSTATE 'OK000' THEN feature_first := 'done'; WHEN OTHERS THEN
    feature_first := SQLSTATE || ' ' || SQLERRM;
  END;
  RETURN NEXT;
END $$;
UPDATE orders SET status = 'pending' WHERE id = 1;
SELECT c.opened, f.* FROM (VALUES
  ('{shipment_id}'::name[], $$SELECT upkeep.enable_order_snapshots('order_items', 'products',
    product_column => 'shipment_id')$$),
  ('{product_snapshot}', $$SELECT upkeep.enable_order_snapshots('order_items', 'products')$$),
  ('{margin}', $$SELECT upkeep.enable_order_snapshots('order_items', 'products', price_column => 'margin')$$),
  ('{price_snapshot}', $$SELECT upkeep.enable_order_snapshots('order_items', 'products', price_column => 'margin')$$),
  ('{price_snapshot}', $$SELECT upkeep.enable_order_totals('orders', 'order_items')$$),
  ('{note,quantity}', $$SELECT upkeep.enable_order_totals('orders', 'order_items')$$),
  ('{taken}', $$SELECT upkeep.enable_stock('order_items', 'products', orders => 'orders', taken_column => 'taken')$$),
  ('{taken}', $$SELECT upkeep.enable_stock('order_items', 'products')$$),
  ('{updated_at}', $$SELECT upkeep.enable_updated_at('order_items')$$),
  ('{version}', $$SELECT upkeep.enable_updated_at('order_items', version_column => 'version')$$),
  ('{note}', $$SELECT upkeep.enable_updated_at('order_items', protect_columns => '{note}')$$),
  ('{note}', $$SELECT upkeep.enable_updated_at('order_items', ignore_columns => '{note}')$$),
  ('{updated_at}', $$SELECT upkeep.enable_updated_at_in('opening')$$),
  ('{margin}', $$SELECT upkeep.enable_metrics('order_items', ARRAY['margin = price_snapshot * 0.3'])$$),
  ('{taken}', $$SELECT upkeep.enable_metrics('order_items', ARRAY['margin = price_snapshot * taken'])$$),
  ('{shipment_id}', $$SELECT upkeep.enable_touch('order_items', 'shipments')$$)) c (opened, enable),
  conflicts(c.opened, c.enable) f;
-- a column that a metric reads may be open, and what changes with it may not
BEGIN;
SELECT upkeep.enable_metrics('order_items', ARRAY['margin = price_snapshot * taken']);
SELECT upkeep.enable_order_lock('orders', 'order_items', open_columns => '{taken}');
UPDATE orders SET status = 'paid' WHERE id = 1;
SELECT * FROM verdicts('UPDATE order_items SET taken = 1 WHERE id = 1');
ROLLBACK;

-- what has come to need an open column behind the lock's back is found; so is a role that is gone
SELECT upkeep.enable_order_lock('orders', 'order_items', open_columns => '{quantity}');
CREATE TRIGGER by_hand BEFORE UPDATE ON order_items FOR EACH ROW EXECUTE FUNCTION upkeep.updated_at('column=updated_at',
  'protect=quantity');
CREATE ROLE regress_upkeep_support;
SELECT upkeep.enable_order_lock('orders', 'order_items', correct_role => 'regress_upkeep_support');
SELECT object, finding, hint FROM upkeep.check() WHERE feature = 'order_lock' ORDER BY object::text COLLATE "C";
DROP ROLE regress_upkeep_support;
SELECT object, finding FROM upkeep.check() WHERE feature = 'order_lock' ORDER BY object::text COLLATE "C";
SELECT * FROM failure(
  $$SELECT upkeep.enable_order_lock('orders', 'order_items', correct_role => 'regress_upkeep_support')$$);
DROP TRIGGER by_hand ON order_items;
SELECT upkeep.enable_order_lock('orders', 'order_items', open_columns => '{quantity}');
CREATE TRIGGER by_hand BEFORE UPDATE ON order_items FOR EACH ROW EXECUTE FUNCTION upkeep.updated_at('column=updated_at',
  'protect=quantity');
SELECT object, finding FROM upkeep.check() WHERE feature = 'order_lock' ORDER BY object::text COLLATE "C";
DROP TRIGGER by_hand ON order_items;
SELECT upkeep.enable_order_lock('orders', 'order_items', open_columns => NULL, correct_role => NULL);
SELECT DISTINCT options - 'orders' - 'order_items' FROM upkeep.managed WHERE feature = 'order_lock';

-- partitions with columns in another order; a child; a renamed column in a guarded schema
CREATE TABLE parts (id int, order_id int, region int, note text, tracking text, PRIMARY KEY (region, id))
  PARTITION BY LIST (region);
CREATE TABLE parts_1 PARTITION OF parts FOR VALUES IN (1);
CREATE TABLE parts_2 (tracking text, region int NOT NULL, gone int, note text, order_id int, id int NOT NULL);
ALTER TABLE parts_2 DROP COLUMN gone;
ALTER TABLE parts ATTACH PARTITION parts_2 FOR VALUES IN (2);
INSERT INTO parts VALUES (1, 1, 1), (2, 1, 2), (3, 2, 2);
SELECT upkeep.enable_order_lock('orders', 'parts', open_columns => '{tracking}');
UPDATE orders SET status = 'paid' WHERE id = 1;
SELECT statement, verdict FROM verdicts('UPDATE parts SET tracking = ''T''', 'UPDATE parts_2 SET tracking = ''T''',
  'UPDATE parts SET note = ''T'' WHERE id = 2', 'UPDATE parts SET region = 1, tracking = ''T'' WHERE id = 2');
SELECT * FROM failure($$SELECT upkeep.enable_order_lock('orders', 'parts', open_columns => '{region}')$$);
-- C++ edition {
SELECT upkeep.enable_guard(schemas => '{opening}');
ALTER TABLE parts RENAME tracking TO tracking_code;
SELECT statement, verdict FROM verdicts('UPDATE parts SET tracking_code = ''T''', 'UPDATE parts_1 SET note = ''T''');
SELECT object, options ->> 'open_columns' AS open FROM upkeep.managed
  WHERE feature = 'order_lock' AND options ->> 'open_columns' <> '' ORDER BY object::text COLLATE "C";
SELECT upkeep.disable_guard();
-- }

-- C++ edition {
-- lines of a closed order may be deleted softly where the column is open, and nothing reads it
CREATE TABLE sales (id int PRIMARY KEY, status text DEFAULT 'pending', payment_completed_at timestamptz,
  deleted_at timestamptz);
CREATE TABLE sale_lines (id int PRIMARY KEY, order_id int NOT NULL REFERENCES sales ON DELETE CASCADE,
  deleted_at timestamptz);
SET client_min_messages = warning;
SELECT upkeep.enable_soft_delete('sale_lines'), upkeep.enable_soft_delete('sales'),
  upkeep.enable_order_lock('sales', 'sale_lines', open_columns => '{deleted_at}');
INSERT INTO sales VALUES (1);
INSERT INTO sale_lines VALUES (1, 1), (2, 1);
UPDATE sales SET status = 'paid';
UPDATE sale_lines SET deleted_at = '2026-01-01' WHERE id = 1;
UPDATE sale_lines SET deleted_at = NULL WHERE id = 1;
UPDATE sales SET deleted_at = '2026-01-01';
SELECT id, deleted_at IS NULL AS lives FROM sale_lines ORDER BY id;
-- }
DROP SCHEMA opening CASCADE;
RESET client_min_messages;
RESET search_path;
