-- unit_economics: what one sale leaves over, exactly; NULL, zero, negative, NaN and shares that are none.
SELECT * FROM upkeep.unit_economics(100000, 45000);
SELECT * FROM upkeep.unit_economics(100000, 45000, 0.05);
SELECT * FROM upkeep.unit_economics(19.99, 7.50, 0.029);
SELECT * FROM upkeep.unit_economics(3, 2);
-- nothing is left, or less
SELECT * FROM upkeep.unit_economics(100, 100);
SELECT * FROM upkeep.unit_economics(100, 90, 0.2);
-- a gift
SELECT * FROM upkeep.unit_economics(0, 0);
SELECT * FROM upkeep.unit_economics(0, 10);
-- what is not known
SELECT * FROM upkeep.unit_economics(NULL, 45000);
SELECT * FROM upkeep.unit_economics(100000, NULL);
SELECT * FROM upkeep.unit_economics(100000, 45000, NULL);
-- what cannot be
SELECT f.* FROM unnest(ARRAY['-1, 1', '1, -1', '1, 1, -0.1', '1, 1, 1.1', '''NaN'', 1', '1, ''Infinity''',
  '1, 1, ''-Infinity''', '1e40, 1']) a, failure('SELECT upkeep.unit_economics(' || a || ')') f;
-- the same figures as the metrics of product_presets, for every pair
SELECT count(*), bool_and(margin_ratio = round((p - c)::numeric(60,40) / p, 20)) AS margin,
  bool_and(unit_margin = p - c AND break_even_cpo = unit_margin) AS amounts,
  bool_and(break_even_roas IS NOT DISTINCT FROM CASE WHEN c < p THEN round(p::numeric(60,40) / (p - c), 20) END) AS roas
  FROM generate_series(1, 60) p, generate_series(0, 60) c, upkeep.unit_economics(p, c);
-- in any query, and in parallel
SELECT name, break_even_roas FROM (VALUES ('cup', 100, 45), ('lamp', 250, 200)) p(name, price, cogs),
  upkeep.unit_economics(price, cogs) ORDER BY name;
SELECT proname, provolatile, proparallel, proisstrict FROM pg_proc WHERE pronamespace = 'upkeep'::regnamespace
  AND proname IN ('unit_economics', 'ad_decision', 'simulate_growth', 'goal_pace') ORDER BY 1;
