-- What 0.4.0 adds: the tables of an analytics app, and days that make diagnoses stale.
SELECT upkeep.create_analytics('analytics');
-- Every option, names that must be quoted, partitions.
CREATE SCHEMA "Days, of" AUTHORIZATION boss;
CREATE TABLE "Days, of"."All days" ("Shop, id" int, "On" date, orders int, revenue numeric(12,2)) PARTITION BY LIST ("Shop, id");
CREATE TABLE "Days, of"."Days 1" PARTITION OF "Days, of"."All days" FOR VALUES IN (1);
CREATE TABLE "Days, of"."Days 2" (revenue numeric(12,2), "On" date NOT NULL, "Shop, id" int NOT NULL, orders int);
ALTER TABLE "Days, of"."All days" ATTACH PARTITION "Days, of"."Days 2" FOR VALUES IN (2);
CREATE TABLE "Days, of"."All weeks" (shop_id bigint, week_start date, stale boolean, PRIMARY KEY (shop_id, week_start));
SELECT upkeep.enable_weekly_diagnostics('"Days, of"."All days"', '"Days, of"."All weeks"', 'Shop, id', 'On');
