-- What a first call is told: which argument to pass, the order of the tables, all that is missing in one answer.
CREATE SCHEMA first_call;
SET search_path = first_call, public;
CREATE TABLE orders (id int PRIMARY KEY, total_amount numeric(10,2), status text, payment_completed_at timestamptz);
CREATE TABLE products (id int PRIMARY KEY, price numeric(10,2), stock_quantity int);
CREATE TABLE order_items (id int PRIMARY KEY, order_id int REFERENCES orders, product_id int REFERENCES products,
  quantity int, price_snapshot numeric(10,2), product_snapshot jsonb);
CREATE INDEX ON order_items (order_id);
CREATE TABLE "Lines" (id int PRIMARY KEY, "orderId" int REFERENCES orders, "productId" int REFERENCES products, qty int,
  "priceSnapshot" numeric(10,2), "productSnapshot" jsonb);
CREATE TABLE loose (id int PRIMARY KEY, order_id int, product_id int, quantity int, price_snapshot numeric(10,2));
CREATE TABLE parents (id int PRIMARY KEY);
CREATE TABLE children (id int PRIMARY KEY, parent_id int REFERENCES parents);
CREATE TABLE days (id int, "Revenue" int, orders int, aov int);
CREATE TABLE ads (id int);
CREATE TABLE records (shop uuid);
CREATE TABLE weekly_diagnostics (shop_id uuid);
CREATE TABLE calls (n serial, call text);
INSERT INTO calls (call) VALUES
  -- swapped
  ('enable_order_totals(''order_items'', ''orders'')'), ('enable_order_lock(''order_items'', ''orders'')'),
  ('enable_stock(''products'', ''order_items'')'),
  ('enable_order_snapshots(''products'', ''order_items'')'), ('enable_touch(''parents'', ''children'')'),
  ('enable_order_totals(''loose'', ''orders'')'),
  -- named otherwise
  ('enable_order_totals(''orders'', ''"Lines"'')'),
  ('enable_order_totals(''orders'', ''"Lines"'', order_column => ''orderId'')'),
  ('enable_stock(''"Lines"'', ''products'')'),
  ('enable_stock(''order_items'', ''products'', stock_column => ''stock'')'),
  ('enable_order_snapshots(''"Lines"'', ''products'')'),
  ('enable_order_lock(''orders'', ''order_items'', frozen_columns => ''{total}'')'),
  ('enable_order_number(''days'')'),
  ('enable_updated_at(''days'')'), ('enable_updated_at(''days'', ignore_columns => ''{revenue}'')'),
  ('enable_updated_at(''days'', version_column => ''version'')'),
  ('enable_metrics(''days'', ''{aov = revenue / orders}'')'), ('enable_metrics(''days'', ''{roas = orders / 2}'')'),
  ('enable_metrics(''days'', ''{aov = orders * settings.k}'', settings => ''orders'')'),
  -- not there
  ('enable_touch(''children'', ''parents'')'), ('enable_touch(''days'', ''ads'')'),
  ('enable_touch(''children'', ''parents'', ''parent_id'')');
-- C++ edition {
-- several at once
INSERT INTO calls (call) VALUES
  ('enable_ad_decisions(''ads'')'), ('enable_ad_decisions(''ads'', ''orders'', ''shop'')'),
  ('enable_growth_simulations(''ads'')'), ('enable_weekly_diagnostics(''records'', ''weekly_diagnostics'')');
SELECT n, call, f.state, f.message, f.hint FROM calls, failure('SELECT upkeep.' || call) f WHERE n > 22 ORDER BY n;
-- }
SELECT n, call, f.state, f.message, f.hint FROM calls, failure('SELECT upkeep.' || call) f WHERE n <= 22 ORDER BY n;
SELECT count(*) FROM upkeep.managed
  WHERE object IN (SELECT oid FROM pg_class WHERE relnamespace = 'first_call'::regnamespace);
-- whoever has it enabled and renames is told so
SELECT upkeep.enable_order_totals('orders', 'order_items');
ALTER TABLE order_items RENAME price_snapshot TO amount;
SELECT message, hint FROM failure('INSERT INTO order_items VALUES (1, NULL, NULL, 1, 1)');
SELECT message, hint FROM failure('SELECT upkeep.enable_order_totals(''orders'', ''order_items'')');
-- on a partition the hint names the root
CREATE TABLE root (id int, x int, updated_at timestamptz) PARTITION BY LIST (id);
CREATE TABLE part PARTITION OF root FOR VALUES IN (1);
SELECT upkeep.enable_updated_at('root', ignore_columns => '{x}');
INSERT INTO root VALUES (1, 1, now());
ALTER TABLE root RENAME x TO y;
SELECT message, hint FROM failure('UPDATE part SET y = 2');
-- the run: all tables in one answer; what it does not fill, when enabling
CREATE SCHEMA first_run;
SET search_path = first_run, public;
CREATE TABLE daily_records (shop_id int, record_date date, orders int);
CREATE TABLE shop_settings (shop_id int PRIMARY KEY);
CREATE TABLE weekly_diagnostics (shop_id int, week_start date, stale boolean, week_end date NOT NULL,
  made timestamptz NOT NULL DEFAULT now(), "Note" text NOT NULL, n int GENERATED ALWAYS AS IDENTITY,
  UNIQUE (shop_id, week_start));
CREATE TABLE action_items (shop_id int, fingerprint text, action text, owner text NOT NULL,
  UNIQUE (shop_id, fingerprint, action));
-- C++ edition {
\set VERBOSITY terse
CALL upkeep.run_weekly_diagnostics('2026-01-05');
\set VERBOSITY default
SELECT upkeep.enable_weekly_diagnostics('daily_records', 'weekly_diagnostics');
-- }
DROP TABLE daily_records, shop_settings, weekly_diagnostics, action_items;
CREATE TABLE weekly_diagnostics (week_end date NOT NULL);
CREATE TABLE action_items (owner text NOT NULL);
-- C++ edition {
SELECT upkeep.create_analytics('first_run');
SELECT upkeep.create_analytics('first_run');
-- }
-- beside keys that the new tables cannot refer to: all in one answer;
-- who makes the referring tables first gets the rest
CREATE SCHEMA first_keys;
SET search_path = first_keys, public;
CREATE TABLE users (id serial PRIMARY KEY);
CREATE TABLE shops (id bigserial PRIMARY KEY, name text);
CREATE TABLE orders (id int PRIMARY KEY);
SELECT state, message, hint FROM failure('SELECT upkeep.create_analytics(''first_keys'')');
SELECT state, message FROM failure('SELECT upkeep.create_storefront(''first_keys'')');
SET client_min_messages = warning;
ALTER TABLE shops ADD owner_id int REFERENCES users;
DO $$
DECLARE name text;
BEGIN
  FOREACH name IN ARRAY '{shop_settings,daily_records,weekly_diagnostics,action_items,'
      'monthly_goals,product_presets,ad_decisions,growth_simulations}'::text[] LOOP
    EXECUTE format('CREATE TABLE %I (shop_id bigint NOT NULL REFERENCES shops)', name);
  END LOOP;
END $$;
SELECT upkeep.create_analytics('first_keys');
DROP SCHEMA first_call, first_run, first_keys CASCADE;
