-- What the tables of tables-0.6.0.sql hold, all of it history: decisions that no rule would make.
BEGIN;
SET LOCAL upkeep.pause = 'all';
INSERT INTO analytics.ad_decisions (id, shop_id, campaign, decided_on, spend, orders, decision, evidence, decided_by,
  created_at, updated_at) VALUES
  ('00000000-0000-0000-0000-000000000007', '00000000-0000-0000-0000-000000000001', 'autumn', '2020-01-01', 1, 0, 'KILL',
    '{"rule_version": 0}', 'anna', '2020-01-01', '2020-01-01'),
  ('00000000-0000-0000-0000-000000000008', '00000000-0000-0000-0000-000000000001', 'winter', '2020-01-02', NULL, NULL,
    NULL, NULL, NULL, '2020-01-01', '2020-01-01');
INSERT INTO analytics.growth_simulations (id, shop_id, simulated_on, target_revenue, feasibility_level, created_at,
  updated_at) VALUES ('00000000-0000-0000-0000-000000000009', '00000000-0000-0000-0000-000000000001', '2020-01-01', 0,
    'EASY', '2020-01-01', '2020-01-01');
INSERT INTO "Ads, all"."Settings" VALUES (1, 0.5, 0.9);
INSERT INTO "Ads, all"."Decided" VALUES
  (1, '2020-01-01', 1, 1, 1, 'SCALE', '{"mine": 1}'), (2, '2021-01-01', NULL, NULL, NULL, NULL, NULL);
INSERT INTO "Ads, all".plans VALUES (0, 0, 0, 0, 0, 0, 'none', 0, 'EASY', '{}');
COMMIT;
