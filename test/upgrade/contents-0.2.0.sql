-- All rows, and which figures are history.
SELECT * FROM public.shop_settings ORDER BY 1;
SELECT * FROM public.daily_records ORDER BY 1;
SELECT * FROM "Shop, Front"."Rates, of" ORDER BY 1, 2;
SELECT tableoid::regclass, "tenant, Id", "on Day", "gross, Sum", "Net", "Half" FROM "Shop, Front"."Figures, all"
  ORDER BY 2, 3;
SELECT * FROM public.ratios ORDER BY 1;
SELECT * FROM upkeep.check_metrics('public.daily_records') ORDER BY row_key, metric;
SELECT row_key - 'ctid', metric, stored, expected FROM upkeep.check_metrics('"Shop, Front"."Figures, all"')
  ORDER BY stored, metric;
SELECT * FROM upkeep.check_metrics('public.ratios') ORDER BY row_key, metric;
