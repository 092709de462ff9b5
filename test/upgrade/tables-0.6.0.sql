-- What 0.6.0 adds: rows that decide themselves. create_analytics, called again,
-- enables them on what an older version made.
SELECT upkeep.create_analytics('analytics');
-- As 0.6.0 to 0.9.0 enabled it: tables-0.10.0.sql calls it again for the rest.
SELECT upkeep.enable_ad_decisions('analytics.ad_decisions', 'analytics.shop_settings');
CREATE SCHEMA "Ads, all" AUTHORIZATION boss;
CREATE TABLE "Ads, all"."Settings" ("Shop, id" int PRIMARY KEY, cogs_ratio numeric, elasticity numeric);
CREATE TABLE "Ads, all"."Decided" ("Shop, id" bigint, day date NOT NULL, spend numeric(12,2), orders bigint,
  revenue numeric(12,2), decision varchar(10), evidence jsonb) PARTITION BY RANGE (day);
CREATE TABLE "Ads, all"."Decided 1" (evidence jsonb, gone int, decision varchar(10), day date NOT NULL,
  revenue numeric(12,2), orders bigint, spend numeric(12,2), "Shop, id" bigint);
ALTER TABLE "Ads, all"."Decided 1" DROP COLUMN gone;
ALTER TABLE "Ads, all"."Decided" ATTACH PARTITION "Ads, all"."Decided 1"
  FOR VALUES FROM ('2020-01-01') TO ('2021-01-01');
CREATE TABLE "Ads, all"."Decided 2" PARTITION OF "Ads, all"."Decided" DEFAULT;
SELECT upkeep.enable_ad_decisions('"Ads, all"."Decided"', '"Ads, all"."Settings"', 'Shop, id');
CREATE TABLE "Ads, all".plans (target_revenue numeric(12,2), revenue numeric(12,2), ad_spend numeric(12,2), leads int,
  orders int, cogs_ratio numeric, model text, needed_ad_spend bigint, feasibility_level text, assumptions json);
SELECT upkeep.enable_growth_simulations('"Ads, all".plans');
