-- enable_growth_simulations: what a revenue would need, kept with what it was simulated from.
CREATE SCHEMA growth;
SET search_path = growth, public;
CREATE TABLE shop_settings (shop_id int PRIMARY KEY, cogs_ratio numeric, elasticity numeric(10,9),
  max_observed_spend bigint);
INSERT INTO shop_settings VALUES (1, 0.45, NULL, NULL), (2, 0.45, 0.9, 3000000), (3, NULL, NULL, NULL);
CREATE TABLE growth_simulations (id int GENERATED ALWAYS AS IDENTITY, shop_id int,
  simulated_on date DEFAULT '2026-11-09', target_revenue bigint, revenue bigint, ad_spend bigint, leads int,
  orders int, model text,
  needed_ad_spend bigint, needed_leads int, needed_orders int, net_profit bigint, marginal_roas numeric,
  feasibility_level text, assumptions jsonb);
SELECT upkeep.enable_growth_simulations('growth_simulations', 'shop_settings');
SELECT object, feature, options, triggers, enabled FROM upkeep.managed WHERE object = 'growth_simulations'::regclass;
INSERT INTO growth_simulations (shop_id, target_revenue, revenue, ad_spend, leads, orders, model) VALUES
  (1, 20000000, 16000000, 4000000, 1600, 40, NULL), (1, 32000000, 16000000, 4000000, 1600, 40, 'diminishing'),
  (1, 48000000, 16000000, 4000000, 1600, 40, NULL),
  (1, 20000000, 16000000, 4000000, 1600, 40, 'linear'), (2, 20000000, 16000000, 4000000, 1600, 40, NULL),
  (3, 20000000, 16000000, 4000000, 1600, 40, NULL), (1, 20000000, NULL, 4000000, 1600, 40, NULL),
  (1, 20000000, 16000000, 4000000, 0, 0, 'linear'), (NULL, 10000000, 16000000, 4000000, 1600, 40, NULL);
SELECT id, shop_id AS shop, target_revenue AS target, model, needed_ad_spend, needed_leads, needed_orders, net_profit,
  marginal_roas, feasibility_level, assumptions ->> 'reason' AS reason, assumptions -> 'elasticity' AS elasticity,
  assumptions -> 'capped_by_observed' AS capped FROM growth_simulations ORDER BY id;
-- figures are the database's, whatever is sent
INSERT INTO growth_simulations (shop_id, target_revenue, revenue, ad_spend, leads, orders, needed_ad_spend,
  needed_leads, needed_orders, net_profit, marginal_roas, feasibility_level, assumptions)
  VALUES (1, 20000000, 16000000, 4000000, 1600, 40, 1, 1, 1, 1, 1, 'EASY', '{"mine": 1}')
  RETURNING model, needed_ad_spend, needed_leads, needed_orders, net_profit, marginal_roas, feasibility_level,
    assumptions ? 'mine' AS mine;
-- every stored row can be derived again from its assumptions
SELECT count(*), bool_and((g.ad_spend, g.leads, g.orders, g.net_profit, g.marginal_roas)
  IS NOT DISTINCT FROM (s.needed_ad_spend::numeric, s.needed_leads, s.needed_orders, s.net_profit::numeric,
    s.marginal_roas)) AS figures,
  bool_and(g.feasibility_level = s.feasibility_level) AS levels, bool_and(g.assumptions = s.assumptions) AS assumptions
  FROM growth_simulations s, jsonb_to_record(s.assumptions -> 'inputs') i(target_revenue numeric, revenue numeric,
    ad_spend numeric, leads int, orders int, cogs_ratio numeric, elasticity numeric, max_observed_spend numeric),
    upkeep.simulate_growth(i.target_revenue, i.revenue, i.ad_spend, i.leads, i.orders, i.cogs_ratio, i.elasticity,
      i.max_observed_spend) g WHERE g.model = s.model;
-- the settings of the moment hold; an UPDATE leaves a simulation as it is
UPDATE shop_settings SET cogs_ratio = 0.6 WHERE shop_id = 1;
UPDATE growth_simulations SET target_revenue = 1 WHERE id = 1;
INSERT INTO growth_simulations (shop_id, target_revenue, revenue, ad_spend, leads, orders)
  VALUES (1, 20000000, 16000000, 4000000, 1600, 40);
SELECT id, target_revenue, net_profit, feasibility_level, assumptions -> 'inputs' -> 'cogs_ratio' AS cogs_ratio
  FROM growth_simulations WHERE id IN (1, 11) ORDER BY id;
-- what cannot be
SELECT a, f.* FROM unnest(ARRAY['NULL, 16, 4, 16, 4, NULL', '0, 16, 4, 16, 4, NULL', '20, -16, 4, 16, 4, NULL',
  '20, 16, 4, 16, 4, ''cubic''', '9e18::bigint, 16, 4, 16, 4, NULL', '9e15::bigint, 16, 4, 16, 4, NULL']) a,
  failure(
    'INSERT INTO growth_simulations (target_revenue, revenue, ad_spend, leads, orders, model) VALUES (' || a || ')') f;

-- columns of the row itself come before the settings; numeric amounts, domains, few columns
CREATE DOMAIN level AS text CHECK (VALUE <> 'UNPROFITABLE');
CREATE TABLE few (gone int, target_revenue numeric(12,2), revenue numeric(12,2), ad_spend numeric(12,2),
  leads bigint, orders numeric, cogs_ratio numeric, elasticity numeric, max_observed_spend numeric,
  shop_id bigint, feasibility_level level, assumptions json, needed_ad_spend numeric(12,1), needed_leads smallint,
  marginal_roas numeric(6,2));
ALTER TABLE few DROP COLUMN gone;
SELECT upkeep.enable_growth_simulations('few', 'shop_settings');
INSERT INTO few (shop_id, target_revenue, revenue, ad_spend, leads, orders, cogs_ratio, elasticity, max_observed_spend)
  VALUES (2, 20000.5, 16000, 4000, 1600, 40, NULL, NULL, NULL), (2, 20000.5, 16000, 4000, 1600, 40, 0.2, 0.5, 100)
  RETURNING needed_ad_spend, needed_leads, marginal_roas, feasibility_level, assumptions -> 'inputs' AS inputs;
SELECT state, message FROM failure('INSERT INTO few (shop_id, target_revenue, revenue, ad_spend, leads, orders) '
  'VALUES (1, 48000, 16000, 4000, 1600, 40)');
SELECT * FROM failure('INSERT INTO few (shop_id, target_revenue, revenue, ad_spend, leads, orders) '
  'VALUES (2, 1600000, 16000, 4000, 1600, 40)');
-- COPY, partitions, a pause, enabled without settings, disabled
COPY growth_simulations (shop_id, target_revenue, revenue, ad_spend, leads, orders) FROM stdin;
2	20000000	16000000	4000000	1600	40
\.
SELECT needed_ad_spend, feasibility_level FROM growth_simulations ORDER BY id DESC LIMIT 1;
CREATE TABLE parted (LIKE growth_simulations INCLUDING DEFAULTS) PARTITION BY LIST (shop_id);
CREATE TABLE parted_1 PARTITION OF parted FOR VALUES IN (1);
SELECT upkeep.enable_growth_simulations('parted', 'shop_settings');
INSERT INTO parted (id, shop_id, target_revenue, revenue, ad_spend, leads, orders)
  VALUES (1, 1, 20000000, 16000000, 4000000, 1600, 40) RETURNING feasibility_level;
BEGIN;
SET LOCAL upkeep.pause = 'growth_simulations, ad_decisions';
INSERT INTO growth_simulations (shop_id, target_revenue) VALUES (1, NULL)
  RETURNING model, feasibility_level, assumptions;
ROLLBACK;
SELECT upkeep.enable_growth_simulations('growth_simulations');
INSERT INTO growth_simulations (shop_id, target_revenue, revenue, ad_spend, leads, orders)
  VALUES (1, 20000000, 16000000, 4000000, 1600, 40) RETURNING feasibility_level, assumptions ->> 'reason' AS reason;
SELECT upkeep.disable_growth_simulations('growth_simulations');
SELECT upkeep.disable_growth_simulations('growth_simulations');
INSERT INTO growth_simulations (shop_id, target_revenue) VALUES (1, 1) RETURNING model;
SELECT a, f.state, f.message
  FROM unnest(ARRAY['NULL', '''shop_settings''', '''growth_simulations'', ''growth_simulations''',
    '''growth_simulations'', ''shop_settings'', ''shop''', '''parted_1''']) a,
    failure('SELECT upkeep.enable_growth_simulations(' || a || ')') f;
SET ROLE regress_upkeep_other;
SELECT state, message FROM failure('SELECT upkeep.enable_growth_simulations(''growth.growth_simulations'')');
RESET ROLE;
-- what the guard does with a column's new name: an option follows it, a column that has to bear its name is told of
SELECT upkeep.enable_growth_simulations('growth_simulations', 'shop_settings');
SELECT upkeep.enable_guard('warn', schemas => '{growth}');
ALTER TABLE shop_settings RENAME shop_id TO shop;
ALTER TABLE growth_simulations RENAME shop_id TO shop;
ALTER TABLE growth_simulations RENAME leads TO prospects;
SELECT options FROM upkeep.managed WHERE object = 'growth_simulations'::regclass AND feature = 'growth_simulations';
SELECT upkeep.disable_guard();
DELETE FROM upkeep.ddl_log;
RESET search_path;
SET client_min_messages = warning;
DROP SCHEMA growth CASCADE;
