-- What the library itself writes moves the stamp, as a touch, and never the version: who holds it has missed nothing.
CREATE SCHEMA derived;
SET search_path = derived, public;
CREATE FUNCTION stamp_again() RETURNS trigger LANGUAGE plpgsql
  AS $$ BEGIN NEW.touched := coalesce(NEW.touched, 0) + 1; RETURN NEW; END $$;
CREATE TABLE shop_settings (shop_id int PRIMARY KEY, cogs_ratio numeric);
CREATE TABLE products (id int PRIMARY KEY, price numeric(10,2) DEFAULT 5, stock_quantity int, version int DEFAULT 1,
  updated_at timestamptz DEFAULT '2020-01-01');
CREATE TABLE orders (id int PRIMARY KEY, note text, total_amount numeric(10,2) NOT NULL DEFAULT 0, touched int,
  version int DEFAULT 1, updated_at timestamptz DEFAULT '2020-01-01');
CREATE TABLE order_items (id int PRIMARY KEY, order_id int REFERENCES orders, product_id int REFERENCES products,
  quantity int, price_snapshot numeric(10,2) DEFAULT 5);
CREATE TABLE days (id int PRIMARY KEY, shop_id int, revenue int, profit int, version int DEFAULT 1,
  updated_at timestamptz DEFAULT '2020-01-01');
CREATE VIEW versions AS SELECT 'orders' AS of, id, version FROM orders
  UNION ALL SELECT 'products', id, version FROM products UNION ALL SELECT 'days', id, version FROM days ORDER BY 1, 2;
SELECT upkeep.enable_updated_at(t, version_column => 'version') FROM unnest('{orders,products,days}'::regclass[]) t;
SELECT upkeep.enable_touch('order_items', 'orders'), upkeep.enable_order_totals('orders', 'order_items'),
  upkeep.enable_stock('order_items', 'products');
SELECT upkeep.enable_metrics('days', ARRAY['profit = revenue - round(revenue * settings.cogs_ratio)'],
  settings => 'shop_settings', on_settings_change => 'recalculate');
INSERT INTO shop_settings VALUES (1, 0.1);
INSERT INTO products VALUES (1, 5, 100);
INSERT INTO orders (id) VALUES (1);
INSERT INTO days VALUES (1, 1, 100);
-- totals, touches, stock
SELECT moved('orders', 'INSERT INTO order_items VALUES (1, 1, 1, 1)');
SELECT moved('products', 'UPDATE order_items SET quantity = 4');
SELECT moved('orders', 'UPDATE order_items SET price_snapshot = 1');
SELECT total_amount, stock_quantity FROM orders, products;
-- a trigger of the user's, which a touch sets off, makes no change of the touch
CREATE TRIGGER again BEFORE UPDATE ON orders FOR EACH ROW EXECUTE FUNCTION stamp_again();
SELECT moved('orders', 'DELETE FROM order_items');
SELECT total_amount, stock_quantity FROM orders, products;
-- recalculation
SELECT moved('days', 'UPDATE shop_settings SET cogs_ratio = 0.2');
TABLE versions;
SELECT upkeep.enable_metrics('days', ARRAY['profit = revenue - round(revenue * settings.cogs_ratio)'],
  settings => 'shop_settings', on_settings_change => 'recalculate', touch_updated_at => false);
SELECT moved('days', 'UPDATE shop_settings SET cogs_ratio = 0.3');
-- so what clients send still passes, and what they change counts
UPDATE orders SET note = 'ring twice', version = 1 WHERE version = 1;
UPDATE products SET price = 6, version = 2 WHERE version = 1;
UPDATE days SET revenue = 200 WHERE version = 1 RETURNING profit;
TABLE versions;
-- what a derived write sets off on other tables is none
CREATE FUNCTION count_order() RETURNS trigger LANGUAGE plpgsql
  AS $$ BEGIN UPDATE derived.days SET revenue = revenue + 1 WHERE id = 1; RETURN NULL; END $$;
CREATE TRIGGER counts AFTER UPDATE OF total_amount ON orders FOR EACH ROW EXECUTE FUNCTION count_order();
INSERT INTO order_items VALUES (2, 1, 1, 1);
TABLE versions;
SET client_min_messages = warning;
DROP SCHEMA derived CASCADE;
