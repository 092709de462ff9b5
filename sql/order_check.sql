-- upkeep.check() and export_sql over the triggers of orders.
CREATE SCHEMA checked;
SET search_path = checked, public;
CREATE TABLE products (id int PRIMARY KEY, name text, price numeric(10,2), stock_quantity int, active boolean);
CREATE TABLE orders (id int PRIMARY KEY, order_number text UNIQUE, status text DEFAULT 'pending',
  total_amount numeric(10,2), payment_completed_at timestamptz);
CREATE TABLE order_items (id int, order_id int, product_id int, quantity int, price_snapshot numeric(10,2),
  product_snapshot jsonb, PRIMARY KEY (id, order_id)) PARTITION BY RANGE (order_id);
CREATE TABLE order_items_1 PARTITION OF order_items FOR VALUES FROM (0) TO (100);
CREATE INDEX ON order_items (order_id);
SELECT upkeep.enable_order_snapshots('order_items', 'products', active_column => 'active'),
  upkeep.enable_order_totals('orders', 'order_items'), upkeep.enable_order_lock('orders', 'order_items'),
  upkeep.enable_order_status('orders', '{"pending": ["paid"]}'), upkeep.enable_order_number('orders'),
  upkeep.enable_stock('order_items', 'products', orders => 'orders');
CREATE VIEW findings AS SELECT object, feature, finding, hint
  FROM upkeep.check() WHERE object IN (SELECT oid FROM pg_class WHERE relnamespace = 'checked'::regnamespace)
  ORDER BY object::text COLLATE "C", feature, finding;
SELECT * FROM findings;
SELECT object, feature, sum(cardinality(triggers)) AS count FROM upkeep.managed
  WHERE object IN (SELECT oid FROM pg_class WHERE relnamespace = 'checked'::regnamespace) GROUP BY 1, 2
  ORDER BY object::text COLLATE "C", 2;

-- what is printed makes the same triggers again, on partitions too
CREATE TABLE printed AS SELECT e AS statement
  FROM unnest('{orders,order_items}'::regclass[]) t, upkeep.export_sql(t) e;
SELECT statement FROM printed WHERE statement NOT LIKE '%_insert%' AND statement NOT LIKE '%_delete%'
  ORDER BY statement COLLATE "C";
CREATE TABLE before AS SELECT object, feature, options, triggers FROM upkeep.managed
  WHERE object IN (SELECT oid FROM pg_class WHERE relnamespace = 'checked'::regnamespace);
SET client_min_messages = warning;
SELECT upkeep.disable_order_snapshots('order_items'), upkeep.disable_order_totals('orders'),
  upkeep.disable_order_lock('orders', 'order_items'), upkeep.disable_order_status('orders'),
  upkeep.disable_order_number('orders'), upkeep.disable_stock('order_items', 'products');
RESET client_min_messages;
SELECT count(*) FROM pg_trigger
  WHERE tgname LIKE 'zz_upkeep%' AND tgrelid IN (SELECT oid FROM pg_class WHERE relnamespace = 'checked'::regnamespace);
DO $$ DECLARE s text; BEGIN FOR s IN SELECT statement FROM printed LOOP EXECUTE s; END LOOP; END $$;
SELECT count(*) FROM (TABLE before EXCEPT SELECT object, feature, options, triggers FROM upkeep.managed) d;
SELECT * FROM findings;

-- triggers that are missing, disabled, or no longer fit
DROP TRIGGER zz_upkeep_order_total_truncate ON order_items;
DROP TRIGGER zz_upkeep_order_lock_delete ON orders;
DROP TRIGGER zz_upkeep_order_lock_update ON order_items_1;
ALTER TABLE orders DISABLE TRIGGER zz_upkeep_order_status;
ALTER TABLE orders ENABLE ALWAYS TRIGGER zz_upkeep_order_total;
ALTER TABLE products RENAME COLUMN active TO on_sale;
CREATE TABLE order_items_2 PARTITION OF order_items FOR VALUES FROM (100) TO (200);
SELECT * FROM findings;
ALTER TABLE products RENAME COLUMN on_sale TO active;
ALTER TABLE orders ENABLE TRIGGER zz_upkeep_order_status, ENABLE TRIGGER zz_upkeep_order_total;
SELECT upkeep.enable_order_totals('orders', 'order_items'), upkeep.enable_order_lock('orders', 'order_items'),
  upkeep.enable_stock('order_items', 'products', orders => 'orders');
SELECT * FROM findings;
ALTER TABLE orders RENAME COLUMN payment_completed_at TO paid_at;
ALTER TABLE products DROP COLUMN stock_quantity;
DROP SEQUENCE orders_order_number_seq CASCADE;
SELECT * FROM findings;
DROP TABLE products;
SELECT * FROM findings;
SET client_min_messages = warning;
DROP SCHEMA checked CASCADE;
