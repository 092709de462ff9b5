-- What the tables of tables-0.2.0.sql hold. Some figures are not what their formulas give,
-- so that computing them again shows.
BEGIN;
SET LOCAL upkeep.pause = 'all';
INSERT INTO public.shop_settings VALUES (1, 0.4, '2020-01-01'), (2, 0.5, '2020-01-01');
INSERT INTO public.daily_records VALUES (1, 1, '2020-01-01', 2, 800000, 500000, 0, 400000, NULL, NULL, 1.60, -20000),
  (2, 1, '2020-01-02', 1, 1000, 100, 10, 77, 77.77, 7.77, 77.77, 777),
  (3, 2, '2020-01-01', 3, 3000, 0, 1, NULL, NULL, NULL, NULL, NULL),
  (4, 3, '2020-01-01', 4, 4000, 40, 4, 1, 2, 3, 4, 5);
INSERT INTO "Shop, Front"."Rates, of" VALUES
  ('a, b', '2020-06-01', 0.25), ('a, b', '2020-01-01', 0.75), ('c', '2020-01-01', NULL);
INSERT INTO "Shop, Front"."Figures, all" VALUES
  ('a, b', '2020-02-02', 100.10, 75.08, 38), ('a, b', '2021-02-02', 100, 11.11, 1), ('c', '2020-02-02', 10, NULL, 3);
INSERT INTO public.ratios VALUES (1, 1, 3, 0.333), (2, 1, 0, 5);
COMMIT;
