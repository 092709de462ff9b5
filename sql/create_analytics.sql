-- create_analytics: the tables of a shop analytics app, their keys, what is enabled; again, it adds what is missing.
-- C++ edition {
SELECT upkeep.create_analytics('analytics');
SELECT upkeep.create_analytics('analytics');
-- }
SET client_min_messages = warning;
SELECT upkeep.create_analytics('analytics', history => false);
RESET client_min_messages;
SET search_path = analytics, public;
SELECT c.relname AS table, (SELECT count(*) FROM pg_attribute a WHERE a.attrelid = c.oid AND attnum > 0) AS columns,
  obj_description(c.oid) IS NOT NULL AS commented
  FROM pg_class c WHERE relnamespace = 'analytics'::regnamespace AND relkind = 'r' ORDER BY 1;
SELECT table_name, column_name,
  data_type || coalesce('(' || numeric_precision || ',' || numeric_scale || ')', '') AS type, is_nullable,
  column_default
  FROM information_schema.columns WHERE table_schema = 'analytics' AND table_name <> 'shop_settings'
  AND column_name NOT IN ('id', 'created_at', 'updated_at') ORDER BY table_name, ordinal_position;
SELECT column_name, data_type, column_default FROM information_schema.columns WHERE table_schema = 'analytics'
  AND table_name = 'shop_settings' AND (column_default IS NOT NULL OR data_type <> 'numeric') ORDER BY ordinal_position;
SELECT format_type(atttypid, atttypmod) AS type, count(*), min(attname) FROM pg_attribute
  WHERE attrelid = 'shop_settings'::regclass AND atttypid = 'numeric'::regtype GROUP BY 1 ORDER BY 1;
-- C++ edition {
-- every threshold is one that a rule has
SELECT column_name FROM information_schema.columns
   WHERE table_schema = 'analytics' AND table_name = 'shop_settings' AND column_name ~ '_(warning|critical)$'
   AND NOT EXISTS (SELECT FROM upkeep.rules
     WHERE column_name IN (lower(code) || '_warning', lower(code) || '_critical'));
-- }
SELECT conrelid::regclass AS table, pg_get_constraintdef(oid)
  FROM pg_constraint WHERE connamespace = 'analytics'::regnamespace AND contype IN ('u', 'f')
  ORDER BY conrelid::regclass::text COLLATE "C", 2;
SELECT tablename, indexdef FROM pg_indexes WHERE schemaname = 'analytics' AND indexdef NOT LIKE '%UNIQUE%'
  ORDER BY 1, 2;
-- C++ edition {
SELECT object, feature, options FROM upkeep.managed
  WHERE object::text !~ '\.' AND object IN (SELECT oid FROM pg_class WHERE relnamespace = 'analytics'::regnamespace)
  ORDER BY object::text COLLATE "C", 2, trigger;
-- }
SELECT object, feature, options FROM upkeep.managed
  WHERE object::text !~ '\.' AND object IN (SELECT oid FROM pg_class WHERE relnamespace = 'analytics'::regnamespace)
  AND feature !~ 'weekly_diagnostics|ad_decisions|growth_simulations|history'
  ORDER BY object::text COLLATE "C", 2, trigger;
SELECT * FROM upkeep.check() WHERE object IN (SELECT oid FROM pg_class WHERE relnamespace = 'analytics'::regnamespace);

-- it works
INSERT INTO users (id, external_id) VALUES ('00000000-0000-0000-0000-00000000000a', 'u1');
INSERT INTO shops (id, owner_id, name)
  VALUES ('00000000-0000-0000-0000-000000000001', '00000000-0000-0000-0000-00000000000a', 'one') RETURNING timezone;
INSERT INTO shop_settings (shop_id, cogs_ratio, rev_drop_warning)
  VALUES ('00000000-0000-0000-0000-000000000001', 0.45, 0.2) RETURNING timezone, week_start_day;
INSERT INTO daily_records (shop_id, record_date, orders, revenue, ad_spend, leads)
  SELECT id, d, 40, CASE WHEN d > '2026-11-08' THEN 600000 ELSE 1000000 END, 400000, 400
  FROM shops, generate_series(date '2026-09-14', '2026-11-15', '1 day') d;
UPDATE shop_settings SET rev_drop_warning = 0.30000000000000004, cogs_ratio = 0.44999999999999996
  RETURNING rev_drop_warning, cogs_ratio;
UPDATE shop_settings SET rev_drop_warning = 0.2;
SELECT DISTINCT aov, cpl, cvr, roas, net_profit FROM daily_records ORDER BY 1;
-- C++ edition {
CALL upkeep.run_weekly_diagnostics('2026-11-09', today => '2026-11-16');
SELECT e ->> 'code' AS code, e ->> 'severity' AS severity, e -> 'threshold' AS threshold
  FROM weekly_diagnostics, jsonb_array_elements(issues) e;
SELECT code, action, status, diagnostic_id = (SELECT id FROM weekly_diagnostics) AS linked
  FROM action_items ORDER BY 1, 2;
UPDATE weekly_diagnostics SET updated_at = updated_at - interval '1 hour';
CREATE TABLE stamp AS SELECT updated_at FROM weekly_diagnostics;
UPDATE daily_records SET revenue = revenue + 1 WHERE record_date = '2026-11-09';
SELECT stale, w.updated_at = s.updated_at AS same_stamp FROM weekly_diagnostics w, stamp s;
-- }
UPDATE shop_settings SET cogs_ratio = 0.5;
SELECT bool_and(net_profit = revenue - round(revenue * 0.45) - 400000) AS kept FROM daily_records;
INSERT INTO product_presets (shop_id, name, sell_price, cogs) SELECT id, 'cup', 100000, 45000 FROM shops
  RETURNING unit_margin, margin_ratio, break_even_roas;
INSERT INTO product_presets (shop_id, name, sell_price, cogs) SELECT id, 'gift', 0, 0 FROM shops
  RETURNING unit_margin, margin_ratio, break_even_roas;
INSERT INTO monthly_goals (shop_id, month, revenue_target) SELECT id, '2026-11-01', 50000000 FROM shops;
-- C++ edition {
UPDATE shop_settings SET cogs_ratio = 0.45, desired_net_margin = 0.05, elasticity = 0.8;
INSERT INTO ad_decisions (shop_id, decision) SELECT id, 'KEEP' FROM shops
  RETURNING decision, evidence ->> 'reason' AS reason, evidence -> 'inputs' -> 'desired_net_margin' AS desired;
INSERT INTO ad_decisions (shop_id, campaign, spend, orders, aov) SELECT id, 'autumn', 900000, 0, 250000 FROM shops
  RETURNING decision, decided_by, evidence ->> 'reason' AS reason;
INSERT INTO growth_simulations (shop_id, target_revenue) SELECT id, 1 FROM shops
  RETURNING feasibility_level, model, assumptions -> 'elasticity' AS elasticity;
DELETE FROM weekly_diagnostics;
SELECT count(*), count(diagnostic_id) FROM action_items;
-- }
DELETE FROM shops;
SELECT (SELECT count(*) FROM daily_records) + (SELECT count(*) FROM action_items) + (SELECT count(*)
  FROM shop_settings) + (SELECT count(*) FROM product_presets) + (SELECT count(*) FROM monthly_goals)
  + (SELECT count(*) FROM ad_decisions) + (SELECT count(*) FROM growth_simulations) AS left_over;

-- what is missing is added; what is there stays
ALTER TABLE weekly_diagnostics DROP COLUMN stale, DROP COLUMN input_digest, ADD COLUMN mine int;
ALTER TABLE daily_records DROP CONSTRAINT daily_records_shop_id_record_date_key;
-- C++ edition {
SELECT upkeep.disable_weekly_diagnostics('daily_records');
-- }
SELECT upkeep.disable_metrics('product_presets');
-- as 0.4.0 and 0.5.0 made it
-- C++ edition {
SELECT upkeep.disable_ad_decisions('ad_decisions');
-- }
ALTER TABLE shop_settings DROP COLUMN desired_net_margin, DROP COLUMN elasticity;
ALTER TABLE ad_decisions DROP COLUMN aov;
DROP TABLE growth_simulations;
SET client_min_messages = warning;
SELECT upkeep.create_analytics('analytics', history => false);
RESET client_min_messages;
SELECT column_name FROM information_schema.columns WHERE table_schema = 'analytics'
  AND table_name = 'weekly_diagnostics' AND column_name IN ('stale', 'input_digest', 'mine') ORDER BY 1;
SELECT column_name FROM information_schema.columns WHERE table_schema = 'analytics'
  AND column_name IN ('desired_net_margin', 'elasticity', 'aov') AND table_name <> 'daily_records' ORDER BY 1;
SELECT count(*) FROM pg_constraint WHERE conrelid = 'daily_records'::regclass AND contype = 'u';
-- C++ edition {
SELECT sum(cardinality(triggers)) AS count FROM upkeep.managed WHERE object IN ('daily_records'::regclass,
  'product_presets'::regclass, 'ad_decisions'::regclass, 'growth_simulations'::regclass);
-- as 0.6.0 to 0.9.0 enabled it: ads ask the records once it is called again, unless these are somebody else's, or
-- somebody chose how the shop is found
CREATE VIEW asked AS SELECT options FROM upkeep.managed WHERE feature = 'ad_decisions';
SELECT upkeep.enable_ad_decisions('ad_decisions', 'shop_settings');
ALTER TABLE daily_records OWNER TO regress_upkeep_owner;
SELECT upkeep.create_analytics('analytics');
SELECT * FROM asked;
ALTER TABLE daily_records OWNER TO CURRENT_USER;
SELECT upkeep.create_analytics('analytics');
SELECT * FROM asked;
SELECT upkeep.enable_ad_decisions('ad_decisions', 'shop_settings', 'id');
SELECT upkeep.create_analytics('analytics');
SELECT * FROM asked;
-- }
SELECT object, feature, enabled FROM upkeep.managed
  WHERE object IN ('daily_records'::regclass, 'product_presets'::regclass) AND feature ~ 'metrics|updated_at'
  ORDER BY 1, 2;
-- tables that are there with another primary key, or with none
SET client_min_messages = warning;
DROP SCHEMA analytics CASCADE;
CREATE SCHEMA analytics;
CREATE TABLE users (uid uuid PRIMARY KEY);
CREATE TABLE shops (id uuid, name text);
CREATE TABLE shop_settings (shop_id uuid PRIMARY KEY, cogs_ratio numeric);
CREATE TABLE weekly_diagnostics (shop_id uuid, week_start date, PRIMARY KEY (shop_id, week_start));
SELECT upkeep.create_analytics('analytics');
SELECT upkeep.create_analytics('analytics');
SELECT conrelid::regclass AS table, pg_get_constraintdef(oid) FROM pg_constraint WHERE conrelid IN ('users'::regclass,
  'shops'::regclass, 'shop_settings'::regclass, 'weekly_diagnostics'::regclass, 'action_items'::regclass)
   AND contype IN ('p', 'u', 'f') ORDER BY conrelid::regclass::text COLLATE "C", 2;
SELECT col_description('shop_settings'::regclass, attnum) FROM pg_attribute
  WHERE attrelid = 'shop_settings'::regclass AND attname = 'id';
SELECT upkeep.create_storefront('analytics');
-- the caller's, beside a store
DROP SCHEMA IF EXISTS analytics CASCADE;
RESET client_min_messages;
-- C++ edition {
CREATE SCHEMA analytics AUTHORIZATION regress_upkeep_owner;
SET ROLE regress_upkeep_owner;
SELECT upkeep.create_storefront('analytics'), upkeep.create_analytics('analytics');
RESET ROLE;
SELECT count(*), count(DISTINCT relowner) FROM pg_class
  WHERE relnamespace = 'analytics'::regnamespace AND relkind = 'r';
SELECT count(*) FROM pg_depend
  WHERE deptype = 'e' AND objid IN (SELECT oid FROM pg_class WHERE relnamespace = 'analytics'::regnamespace);
SET ROLE regress_upkeep_other;
SELECT state, message FROM failure('SELECT upkeep.create_analytics(''analytics'')');
SELECT state, message FROM failure('SELECT upkeep.create_analytics(''analytics_of_mine'')');
RESET ROLE;
-- }
SELECT state, message FROM failure('SELECT upkeep.create_analytics(NULL)');
-- C++ edition {
SELECT state, message, hint FROM failure('SELECT upkeep.create_analytics(''spread'', distribute => true)');
-- }
SELECT state FROM failure('SELECT upkeep.create_analytics(''spread'', distribute => true)');
RESET search_path;
SET client_min_messages = warning;
DROP SCHEMA IF EXISTS analytics CASCADE;
RESET client_min_messages;
