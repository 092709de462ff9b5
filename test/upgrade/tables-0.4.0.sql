-- What 0.4.0 adds: the tables of an analytics app, and days that make diagnoses stale.
SELECT upkeep.create_analytics('analytics');
-- Only what 0.4.0 enables: tables-0.6.0.sql calls it again for the rest.
DO $$ BEGIN
  IF pg_catalog.to_regproc('upkeep.disable_ad_decisions') IS NOT NULL THEN
    PERFORM upkeep.disable_ad_decisions('analytics.ad_decisions'),
      upkeep.disable_growth_simulations('analytics.growth_simulations');
  END IF;
END $$;
-- Every option, names that must be quoted, partitions.
CREATE SCHEMA "Days, of" AUTHORIZATION boss;
CREATE TABLE "Days, of"."All days" ("Shop, id" int, "On" date, orders int, revenue numeric(12,2))
  PARTITION BY LIST ("Shop, id");
CREATE TABLE "Days, of"."Days 1" PARTITION OF "Days, of"."All days" FOR VALUES IN (1);
CREATE TABLE "Days, of"."Days 2" (revenue numeric(12,2), "On" date NOT NULL, "Shop, id" int NOT NULL, orders int);
ALTER TABLE "Days, of"."All days" ATTACH PARTITION "Days, of"."Days 2" FOR VALUES IN (2);
CREATE TABLE "Days, of"."All weeks" (shop_id bigint, week_start date, stale boolean, PRIMARY KEY (shop_id, week_start));
SELECT upkeep.enable_weekly_diagnostics('"Days, of"."All days"', '"Days, of"."All weeks"', 'Shop, id', 'On');
