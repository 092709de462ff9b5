-- What 0.10.0 adds: ads that ask the shop's days what an order brings. create_analytics, called again, lets them, where
-- an older version has not.
SELECT upkeep.create_analytics('analytics');
CREATE TABLE "Ads, all"."Days, of" ("Shop, id" int, record_date date, orders int, revenue numeric(12,2))
  PARTITION BY RANGE (record_date);
CREATE TABLE "Ads, all"."Days 1" PARTITION OF "Ads, all"."Days, of" FOR VALUES FROM ('2026-10-01') TO ('2026-11-01');
CREATE TABLE "Ads, all"."Days 2" PARTITION OF "Ads, all"."Days, of" DEFAULT;
CREATE INDEX ON "Ads, all"."Days, of" ("Shop, id", record_date);
CREATE TABLE "Ads, all"."Asked" ("Shop, id" bigint, decided_on date, spend numeric(12,2), orders int,
  cogs_ratio numeric, decision text, evidence jsonb);
SELECT upkeep.enable_ad_decisions('"Ads, all"."Asked"', '"Ads, all"."Settings"', 'Shop, id', '"Ads, all"."Days, of"');
