-- What 0.3.0 adds: orders, managed in every way.
CREATE SCHEMA sales;
CREATE TABLE sales.products (id int PRIMARY KEY, name text NOT NULL, price numeric(10,2) NOT NULL, stock_quantity int,
  cost numeric(10,2), active boolean DEFAULT true);
CREATE TABLE sales.orders (id int PRIMARY KEY, order_number text NOT NULL UNIQUE,
  status text NOT NULL DEFAULT 'pending', total_amount numeric(10,2) NOT NULL DEFAULT 0,
  billing_address jsonb, payment_completed_at timestamptz, updated_at timestamptz DEFAULT '2020-01-01');
CREATE TABLE sales.order_items (id int PRIMARY KEY, order_id int NOT NULL REFERENCES sales.orders ON DELETE CASCADE,
  product_id int REFERENCES sales.products ON DELETE SET NULL,
  product_snapshot jsonb, quantity int NOT NULL, price_snapshot numeric(10,2) NOT NULL);
CREATE INDEX ON sales.order_items (order_id);
SELECT upkeep.enable_updated_at('sales.orders');
SELECT upkeep.enable_order_snapshots('sales.order_items', 'sales.products', active_column => 'active');
SELECT upkeep.enable_order_totals('sales.orders', 'sales.order_items');
SELECT upkeep.enable_order_lock('sales.orders', 'sales.order_items');
SELECT upkeep.enable_order_status('sales.orders',
  '{"pending": ["paid", "cancelled"], "paid": ["refunded"], "cancelled": ["pending"]}');
SELECT upkeep.enable_order_number('sales.orders');
-- The default of released is another one since 0.7.0.
SELECT upkeep.enable_stock('sales.order_items', 'sales.products', orders => 'sales.orders',
  released => '{cancelled,refunded}');
-- Every option, names that must be quoted, a tenant, partitions, and a column for what has been taken.
CREATE TABLE sales."Goods, all" ("Tenant" int, "Sku ""x""" text, "Price, net" numeric(12,4), "on Hand" numeric(10,2),
  "Live" boolean, "cost of" numeric, PRIMARY KEY ("Tenant", "Sku ""x"""));
CREATE TABLE sales."Orders, all" ("Tenant" int, "No" bigint, "State, of" varchar(20),
  "Sum" numeric(12,2) NOT NULL DEFAULT 0, "Paid at" timestamp(3), "Called" varchar(12), note text,
  PRIMARY KEY ("Tenant", "No"), UNIQUE ("Tenant", "Called"));
CREATE TABLE sales."Lines, all" ("Tenant" int, "Line" int, "Order, no" bigint, "Sku" text, "What" json,
  "How many" numeric(8,2), "At" numeric(12,4) NOT NULL DEFAULT NULL, "Taken" numeric(8,2),
  PRIMARY KEY ("Tenant", "Line")) PARTITION BY LIST ("Tenant");
CREATE TABLE sales."Lines 1" PARTITION OF sales."Lines, all" FOR VALUES IN (1);
CREATE TABLE sales."Lines 2" ("Taken" numeric(8,2), "At" numeric(12,4) NOT NULL, "What" json, "Sku" text,
  "Line" int NOT NULL, "Tenant" int NOT NULL, "How many" numeric(8,2), "Order, no" bigint);
ALTER TABLE sales."Lines, all" ATTACH PARTITION sales."Lines 2" FOR VALUES IN (2);
CREATE INDEX ON sales."Lines, all" ("Tenant", "Order, no");
SELECT upkeep.enable_order_snapshots('sales."Lines, all"', 'sales."Goods, all"', 'Sku', 'Sku "x"', 'Order, no', 'At',
  'Price, net', 'What',
  ARRAY['Sku "x"', 'Price, net', 'cost of'], 'Live', 'enforce', 'Tenant');
SELECT upkeep.enable_order_totals('sales."Orders, all"', 'sales."Lines, all"', 'Order, no', 'No', 'Sum', 'How many',
  'At', 'Tenant');
SELECT upkeep.enable_order_lock('sales."Orders, all"', 'sales."Lines, all"', 'Order, no', 'No', 'Paid at', 'State, of',
  '{paid,"sent, all"}', '{Sum,note}', 'Tenant');
SELECT upkeep.enable_order_status('sales."Orders, all"', '{"new": ["paid", "called \"off\""], "paid": ["sent, all"]}',
  'State, of', 'paid', 'Paid at', 'Tenant');
SELECT upkeep.enable_order_number('sales."Orders, all"', 'Called', 'N''"-', 3, 'Tenant');
SELECT upkeep.enable_stock('sales."Lines, all"', 'sales."Goods, all"', 'on Hand', 'Sku', 'Sku "x"', 'How many',
  'sales."Orders, all"', 'Order, no', 'No', 'State, of',
  '{"called \"off\""}', 'Taken', 'Tenant');
-- The tables of a store.
SELECT upkeep.create_storefront('store');
-- As 0.3.0 to 0.8.0 made them.
DO $$ BEGIN
  IF pg_catalog.to_regclass('store.refunds') IS NOT NULL THEN
    PERFORM upkeep.disable_order_refunds('store.refunds');
    DROP TABLE store.refunds;
    PERFORM upkeep.enable_order_totals('store.orders', 'store.order_items'),
      upkeep.enable_order_lock('store.orders', 'store.order_items');
    ALTER TABLE store.orders DROP subtotal_amount, DROP shipping_amount, DROP discount_amount, DROP tax_amount,
      DROP refunded_amount, DROP currency;
    ALTER TABLE store.order_items DROP discount_amount, DROP tax_amount, DROP refunded_quantity, DROP fulfilled_at,
      DROP currency;
  END IF;
END $$;
SELECT upkeep.enable_stock('store.order_items', 'store.products', orders => 'store.orders',
  released => '{cancelled,refunded}');
