-- All features of orders together: each has its branch, and who may write orders and lines, and make tables and
-- functions of his own, neither pauses nor reopens anything.
CREATE SCHEMA mart;
CREATE SCHEMA evil;
GRANT USAGE ON SCHEMA mart TO regress_upkeep_other;
GRANT USAGE, CREATE ON SCHEMA evil TO regress_upkeep_other;
SET client_min_messages = warning;
\set VERBOSITY terse
SET search_path = mart, public;
CREATE TABLE products (tenant int, id int, name text, price numeric(10,2) NOT NULL, stock int,
  updated_at timestamptz, version int DEFAULT 1, PRIMARY KEY (tenant, id));
CREATE TABLE orders (tenant int, id int, status text NOT NULL DEFAULT 'pending', currency text DEFAULT 'EUR',
  shipping numeric(10,2) DEFAULT 0, number text, lines_sum numeric(12,2), total numeric(12,2), refunded numeric(12,2),
  payment_completed_at timestamptz, updated_at timestamptz, version int DEFAULT 1, PRIMARY KEY (tenant, id),
  UNIQUE (tenant, number));
CREATE TABLE lines (tenant int, id int, order_id int, product_id int, quantity int NOT NULL, currency text,
  price_snapshot numeric(10,2), product_snapshot jsonb, refunded_quantity int, note text, updated_at timestamptz,
  version int DEFAULT 1, PRIMARY KEY (tenant, id), FOREIGN KEY (tenant, order_id) REFERENCES orders ON DELETE CASCADE,
  FOREIGN KEY (tenant, product_id) REFERENCES products ON DELETE SET NULL (product_id));
CREATE TABLE refunds (tenant int, id int PRIMARY KEY, order_id int, order_item_id int, quantity int,
  amount numeric(12,2), restock boolean DEFAULT true);
DO $$ BEGIN
  PERFORM upkeep.enable_updated_at(t, version_column => 'version') FROM unnest('{products,orders,lines}'::regclass[]) t;
  PERFORM upkeep.enable_touch('lines', 'orders');
  PERFORM upkeep.enable_order_snapshots('lines', 'products', tenant_column => 'tenant');
  PERFORM upkeep.enable_order_totals('orders', 'lines', tenant_column => 'tenant', currency_column => 'currency',
    lines_column => 'lines_sum', total_formula => 'lines + shipping', total_column => 'total');
  PERFORM upkeep.enable_order_lock('orders', 'lines', tenant_column => 'tenant', open_columns => '{note}');
  PERFORM upkeep.enable_order_status('orders', '{"pending": ["paid", "cancelled"], "paid": ["cancelled"]}');
  PERFORM upkeep.enable_order_number('orders', 'number', tenant_column => 'tenant', per_tenant => true);
  PERFORM upkeep.enable_stock('lines', 'products', orders => 'orders', tenant_column => 'tenant',
    stock_column => 'stock');
  PERFORM upkeep.enable_order_refunds('refunds', 'orders', 'lines', tenant_column => 'tenant',
    refunded_column => 'refunded', refunded_quantity_column => 'refunded_quantity', restock_column => 'restock');
END $$;
INSERT INTO products SELECT 1, n, 'product', n * 10, 100 FROM generate_series(1, 3) n;
GRANT SELECT, INSERT, UPDATE, DELETE ON orders, lines TO regress_upkeep_other;
SELECT object FROM upkeep.check() JOIN pg_class t ON t.oid = object WHERE t.relnamespace = 'mart'::regnamespace;
-- tables that have no branch, or one that does not serve
CREATE VIEW unserved AS
SELECT feature, object::regclass AS object FROM upkeep_internal.written_branches b
WHERE object IN ('products'::regclass, 'orders'::regclass, 'lines'::regclass, 'refunds'::regclass)
  AND NOT (upkeep_internal.others_still_are(text) AND fingerprint = upkeep_internal.fingerprint(feature, object));
SELECT * FROM unserved;

-- whatever he has set
SET ROLE regress_upkeep_other;
SET quote_all_identifiers = on;
SELECT upkeep.refresh();
RESET quote_all_identifiers;
RESET ROLE;
SELECT * FROM unserved;

-- he cannot hold the lock that all who draw a number take, and keep for no longer than that
CREATE TABLE receipts (id int PRIMARY KEY, number text UNIQUE);
SELECT upkeep.enable_order_number('receipts', 'number');
SET ROLE regress_upkeep_other;
BEGIN;
LOCK TABLE upkeep_internal.drawn_numbers IN ACCESS SHARE MODE;
ROLLBACK;
RESET ROLE;
BEGIN;
INSERT INTO receipts VALUES (1) RETURNING number;
SELECT mode FROM pg_locks
WHERE locktype = 'advisory' AND pid = pg_backend_pid() OR relation = 'upkeep_internal.drawn_numbers'::regclass;
COMMIT;

-- ANALYZE by another calls his function, as him
SET ROLE regress_upkeep_other;
SET search_path = evil;
CREATE TABLE mine (id int);
INSERT INTO mine VALUES (1);
CREATE FUNCTION work() RETURNS int LANGUAGE plpgsql AS $$
BEGIN
  PERFORM set_config('upkeep.pause', 'all, #quiet 1 ,#total 1 ,#refund 1 ', true);
  INSERT INTO mart.orders (tenant, id, total) VALUES (1, 1, 0.01);
  INSERT INTO mart.lines (tenant, id, order_id, product_id, quantity) VALUES (1, 1, 1, 1, 2);
  UPDATE mart.orders SET total = 0.01, refunded = -5;
  PERFORM upkeep_internal.forget_rows('{mart.orders,mart.lines}'::regclass[]::oid[]);
  RETURN 1;
END $$;
CREATE FUNCTION stable_work(int) RETURNS int IMMUTABLE LANGUAGE sql
  AS $$ SELECT CASE WHEN current_setting('role') <> 'regress_upkeep_other' THEN evil.work() END $$;
CREATE INDEX ON mine (stable_work(id));
RESET ROLE;
SET search_path = mart, public;
ANALYZE evil.mine;
SELECT o.number, o.total, o.refunded, l.price_snapshot, p.stock, t.quantity AS taken
FROM orders o JOIN lines l ON l.order_id = o.id JOIN products p ON p.id = l.product_id
LEFT JOIN upkeep.stock_taken t ON t.order_items = 'lines'::regclass;

-- an order that a function of the owner opens is not open to who has called it in his next statement
UPDATE orders SET status = 'paid';
CREATE FUNCTION remark(text) RETURNS void LANGUAGE plpgsql SECURITY DEFINER SET search_path = mart AS $$
BEGIN
  PERFORM upkeep.correct_order('orders', '[1, 1]', 'a remark');
  UPDATE lines SET quantity = 1;
END $$;
SET ROLE regress_upkeep_other;
BEGIN;
SELECT remark('');
SELECT set_config('upkeep.corrected_in', current_setting('upkeep.corrected_in'), true) <> '' AS is_set;
WITH forged AS MATERIALIZED (
  SELECT set_config('upkeep.corrected_in', extract(epoch FROM statement_timestamp())::text, true) AS mark)
UPDATE lines SET quantity = 9 FROM forged WHERE mark <> '';
ROLLBACK;
RESET ROLE;
SET client_min_messages = error;
DROP SCHEMA mart, evil CASCADE;
