-- A shop with every feature of the portable edition, in two schemas, as its owner makes it.
SET client_min_messages = warning;
CREATE SCHEMA trade;
SET search_path = trade, public;
CREATE TABLE settings (shop_id int PRIMARY KEY, fee numeric NOT NULL);
CREATE TABLE days (id int PRIMARY KEY, shop_id int, record_date date, revenue int, spend int, roas numeric,
  fee numeric);
CREATE TABLE products (id int PRIMARY KEY, name text NOT NULL, price numeric(10,2) NOT NULL, stock int,
  active boolean NOT NULL DEFAULT true, updated_at timestamptz NOT NULL DEFAULT now());
CREATE TABLE orders (id int PRIMARY KEY, shop_id int NOT NULL,
  status text NOT NULL DEFAULT 'pending', plain text UNIQUE,
  shipping numeric(10,2) NOT NULL DEFAULT 0, total_amount numeric(10,2),
  items numeric(10,2), billing_address text, payment_id text, payment_completed_at timestamptz,
  refunded numeric(10,2), note text, version int NOT NULL DEFAULT 1, created_at timestamptz NOT NULL DEFAULT now(),
  updated_at timestamptz NOT NULL DEFAULT now());
CREATE TABLE lines (id int PRIMARY KEY, order_id int NOT NULL REFERENCES orders ON DELETE CASCADE,
  product_id int REFERENCES products ON DELETE SET NULL, quantity int NOT NULL,
  discount numeric NOT NULL DEFAULT 0,
  price_snapshot numeric(10,2), product_snapshot jsonb, returns_line int REFERENCES lines,
  refunded_quantity int, packed boolean);
CREATE TABLE refunds (id int PRIMARY KEY, order_id int NOT NULL, order_item_id int, quantity int, amount numeric(10,2),
  restock boolean);
-- Beside them orders whose lines keep what they took, and which have the other two kinds of numbers.
CREATE TABLE stores (id int PRIMARY KEY, updated_at timestamptz NOT NULL DEFAULT now());
CREATE TABLE invoices (id int PRIMARY KEY, shop_id int NOT NULL REFERENCES stores, number text,
  UNIQUE (shop_id, number));
CREATE TABLE sales (id int PRIMARY KEY, invoice_id int NOT NULL REFERENCES invoices,
  product_id int NOT NULL REFERENCES products, quantity int NOT NULL, taken int);
CREATE TABLE receipts (id int PRIMARY KEY, number text UNIQUE);

SELECT upkeep.enable_updated_at('products', ignore_columns => '{stock}'),
  upkeep.enable_updated_at('orders', version_column => 'version'), upkeep.enable_updated_at('stores'),
  upkeep.enable_touch('invoices', 'stores'),
  upkeep.enable_metrics('days', '{roas = revenue / spend, fee = revenue * settings.fee}', settings => 'settings'),
  upkeep.enable_order_snapshots('lines', 'products', returns_column => 'returns_line', active_column => 'active'),
  upkeep.enable_order_totals('orders', 'lines', line_formula => 'price_snapshot * quantity - discount',
    total_formula => 'lines + shipping', lines_column => 'items'),
  upkeep.enable_order_lock('orders', 'lines', open_columns => '{packed}'),
  upkeep.enable_order_status('orders', '{"pending":["paid","cancelled"],"paid":["refunded"],"refunded":["refunded"]}'),
  upkeep.enable_order_number('orders', 'plain', 'P-', 4),
  upkeep.enable_order_number('invoices', 'number', 'I-', 4, tenant_column => 'shop_id', per_tenant => true),
  upkeep.enable_order_number('receipts', 'number', 'G-', 4, gapless => true),
  upkeep.enable_stock('lines', 'products', 'stock', orders => 'orders'),
  upkeep.enable_stock('sales', 'products', 'stock', taken_column => 'taken');
SELECT upkeep.enable_order_refunds('refunds', 'orders', 'lines', restock_column => 'restock',
  refunded_column => 'refunded', refunded_quantity_column => 'refunded_quantity');
SELECT upkeep.create_storefront('store', 'generic', history => false),
  upkeep.create_analytics('shops', history => false);
SELECT upkeep.seed_storefront('store', 20, 40, today => '2026-11-20');

INSERT INTO settings VALUES (1, 0.1);
INSERT INTO days (id, shop_id, record_date, revenue, spend) VALUES (1, 1, '2026-11-01', 200, 50);
INSERT INTO products (id, name, price, stock) VALUES (1, 'mug', 12.50, 100), (2, 'cup', 5, 100);
INSERT INTO orders (id, shop_id, shipping) VALUES (1, 1, 4), (2, 1, 0), (3, 2, 0);
INSERT INTO lines (id, order_id, product_id, quantity) VALUES (1, 1, 1, 2), (2, 1, 2, 1), (3, 2, 1, 5), (4, 3, 2, 4);
INSERT INTO lines (id, order_id, product_id, quantity, returns_line) VALUES (5, 2, 1, -1, 3);
UPDATE orders SET status = 'paid' WHERE id IN (1, 2);
SELECT upkeep.set_actor('anna'), upkeep.correct_order('orders', '1', 'a mug broke');
INSERT INTO refunds VALUES (1, 1, 1, 1, NULL, true);
INSERT INTO stores VALUES (1), (2);
INSERT INTO invoices (id, shop_id) VALUES (1, 1), (2, 1), (3, 2);
INSERT INTO receipts (id) VALUES (1), (2);
INSERT INTO sales VALUES (1, 1, 1, 3), (2, 2, 2, 2);
UPDATE products SET price = 13 WHERE id = 1;
