-- upkeep.check() where one side of two tables has lost all its triggers: a table was rebuilt, and bears the name by
-- which the other side's triggers know it.
CREATE SCHEMA pairs;
SET search_path = pairs, public;
CREATE VIEW findings AS SELECT object, feature, finding, hint
  FROM upkeep.check() WHERE object IN (SELECT oid FROM pg_class WHERE relnamespace = 'pairs'::regnamespace)
  ORDER BY object::text COLLATE "C", feature, finding;
-- rebuild(table): as a migration does that changes what ALTER TABLE cannot
CREATE PROCEDURE rebuild(name text) LANGUAGE plpgsql AS $$
BEGIN
  EXECUTE format('CREATE TABLE rebuilt (LIKE %1$I INCLUDING ALL); INSERT INTO rebuilt SELECT * FROM %1$I; '
    'DROP TABLE %1$I; ALTER TABLE rebuilt RENAME TO %1$I', name);
END $$;
-- mend(wanted): carries out what the hints say, to have the feature again or to give it up
CREATE PROCEDURE mend(wanted boolean) LANGUAGE plpgsql AS $$
DECLARE statement text;
BEGIN
  FOR statement IN SELECT s FROM findings,
    regexp_split_to_table(split_part(hint, ' Or, where it is no longer wanted: ', CASE WHEN wanted THEN 1 ELSE 2 END),
      '(?<=;) ') s LOOP
    EXECUTE replace(statement, 'SELECT ', 'SELECT FROM ');
  END LOOP;
END $$;
CREATE TABLE products (id int PRIMARY KEY, price numeric, "inStock" int);
CREATE TABLE orders (id int PRIMARY KEY, status text DEFAULT 'pending', total_amount numeric NOT NULL DEFAULT 0,
  "paidAt" timestamptz);
CREATE TABLE "orderItems" (id int PRIMARY KEY, "order" int, product_id int, quantity int, price_snapshot numeric);
CREATE INDEX ON "orderItems" ("order");
INSERT INTO products VALUES (1, 10, 100);
SELECT upkeep.enable_order_totals('orders', '"orderItems"', order_column => 'order'), upkeep.enable_order_lock('orders',
  '"orderItems"', order_column => 'order', paid_column => 'paidAt', locked_statuses => '{sent,"in part"}'),
  upkeep.enable_stock('"orderItems"', 'products', stock_column => 'inStock', orders => 'orders',
    order_column => 'order', released => '{}');
SELECT * FROM findings;
INSERT INTO orders (id) VALUES (1), (2);
INSERT INTO "orderItems" VALUES (1, 1, 1, 2, 10);
CREATE TABLE before AS SELECT object::text, feature, options, triggers FROM upkeep.managed
  WHERE object IN (SELECT oid FROM pg_class WHERE relnamespace = 'pairs'::regnamespace);

-- the lines
CALL rebuild('orderItems');
\x
SELECT * FROM findings;
\x
INSERT INTO "orderItems" VALUES (2, 1, 1, 3, 10);
CALL mend(true);
SELECT * FROM findings;
SELECT count(*) FROM (TABLE before EXCEPT SELECT object::text, feature, options, triggers FROM upkeep.managed) d;
SELECT id, total_amount FROM orders ORDER BY 1;
-- given up instead
CALL rebuild('orderItems');
CALL mend(false);
SELECT * FROM findings;
SELECT count(*) FROM upkeep.managed WHERE object = 'orders'::regclass;
SELECT upkeep.enable_order_totals('orders', '"orderItems"', order_column => 'order'), upkeep.enable_order_lock('orders',
  '"orderItems"', order_column => 'order', paid_column => 'paidAt', locked_statuses => '{sent,"in part"}'),
  upkeep.enable_stock('"orderItems"', 'products', stock_column => 'inStock', orders => 'orders',
    order_column => 'order', released => '{}');

-- the orders
CALL rebuild('orders');
\x
SELECT * FROM findings;
\x
UPDATE orders SET "paidAt" = '2026-11-28', total_amount = 7 WHERE id = 1;
CALL mend(true);
SELECT * FROM findings;
SELECT count(*) FROM (TABLE before EXCEPT SELECT object::text, feature, options, triggers FROM upkeep.managed) d;
SELECT id, total_amount FROM orders ORDER BY 1;
SELECT state, message FROM failure('DELETE FROM "orderItems"');
CALL rebuild('orders');
CALL mend(false);
SELECT * FROM findings;
SELECT count(*) FROM upkeep.managed WHERE object = '"orderItems"'::regclass;
DROP TABLE orders, "orderItems";

-- partitions; the lock on two tables of lines, of which the orders' triggers can name one
CREATE TABLE orders (id int PRIMARY KEY, status text, total_amount numeric, payment_completed_at timestamptz);
CREATE TABLE order_items (id int, order_id int, quantity int, price_snapshot numeric) PARTITION BY RANGE (order_id);
CREATE TABLE order_items_1 PARTITION OF order_items DEFAULT;
CREATE TABLE parcels (id int PRIMARY KEY, order_id int);
CREATE INDEX ON order_items (order_id);
SELECT upkeep.enable_order_totals('orders', 'order_items'), upkeep.enable_order_lock('orders', 'order_items'),
  upkeep.enable_order_lock('orders', 'parcels');
SELECT * FROM findings;
CALL rebuild('orders');
SELECT object, feature, finding, length(hint) - length(replace(hint, 'DROP TRIGGER', 'DROP')) AS drops FROM findings;
SELECT upkeep.enable_order_totals('orders', 'order_items'), upkeep.enable_order_lock('orders', 'parcels');
SELECT * FROM findings;
DROP TABLE order_items;
CREATE TABLE order_items (id int, order_id int, quantity int, price_snapshot numeric);
SELECT object, feature, finding FROM findings;
-- of two tables of lines the one that the orders' triggers name is given up: they name the other then
SELECT upkeep.disable_order_totals('orders');
SELECT upkeep.enable_order_lock('orders', 'order_items', status_column => ''),
  upkeep.disable_order_lock('orders', 'parcels');
SELECT upkeep.enable_order_lock('orders', 'parcels'), upkeep.disable_order_lock('orders', 'parcels');
SELECT * FROM findings;
SELECT DISTINCT object, options FROM upkeep.managed
  WHERE object IN ('orders'::regclass, 'order_items'::regclass, 'parcels'::regclass) ORDER BY object;
INSERT INTO orders VALUES (1, 'pending', 0, now());
SELECT state, message FROM failure('UPDATE orders SET payment_completed_at = NULL');
SELECT upkeep.enable_order_totals('orders', 'order_items'), upkeep.enable_order_lock('orders', 'parcels');
-- tables that inherit
CREATE TABLE late_orders () INHERITS (orders);
CREATE TABLE late_items () INHERITS (order_items);
SELECT upkeep.enable_order_totals('orders', 'order_items');
SELECT * FROM findings;
DROP TABLE late_orders, late_items;
-- what names nothing, or what is not a table, or has arguments that are no options, is said once, elsewhere
DROP TABLE order_items, parcels;
CREATE VIEW order_items AS SELECT 1;
SELECT object, feature, finding FROM findings;
DROP VIEW order_items;
DROP TABLE orders;

-- metrics and their settings
CREATE TABLE settings (shop_id int PRIMARY KEY, ratio numeric);
CREATE TABLE figures (shop_id int, revenue numeric, margin numeric);
SELECT upkeep.enable_metrics('figures', ARRAY['margin = revenue * settings.ratio'], settings => 'settings');
CALL rebuild('settings');
SELECT object, feature, finding FROM findings;
SELECT upkeep.enable_metrics('figures', ARRAY['margin = revenue * settings.ratio'], settings => 'settings');
SELECT * FROM findings;
CALL rebuild('figures');
SELECT * FROM findings;

-- a touch and its parent
CREATE TABLE parents (id int PRIMARY KEY, updated_at timestamptz NOT NULL DEFAULT now());
CREATE TABLE children (id int PRIMARY KEY, parent_id int CONSTRAINT of_parent REFERENCES parents);
SELECT upkeep.enable_touch('children', 'parents');
ALTER TABLE children DROP CONSTRAINT of_parent;
CALL rebuild('parents');
SELECT * FROM findings WHERE object <> 'settings'::regclass;
SELECT upkeep.enable_updated_at('parents');
SELECT * FROM findings WHERE object <> 'settings'::regclass;

-- C++ edition {
-- daily records and the diagnoses that were made of them
SET client_min_messages = warning;
SELECT upkeep.create_analytics('pairs');
RESET client_min_messages;
SELECT * FROM findings WHERE feature = 'weekly_diagnostics';
INSERT INTO shops (name) VALUES ('one');
INSERT INTO weekly_diagnostics (shop_id, week_start) SELECT id, '2026-11-09' FROM shops;
-- disabled on purpose: the other features are there
SELECT upkeep.disable_weekly_diagnostics('daily_records');
SELECT * FROM findings WHERE feature = 'weekly_diagnostics';
CALL rebuild('daily_records');
SELECT * FROM findings WHERE feature = 'weekly_diagnostics';
-- nothing has been diagnosed yet
BEGIN;
DELETE FROM weekly_diagnostics;
SELECT * FROM findings WHERE feature = 'weekly_diagnostics';
ROLLBACK;
SELECT upkeep.enable_weekly_diagnostics('daily_records', 'weekly_diagnostics');
SELECT * FROM findings WHERE feature = 'weekly_diagnostics';
-- }

SET client_min_messages = warning;
DROP SCHEMA pairs CASCADE;
