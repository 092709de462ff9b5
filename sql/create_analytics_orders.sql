-- create_analytics with orders: a store feeds daily_records, which diagnoses and metrics are made of.
CREATE SCHEMA store;
SET search_path = store, public;
CREATE TABLE orders (
  id integer PRIMARY KEY, shop_id uuid, total_amount numeric(12,2) NOT NULL, status text NOT NULL DEFAULT 'pending',
  created_at timestamptz NOT NULL, deleted_at timestamptz
);
\set one '00000000-0000-0000-0000-000000000001'
\set two '00000000-0000-0000-0000-000000000002'

-- what is wrong with the arguments
SELECT upkeep.create_analytics('days');
SELECT state, message, hint FROM unnest(ARRAY[
  $$SELECT upkeep.create_analytics('days', columns => '{"shop": "shop_id"}')$$,
  $$SELECT upkeep.create_analytics('days', 'orders', '{"shop_id": "shop_id"}')$$,
  $$SELECT upkeep.create_analytics('days', 'orders', '{"amount": 7}')$$,
  $$SELECT upkeep.create_analytics('days', 'orders', '{"amount": null}')$$,
  $$SELECT upkeep.create_analytics('days', 'orders', '["shop_id"]')$$,
  $$SELECT upkeep.create_analytics('days', 'orders', '"shop_id"')$$]) call, failure(call);
SELECT state, message, hint FROM unnest(ARRAY[
  $$SELECT upkeep.create_analytics('days', 'orders', '{"timezone": "Asia/Ho_Chi_Minh"}')$$,
  $$SELECT upkeep.create_analytics('days', 'orders', '{"timezone": "utc"}')$$,
  $$SELECT upkeep.create_analytics('days', 'orders', '{"amount": "total"}')$$,
  $$SELECT upkeep.create_analytics('days', 'orders', '{"amount": "total_amount, 7"}')$$,
  $$SELECT upkeep.create_analytics('days', 'orders', '{"amount": "total_amount) FILTER (WHERE (true"}')$$,
  $$SELECT upkeep.create_analytics('days', 'orders', '{"amount": "total_amount::float8"}')$$,
  $$SELECT upkeep.create_analytics('days', 'orders', '{"moment": "status"}')$$,
  $$SELECT upkeep.create_analytics('days', 'orders', '{"moment": "now()"}')$$,
  $$SELECT upkeep.create_analytics('days', 'orders', '{"shop": "status"}')$$,
  $$SELECT upkeep.create_analytics('days', 'orders', '{"sold": "status"}')$$,
  $$SELECT upkeep.create_analytics('days', 'orders', '{"sold": "(SELECT true)"}')$$]) call, failure(call);
CREATE TABLE plain (id integer, paid_on date);
SELECT state, message, hint FROM unnest(ARRAY[
  $$SELECT upkeep.create_analytics('days', 'plain')$$,
  $$SELECT upkeep.create_analytics('days', 'plain', '{"shop": "NULL::uuid"}')$$,
  $$SELECT upkeep.create_analytics('days', 'plain', '{"shop": "NULL::uuid", "amount": "1"}')$$,
  $$SELECT upkeep.create_analytics('days', 'plain', '{"shop": "NULL::uuid", "amount": "1", "moment": "paid_on"}')$$,
  $$SELECT upkeep.create_analytics('days', NULL)$$]) call, failure(call);
CREATE TABLE numbered (shop_id integer, total_amount integer, created_at timestamptz, status text);
SELECT state, message, hint FROM unnest(ARRAY[
  $$SELECT upkeep.create_analytics('days', 0)$$,
  $$SELECT upkeep.create_analytics('days', 'numbered')$$,
  $$SELECT upkeep.create_analytics('days', 'orders', '{"timezone": "''Mars/Base''"}')$$]) call, failure(call);
CREATE VIEW view_of_orders AS TABLE orders;
SELECT state, message FROM failure($$SELECT upkeep.create_analytics('days', 'view_of_orders')$$);

-- two shops; a day is that of Ho Chi Minh City
CREATE INDEX ON orders (shop_id, ((created_at AT TIME ZONE 'Asia/Ho_Chi_Minh')::date));
SELECT upkeep.create_analytics('days', 'orders',
  '{"timezone": "''Asia/Ho_Chi_Minh''", "sold": "status IN (''paid'', ''completed'') AND deleted_at IS NULL"}');
SET search_path = store, days, public;
SELECT object, feature, options FROM upkeep.managed WHERE feature = 'rollup' ORDER BY object::text;
SELECT * FROM upkeep.check() WHERE object IN ('orders'::regclass, 'daily_records'::regclass);
INSERT INTO shops (id, name, currency) VALUES (:'one', 'one', 'VND'), (:'two', 'two', 'VND');
INSERT INTO shop_settings (shop_id, cogs_ratio) SELECT id, 0.4 FROM shops;

-- from 23:30 to 00:30 of the shop an order changes its day
CREATE VIEW figures AS SELECT right(shop_id::text, 1) AS shop, record_date, orders, revenue, ad_spend, aov, net_profit
  FROM daily_records ORDER BY 1, 2;
INSERT INTO orders (id, shop_id, total_amount, status, created_at)
  SELECT n, :'one', 100 * n, 'paid', timestamptz '2026-11-10 23:20:00+07' + n * interval '10 minutes'
  FROM generate_series(1, 7) n;
SELECT id, created_at AT TIME ZONE 'Asia/Ho_Chi_Minh' AS local FROM orders ORDER BY id;
TABLE figures;
UPDATE orders SET created_at = created_at + interval '10 minutes' WHERE id IN (2, 3);
TABLE figures;
SET timezone = 'America/New_York';
UPDATE orders SET created_at = created_at - interval '10 minutes' WHERE id IN (2, 3);
TABLE figures;
RESET timezone;
INSERT INTO orders (id, shop_id, total_amount, created_at) VALUES (8, :'one', 1000, '2026-11-10 12:00+07');
TABLE figures;
UPDATE orders SET status = 'paid' WHERE id = 8;
UPDATE orders SET status = 'completed';
TABLE figures;
UPDATE orders SET shop_id = :'two' WHERE id IN (1, 7);
TABLE figures;
UPDATE orders SET status = 'cancelled' WHERE id = 7;
TABLE figures;

-- soft-deleted orders
SELECT upkeep.enable_soft_delete('orders');
UPDATE orders SET deleted_at = now() WHERE id = 8;
TABLE figures;
UPDATE orders SET deleted_at = NULL WHERE id = 8;
TABLE figures;

-- the client's figures are his, ours are not; metrics follow
UPDATE daily_records SET ad_spend = 500, leads = 4, orders = 99, revenue = 1 WHERE shop_id = :'one'
  RETURNING orders, revenue, aov, net_profit;
UPDATE orders SET total_amount = total_amount + 0.5 WHERE id = 2;
INSERT INTO daily_records (shop_id, record_date, orders, revenue, ad_spend) VALUES (:'two', '2026-11-12', 7, 7, 10)
  RETURNING orders, revenue, ad_spend;
TABLE figures;

-- refunds lower their own day
CREATE TABLE refunds (id integer PRIMARY KEY, order_id integer NOT NULL REFERENCES orders, shop_id uuid NOT NULL,
  amount numeric(12,2) NOT NULL, created_at timestamptz NOT NULL);
CREATE INDEX ON refunds (shop_id, ((created_at AT TIME ZONE 'Asia/Ho_Chi_Minh')::date));
SELECT upkeep.enable_rollup('daily_records', 'refunds', '{revenue = sum(-amount)}',
  ARRAY['shop_id = shop_id', 'record_date = (created_at AT TIME ZONE ''Asia/Ho_Chi_Minh'')::date']);
INSERT INTO refunds VALUES (1, 8, :'one', 400, '2026-11-11 08:00+07'),
  (2, 8, :'one', 100, '2026-11-14 23:59:59.999+07'), (3, 8, :'one', 50, '2026-11-15 00:00+07');
TABLE figures;
UPDATE refunds SET amount = 300 WHERE id = 1;
DELETE FROM refunds WHERE id = 2;
TABLE figures;
SELECT * FROM upkeep.check_rollup('daily_records');

-- the week's diagnosis; what changes in the orders makes it stale
INSERT INTO orders (id, shop_id, total_amount, status, created_at)
  SELECT 1000 + 10 * n + k, :'one', 1000, 'paid', timestamptz '2026-09-14 10:00+07' + n * interval '1 day'
  FROM generate_series(0, 56) n, generate_series(1, 6) k;
CALL upkeep.run_weekly_diagnostics('2026-11-09', today => '2026-11-16');
SELECT right(shop_id::text, 1) AS shop, week_label, state, stale, jsonb_path_query_array(issues, '$[*].code') AS issues
  FROM weekly_diagnostics ORDER BY 1;
UPDATE orders SET total_amount = 1 WHERE id = 8;
SELECT right(shop_id::text, 1) AS shop, stale FROM weekly_diagnostics ORDER BY 1;
SELECT updated_at = created_at AS untouched FROM daily_records WHERE record_date = '2026-11-12';

-- again: it stays as it is
SELECT upkeep.create_analytics('days', 'orders',
  '{"timezone": "''Asia/Ho_Chi_Minh''", "sold": "status IN (''paid'', ''completed'') AND deleted_at IS NULL"}');
SELECT upkeep.create_analytics('days', 'orders');
SELECT upkeep.create_analytics('days');
SELECT count(*) FROM upkeep.managed WHERE feature = 'rollup' AND object = 'orders'::regclass;
SELECT * FROM upkeep.check_rollup('daily_records');

-- disconnected: the figures stay, and are the client's
SELECT upkeep.disable_rollup('daily_records', 'orders');
DELETE FROM orders WHERE id = 2;
UPDATE daily_records SET orders = 5 WHERE shop_id = :'one' AND record_date = '2026-11-10' RETURNING orders, revenue;
SELECT feature, count(*) FROM upkeep.managed WHERE object = 'daily_records'::regclass GROUP BY 1 ORDER BY 1;
-- connected again, what is there is counted
SELECT upkeep.create_analytics('days', 'orders', '{"timezone": "''UTC''"}');
SELECT * FROM figures WHERE record_date > '2026-11-08';
SELECT * FROM upkeep.check_rollup('daily_records');
-- a shop that is not there, and none
SELECT state, message FROM unnest(ARRAY[
  $$INSERT INTO orders VALUES (20, '00000000-0000-0000-0000-000000000003', 1, 'paid', '2026-11-10Z')$$,
  $$INSERT INTO orders VALUES (20, NULL, 1, 'paid', '2026-11-10Z')$$]) call, failure(call);
INSERT INTO orders VALUES (20, NULL, 1, 'pending', '2026-11-10Z');

-- a zone, a moment, and a unit of one's own
SET client_min_messages = warning;
DROP SCHEMA days CASCADE;
RESET client_min_messages;
CREATE TABLE receipts (id integer PRIMARY KEY, shop uuid, zone text, cents integer, paid_at timestamptz);
SET client_min_messages = warning;
SELECT upkeep.create_analytics('days', 'receipts', '{"shop": "shop", "amount": "cents", "moment": "paid_at",
  "sold": "paid_at IS NOT NULL", "timezone": "zone"}');
RESET client_min_messages;
INSERT INTO shops (id, name) VALUES (:'one', 'one'), (:'two', 'two');
INSERT INTO receipts VALUES (1, :'one', 'Asia/Ho_Chi_Minh', 5, '2026-11-10 17:00Z'),
  (2, :'two', 'America/New_York', 7, '2026-11-11 04:59Z'), (3, :'two', 'America/New_York', 9, NULL);
SELECT right(shop_id::text, 1) AS shop, record_date, orders, revenue FROM daily_records ORDER BY 1, 2;
ALTER TABLE receipts ADD paid_on date DEFAULT '2026-11-20', ADD local timestamp;
SELECT upkeep.disable_rollup('daily_records', 'receipts');
SET client_min_messages = warning;
SELECT upkeep.create_analytics('days', 'receipts',
  '{"shop": "shop", "amount": "cents", "moment": "paid_on", "sold": "true"}');
SELECT options FROM upkeep.managed WHERE feature = 'rollup' AND object = 'receipts'::regclass;
SELECT right(shop_id::text, 1) AS shop, record_date, orders, revenue FROM daily_records ORDER BY 1, 2;
SELECT upkeep.disable_rollup('daily_records', 'receipts');
RESET client_min_messages;
CREATE INDEX ON receipts (shop, (local::date));
SELECT upkeep.create_analytics('days', 'receipts',
  '{"shop": "shop", "amount": "cents", "moment": "local", "sold": "local IS NOT NULL", "timezone": "''UTC''"}');
UPDATE receipts SET local = '2026-12-31 23:59:59';
SELECT right(shop_id::text, 1) AS shop, record_date, orders, revenue FROM daily_records ORDER BY 1, 2;

-- a storefront has one shop and no column for it
SET search_path = public;
SET client_min_messages = warning;
DROP SCHEMA store, days CASCADE;
SELECT upkeep.create_storefront('store', names => 'generic');
SELECT upkeep.create_analytics('store', 'store.orders', '{"shop": "''00000000-0000-0000-0000-000000000001''::uuid",
  "amount": "total_amount * 100", "moment": "payment_completed_at", "sold": "payment_completed_at IS NOT NULL"}');
SELECT upkeep.enable_rollup('store.daily_records', 'store.refunds', '{revenue = sum(-amount * 100)}',
  '{shop_id = ''00000000-0000-0000-0000-000000000001''::uuid, record_date = (created_at AT TIME ZONE ''UTC'')::date}');
RESET client_min_messages;
SET search_path = store, public;
INSERT INTO shops (id, name, currency) VALUES (:'one', 'the store', 'EUR');
INSERT INTO products (id, name, price) VALUES (:'one', 'Mug', 12.5);
INSERT INTO orders (id) VALUES (:'one'), (:'two');
INSERT INTO order_items (id, order_id, product_id, quantity)
  VALUES (:'one', :'one', :'one', 2), (:'two', :'two', :'one', 1);
SELECT count(*) FROM daily_records;
UPDATE orders SET status = 'paid';
SELECT record_date = (now() AT TIME ZONE 'UTC')::date AS today, orders, revenue, aov FROM daily_records;
INSERT INTO refunds (order_id, order_item_id, quantity) VALUES (:'one', :'one', 1);
UPDATE orders SET status = 'shipped';
SELECT orders, revenue, aov FROM daily_records;
SELECT * FROM upkeep.check_rollup('daily_records');
SELECT * FROM upkeep.check_orders('orders', 'order_items');
SELECT * FROM upkeep.check() WHERE object IN (SELECT oid FROM pg_class WHERE relnamespace = 'store'::regnamespace);

-- orders of somebody else
RESET search_path;
SET client_min_messages = warning;
DROP SCHEMA store CASCADE;
RESET client_min_messages;
CREATE SCHEMA store AUTHORIZATION regress_upkeep_owner;
CREATE TABLE store.orders (id integer PRIMARY KEY, shop_id uuid, total_amount integer, status text, created_at date);
GRANT ALL ON store.orders TO regress_upkeep_owner;
SET ROLE regress_upkeep_owner;
SELECT state, message FROM failure($$SELECT upkeep.create_analytics('store', 'store.orders')$$);
RESET ROLE;
DROP SCHEMA store CASCADE;
