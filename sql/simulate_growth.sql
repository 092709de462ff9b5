-- simulate_growth: what a revenue would need, by two models; what is feasible, and why not.
CREATE FUNCTION pg_temp.simulated(target numeric, most numeric DEFAULT NULL, elasticity numeric DEFAULT 0.7)
  RETURNS TABLE (model text, spend numeric, leads int, orders int, revenue numeric, profit numeric, marginal numeric,
    level text, reason text, capped text) LANGUAGE sql AS $$
  SELECT g.model, g.ad_spend, g.leads, g.orders, g.revenue, g.net_profit, g.marginal_roas, g.feasibility_level,
    g.assumptions ->> 'reason', g.assumptions ->> 'capped_by_observed'
    FROM upkeep.simulate_growth(target, 16000000, 4000000, 1600, 40, 0.45, elasticity, most) g $$;
SELECT * FROM pg_temp.simulated(20000000);
SELECT * FROM pg_temp.simulated(32000000);
SELECT * FROM pg_temp.simulated(48000000);
SELECT jsonb_pretty(assumptions) FROM upkeep.simulate_growth(20000000, 16000000, 4000000, 1600, 40, 0.45);
-- every level, and one level up past 1.5 times the largest spend seen
SELECT target, level, capped, spend
  FROM unnest(ARRAY[1, 16000000, 16000001, 18000000, 18200000, 21000000, 22000000, 30000000, 31000000]) target,
    pg_temp.simulated(target) WHERE model = 'diminishing';
SELECT target, level, capped, spend FROM unnest(ARRAY[16000000, 18000000, 20000000, 22000000, 31000000]) target,
  pg_temp.simulated(target, 2500000) WHERE model = 'diminishing';
SELECT level, capped FROM pg_temp.simulated(18000000, 4000000);
-- an elasticity of 1 is linear but for what is rounded up
SELECT * FROM pg_temp.simulated(20000000, elasticity => 1);
SELECT * FROM pg_temp.simulated(20000000, elasticity => NULL);
-- and exact: the last unit spent brings just what it costs; then a little less
SELECT cogs, model, marginal_roas, feasibility_level, assumptions ->> 'reason' AS reason
  FROM unnest(ARRAY[0.25, 0.2500001]) cogs, upkeep.simulate_growth(440, 400, 300, 30, 10, cogs, 1);
-- amounts of few units have their decimals too
SELECT model, ad_spend FROM upkeep.simulate_growth(0.02, 0.01, 0.00001234, 30, 10, 0.25, 0.5);
-- amounts have the decimals of those that came in
SELECT model, ad_spend, revenue, net_profit, marginal_roas
  FROM upkeep.simulate_growth(20000.5, 16000.00, 4000.0, 1600, 40, 0.45);
-- rounding up is exact: 50 orders of 400,000 are 20,000,000
SELECT orders, leads FROM upkeep.simulate_growth(20000000, 16000000, 4000000, 1600, 40, 0.45);
SELECT orders, leads FROM upkeep.simulate_growth(20000000.01, 16000000, 4000000, 1600, 40, 0.45);
SELECT orders, leads FROM upkeep.simulate_growth(10, 3, 1, 7, 3, 0.45);
-- what is not known, or is nothing
SELECT g.model, g.ad_spend, g.leads,
  g.orders, g.net_profit, g.marginal_roas, g.feasibility_level, g.assumptions ->> 'reason' AS reason FROM (VALUES
  (NULL, 4, 16, 4, 0.4), (16, NULL, 16, 4, 0.4), (16, 4, NULL, 4, 0.4), (16, 4, 16, NULL, 0.4),
  (16, 4, 16, 4, NULL), (0, 4, 16, 4, 0.4), (16, 0, 16, 4, 0.4), (16, 4, 0, 4, 0.4), (16, 4, 16, 0, 0.4),
  (0, 0, 0, 0, 0), (NULL, NULL, NULL, NULL, NULL)) a(revenue, spend, leads, orders, cogs), upkeep.simulate_growth(20,
    a.revenue, spend, a.leads, a.orders, cogs) g;
-- what cannot be
SELECT a, f.* FROM unnest(ARRAY['NULL, 16, 4, 16, 4, 0.4', '0, 16, 4, 16, 4, 0.4', '-1, 16, 4, 16, 4, 0.4',
  '''NaN'', 16, 4, 16, 4, 0.4', '''Infinity'', 16, 4, 16, 4, 0.4', '20, -16, 4, 16, 4, 0.4', '20, 16, -4, 16, 4, 0.4',
  '20, 16, 4, -16, 4, 0.4', '20, 16, 4, 16, -4, 0.4', '20, 16, 4, 16, 4, 1.4',
  '20, 16, 4, 16, 4, -0.4', '20, 16, ''NaN'', 16, 4, 0.4', '20, 16, 4, 16, 4, 0.4, 0', '20, 16, 4, 16, 4, 0.4, 1.1',
  '20, 16, 4, 16, 4, 0.4, ''NaN''', '20, 16, 4, 16, 4, 0.4, 0.7, -1', '1e17, 16, 4, 16, 4, 0.4',
  '20, 16, 4, 16, 4, 0.4, 0.000001']) a, failure('SELECT upkeep.simulate_growth(' || a || ')') f;
-- in any query
SELECT target / 16000000::numeric AS times, max(ad_spend) FILTER (WHERE model = 'linear') AS linear,
  max(ad_spend) FILTER (WHERE model = 'diminishing') AS diminishing
  FROM unnest(ARRAY[20000000, 32000000, 48000000]) target,
    upkeep.simulate_growth(target, 16000000, 4000000, 1600, 40, 0.45) GROUP BY target ORDER BY target;
