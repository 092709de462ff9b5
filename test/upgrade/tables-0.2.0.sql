-- What 0.2.0 adds to tables.sql: tables with metrics in every way.
-- Metrics: the commerce set from settings of one row a shop, recalculated; stamps beside it.
CREATE TABLE public.shop_settings (shop_id int PRIMARY KEY, cogs_ratio numeric(6,4),
  updated_at timestamptz DEFAULT '2020-01-01');
CREATE TABLE public.daily_records (id int PRIMARY KEY, shop_id int, record_date date, orders int, revenue bigint,
  ad_spend bigint, leads int, aov bigint,
  cpl numeric(12,2), cvr numeric(5,2), roas numeric(8,2), net_profit bigint,
  updated_at timestamptz DEFAULT '2020-01-01');
SELECT upkeep.enable_metrics('public.daily_records', settings => 'public.shop_settings',
  on_settings_change => 'recalculate', touch_updated_at => false);
-- Every option, names that must be quoted, periods, partitions; what stands there is kept when settings change.
CREATE TABLE "Shop, Front"."Rates, of" ("tenant, Id" text, "valid From" date, "the ""Rate""" numeric,
  PRIMARY KEY ("tenant, Id", "valid From"));
CREATE TABLE "Shop, Front"."Figures, all" ("tenant, Id" text, "on Day" date, "gross, Sum" numeric(12,2),
  "Net" numeric(6,2), "Half" int)
  PARTITION BY RANGE ("on Day");
CREATE TABLE "Shop, Front"."Figures 2020" PARTITION OF "Shop, Front"."Figures, all"
  FOR VALUES FROM ('2020-01-01') TO ('2021-01-01');
CREATE TABLE "Shop, Front"."Figures 2021" ("Half" int, "on Day" date, "Net" numeric(6,2), "tenant, Id" text,
  "gross, Sum" numeric(12,2));
ALTER TABLE "Shop, Front"."Figures, all" ATTACH PARTITION "Shop, Front"."Figures 2021"
  FOR VALUES FROM ('2021-01-01') TO ('2022-01-01');
SELECT upkeep.enable_metrics('"Shop, Front"."Figures, all"',
  ARRAY['"Net" = round("gross, Sum" * coalesce(settings."the ""Rate""", 0.5), 2)', '"Half" = "Net" / 2'],
  settings => '"Shop, Front"."Rates, of"',
  settings_key => 'tenant, Id', settings_from => 'valid From', date_column => 'on Day', on_settings_change => 'keep',
  on_overflow => 'error');
-- Without settings.
CREATE TABLE public.ratios (id int PRIMARY KEY, a int, b int, quotient numeric(8,3),
  updated_at timestamptz DEFAULT '2020-01-01');
SELECT upkeep.enable_metrics('public.ratios', ARRAY['quotient = a / b']);
