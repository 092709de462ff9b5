-- fit_elasticity: the slope of the logarithms, within its bounds; too few points, points that do not count,
-- parallel plans.
CREATE TEMP TABLE points AS SELECT g AS id, (100000 * (1 + g % 10))::numeric AS spend,
  round(5000 * power((1 + g % 10)::numeric, 0.7), 6) AS revenue FROM generate_series(1, 50000) g;
SELECT upkeep.fit_elasticity(spend, revenue) FROM points WHERE id <= 50;
-- the same as PostgreSQL's own, of points that are no line
SELECT b, upkeep.fit_elasticity(x, y) AS fitted, round(regr_slope(ln(y), ln(x))::numeric, 6) AS slope
  FROM unnest(ARRAY[0.5, 0.8]) b, generate_series(1, 200) g, LATERAL (SELECT (100 + g * 7)::numeric AS x,
    round(1000 * power((100 + g * 7)::numeric, b) * (1 + (g * 37 % 11) / 20.0), 4) AS y) p GROUP BY b ORDER BY b;
-- kept within 0.3 and 0.95
SELECT upkeep.fit_elasticity(spend, spend) AS high, upkeep.fit_elasticity(spend, 5) AS low,
  upkeep.fit_elasticity(spend, 1 / spend) AS falling FROM points;
-- under 8 points; at 8; the largest spend less than twice the smallest; none at all
SELECT upkeep.fit_elasticity(g, g) FROM generate_series(1, 7) g;
SELECT upkeep.fit_elasticity(g, g) FROM generate_series(1, 8) g;
SELECT upkeep.fit_elasticity(100 + g, g) FROM generate_series(0, 99) g;
SELECT upkeep.fit_elasticity(100 + g, 100 + g) FROM generate_series(0, 100) g;
SELECT upkeep.fit_elasticity(1, 1) WHERE false;
SELECT upkeep.fit_elasticity(NULL, NULL) FROM generate_series(1, 20);
-- what does not count
SELECT upkeep.fit_elasticity(spend, revenue)
  FROM (SELECT spend, revenue FROM points WHERE id <= 50 UNION ALL VALUES (NULL, 5), (5, NULL), (0, 5), (5, 0), (-1, 5),
    (5, -1), ('NaN'::numeric, 5), (5, 'NaN'::numeric), ('Infinity', 5), (5, '-Infinity')) p;
SELECT upkeep.fit_elasticity(spend, revenue)
  FROM (SELECT spend, revenue FROM points WHERE id <= 7 UNION ALL VALUES (0::numeric, 5::numeric)) p;
-- integers are numeric too
SELECT upkeep.fit_elasticity(g::bigint, (g * g)::int) FROM generate_series(1, 20) g;
-- as a window, FILTER, GROUP BY
SELECT id, upkeep.fit_elasticity(spend, revenue) OVER (ORDER BY id) FROM points ORDER BY id LIMIT 10;
SELECT id % 2 AS part, upkeep.fit_elasticity(spend, revenue) FILTER (WHERE id > 10) FROM points
  WHERE id <= 100 GROUP BY 1 ORDER BY 1;
-- workers gather, and the sums travel
SET max_parallel_workers_per_gather = 2; SET parallel_setup_cost = 0; SET parallel_tuple_cost = 0;
SET min_parallel_table_scan_size = 0;
CREATE TABLE many AS SELECT * FROM points;
ANALYZE many;
EXPLAIN (COSTS OFF) SELECT upkeep.fit_elasticity(spend, revenue) FROM many;
SELECT upkeep.fit_elasticity(spend, revenue) FROM many;
RESET ALL;
DROP TABLE many;
