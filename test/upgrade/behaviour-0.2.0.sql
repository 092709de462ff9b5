-- What writers of the tables of tables-0.2.0.sql meet; leaves nothing behind.
BEGIN;
INSERT INTO public.daily_records (id, shop_id, orders, revenue, ad_spend, leads, aov, net_profit)
  VALUES (10, 1, 8, 1000004, 0, 100, 5, 5)
  RETURNING 'computed',
    (aov, cpl, cvr, roas, net_profit) IS NOT DISTINCT FROM (125001, 0.00, 8.00, NULL::numeric, 600002);
INSERT INTO public.daily_records (id, shop_id, orders, revenue, ad_spend, leads) VALUES (11, 9, 12, 10, 1, 1)
  RETURNING 'no settings, and too large', net_profit IS NULL, cvr IS NULL;
UPDATE public.daily_records SET ad_spend = 1000 WHERE id = 10
  RETURNING 'followed and stamped', roas = 1000, net_profit = 599002, updated_at = now();
INSERT INTO public.daily_records (id, revenue) VALUES (10, 2000)
  ON CONFLICT (id) DO UPDATE SET revenue = EXCLUDED.revenue
  RETURNING 'upsert', aov = 250, net_profit = 200;
UPDATE public.daily_records SET shop_id = 2 WHERE id = 10 RETURNING 'moved', net_profit = 0;
SELECT 'history, before', net_profit = 777 FROM public.daily_records WHERE id = 2;
UPDATE public.shop_settings SET cogs_ratio = 0.3 WHERE shop_id = 1;
SELECT 'settings changed', bool_and(net_profit = CASE id WHEN 1 THEN 60000 ELSE 600 END),
  bool_and(updated_at < '2021-01-01') FROM public.daily_records WHERE shop_id = 1;
INSERT INTO public.shop_settings VALUES (3, 0.1);
SELECT 'settings came', net_profit = 3560 FROM public.daily_records WHERE id = 4;
DELETE FROM public.shop_settings WHERE shop_id = 2;
SELECT 'settings went', bool_and(net_profit IS NULL), count(*) = 2 FROM public.daily_records WHERE shop_id = 2;
SELECT 'nothing has drifted', count(*) = 0 FROM upkeep.check_metrics('public.daily_records');
INSERT INTO "Shop, Front"."Figures, all" VALUES ('a, b', '2020-05-31', 10), ('a, b', '2020-06-01', 10),
  ('a, b', '2019-12-31'::date + 366, 20), ('d', '2021-01-01', 30)
  RETURNING 'periods', "Net" = CASE "on Day" WHEN '2020-05-31' THEN 7.5 WHEN '2020-06-01' THEN 2.5
  WHEN '2020-12-31' THEN 5 ELSE 15 END, "Half" = round("Net" / 2);
UPDATE "Shop, Front"."Rates, of" SET "the ""Rate""" = 0.9 WHERE "tenant, Id" = 'a, b';
SELECT 'kept', "Net" = 75.08 FROM "Shop, Front"."Figures, all" WHERE "on Day" = '2020-02-02' AND "tenant, Id" = 'a, b';
UPDATE "Shop, Front"."Figures, all" SET "on Day" = '2021-02-02' WHERE "on Day" = '2020-02-02' AND "tenant, Id" = 'a, b'
  RETURNING 'moved to another partition', "Net" = 90.09, "Half" = 45;
INSERT INTO "Shop, Front"."Figures 2021" ("tenant, Id", "on Day", "gross, Sum") VALUES ('e', '2021-01-01', 4)
  RETURNING 'into the partition', "Net" = 2;
SAVEPOINT a;
\set ON_ERROR_STOP off
INSERT INTO "Shop, Front"."Figures, all" VALUES ('d', '2020-01-01', 99999999);
ROLLBACK TO a;
UPDATE public.shop_settings SET cogs_ratio = 1.5 WHERE shop_id = 1;
ROLLBACK TO a;
\set ON_ERROR_STOP on
INSERT INTO public.ratios VALUES
  (3, 7, 0, 9), (4, 2, 3, NULL) RETURNING 'ratio', quotient IS NOT DISTINCT FROM CASE id WHEN 4 THEN 0.667 END;
SET LOCAL session_replication_role = replica;
UPDATE public.ratios SET a = 5 WHERE id = 4 RETURNING 'replica', quotient = 0.667;
ROLLBACK;
