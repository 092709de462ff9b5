-- What writers of the tables of tables-0.6.0.sql meet, and what the functions say; leaves nothing behind.
BEGIN;
INSERT INTO analytics.ad_decisions (shop_id, campaign, decided_on, spend, orders, revenue, leads)
  SELECT id, 'spring', '2026-11-16', 9000000, 5, 1500000, 90 FROM analytics.shops
  RETURNING 'an ad', decision, decided_by, early_kill_signals, evidence;
INSERT INTO analytics.ad_decisions (shop_id, campaign, spend, orders, revenue, decision)
  SELECT id, 'summer', 9000000, 5, 1500000, 'KEEP' FROM analytics.shops
  RETURNING 'a person decides', decision, decided_by = current_user, evidence ->> 'overrides';
INSERT INTO analytics.growth_simulations (shop_id, target_revenue, revenue, ad_spend, leads, orders)
  SELECT id, 20000000, 16000000, 4000000, 1600, 40 FROM analytics.shops RETURNING 'growth', model, needed_ad_spend,
    needed_leads, needed_orders, net_profit, marginal_roas, feasibility_level, assumptions;
UPDATE analytics.ad_decisions SET orders = 1 WHERE campaign = 'autumn'
  RETURNING 'history stays', decision, evidence, updated_at > '2020-01-02';
UPDATE "Ads, all"."Settings" SET cogs_ratio = 0.6;
INSERT INTO "Ads, all"."Decided" VALUES (1, '2020-06-01', 30000.50, 40, 120000), (1, '2022-01-01', 30000.50, 5, 500),
  (2, '2022-01-02', 30000.50, 5, 500) RETURNING 'partitions', decision, evidence -> 'reason',
  evidence -> 'inputs' -> 'cogs_ratio', evidence -> 'break_even_cpa';
INSERT INTO "Ads, all".plans (target_revenue, revenue, ad_spend, leads, orders, cogs_ratio)
  VALUES (20000.5, 16000, 4000, 1600, 40, 0.45)
  RETURNING 'growth without settings', model, needed_ad_spend, feasibility_level;
SELECT 'unit economics', * FROM upkeep.unit_economics(100000, 45000, 0.05);
SELECT 'a decision', decision, evidence FROM upkeep.ad_decision(450000, 0, NULL, NULL, 0.5, aov => 300000);
SELECT 'growth', model, ad_spend, leads, orders, revenue, net_profit, marginal_roas, feasibility_level, assumptions
  FROM upkeep.simulate_growth(32000000, 16000000, 4000000, 1600, 40, 0.45);
SELECT 'elasticity', upkeep.fit_elasticity(x, round(power(x::numeric, 0.6), 6)) FROM generate_series(100, 900, 50) x;
SELECT 'pace', * FROM upkeep.goal_pace('00000000-0000-0000-0000-000000000001', '2026-10-01', '2026-11-16',
  'analytics.daily_records', 'analytics.monthly_goals');
ROLLBACK;
