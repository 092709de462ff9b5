-- What drove a change: golden figures, what has no factors, every input that is refused,
-- and sums over many random rows.
CREATE SCHEMA explained;
SET search_path = explained, public;
CREATE FUNCTION explained(before jsonb, after jsonb) RETURNS text LANGUAGE sql AS $$
  SELECT string_agg(format('%s %s', driver, amount), ', ' ORDER BY n) || ' = ' || sum(amount)
    FROM upkeep.explain_change(before, after) WITH ORDINALITY f (driver, amount, n) $$;

-- one row a driver, in their order
SELECT * FROM upkeep.explain_change('{"leads": 400, "orders": 40, "revenue": 16000000}',
  '{"leads": 480, "orders": 36, "revenue": 13500000}');
SELECT * FROM upkeep.explain_change(
  '{"leads": 400, "orders": 40, "revenue": 16000000, "ad_spend": 4000000, "cogs_ratio": 0.45}',
  '{"leads": 480, "orders": 36, "revenue": 13500000, "ad_spend": 5760000, "cogs_ratio": 0.48}');
SELECT driver, pg_typeof(amount) FROM upkeep.explain_change('{"leads": 1, "orders": 1, "revenue": 1}',
  '{"leads": 1, "orders": 1, "revenue": 1}') LIMIT 1;

-- factors that are not defined, and what has none
SELECT c.what, explained(c.before, c.after) FROM (VALUES
  ('no order any more', '{"leads": 400, "orders": 40, "revenue": 16000000}'::jsonb,
    '{"leads": 480, "orders": 0, "revenue": 0}'::jsonb),
  ('the first order', '{"leads": 10, "orders": 0, "revenue": 0}', '{"leads": 20, "orders": 4, "revenue": 100}'),
  ('a new shop', '{"leads": 0, "orders": 0, "revenue": 0}', '{"leads": 10, "orders": 2, "revenue": 50}'),
  ('nothing', '{"leads": 0, "orders": 0, "revenue": 0}', '{"leads": 0, "orders": 0, "revenue": 0}'),
  ('revenue without orders', '{"leads": 10, "orders": 2, "revenue": 50}', '{"leads": 10, "orders": 0, "revenue": 30}'),
  ('orders without leads', '{"leads": 10, "orders": 2, "revenue": 50}', '{"leads": 0, "orders": 2, "revenue": 50}'),
  ('spend without leads', '{"leads": 0, "orders": 0, "revenue": 0, "ad_spend": 10, "cogs_ratio": 0}',
    '{"leads": 0, "orders": 0, "revenue": 0, "ad_spend": 80, "cogs_ratio": 1}'),
  ('refunds', '{"leads": 10, "orders": 2, "revenue": -50, "ad_spend": 10, "cogs_ratio": 0.5}',
    '{"leads": 10, "orders": 2, "revenue": 50, "ad_spend": -10, "cogs_ratio": 0.5}')) c (what, before, after);

-- numbers as JSON writes them; the amounts have as many decimals as the money
SELECT c.what, explained(c.before, c.after) FROM (VALUES
  ('strings', '{"leads": "400", "orders": "40", "revenue": "16000000"}'::jsonb,
    '{"leads": " 480 ", "orders": "3.6e1", "revenue": "1.35e7"}'::jsonb),
  ('cents', '{"leads": 3, "orders": 2, "revenue": 10}', '{"leads": 3, "orders": 2, "revenue": 10.50}'),
  ('cents in strings', '{"leads": 3, "orders": 2, "revenue": "10.50"}', '{"leads": 3, "orders": 2, "revenue": "-10"}'),
  ('of the spend', '{"leads": 3, "orders": 2, "revenue": 10, "ad_spend": 1.125, "cogs_ratio": 0.45678}',
    '{"leads": 3, "orders": 2, "revenue": 10, "ad_spend": 1, "cogs_ratio": 0.4}'),
  ('mean weeks', '{"leads": 100.25, "orders": 10.5, "revenue": 1000}', '{"leads": 120, "orders": 9, "revenue": 900}'),
  ('other keys', '{"leads": 3, "orders": 2, "revenue": 10, "ad_spend": 5, "shop": {"id": [1]}, "cogs": null}',
    '{"leads": 3, "orders": 2, "revenue": 12, "ad_spend": "?"}'),
  ('the longest', jsonb_build_object('leads', repeat('9', 20) || '.' || repeat('9', 18), 'orders', 1e-18, 'revenue',
    -99999999999999999999.999999999999999999),
                  jsonb_build_object('leads', 1e-18, 'orders', repeat('9', 20), 'revenue',
                    repeat('9', 20) || '.' || repeat('0', 30)))) c (what, before, after);
SELECT count(*) FROM upkeep.explain_change(NULL, '{}');
SELECT count(*) FROM upkeep.explain_change('{}', NULL);

-- what is refused
SELECT c AS call, f.state, f.message, f.hint FROM unnest(ARRAY[
  -- no objects
  '''[]'', ''{}''', '''null'', ''{}''', '''{"leads": 1, "orders": 1, "revenue": 1}'', ''3''', '''"{}"'', ''{}''',
  -- what is missing
  '''{}'', ''{}''', '''{"leads": 1, "revenue": 1}'', ''{}''',
  '''{"leads": 1, "orders": 1, "revenue": 1}'', ''{"leads": 1, "orders": 1}''',
  '''{"leads": 1, "orders": 1, "revenue": 1}'', ''{"leads": null, "orders": 1, "revenue": 1}''',
  '''{"leads": 1, "orders": 1, "revenue": 1, "ad_spend": 1, "cogs_ratio": null}'', '
    '''{"leads": 1, "orders": 1, "revenue": 1, "ad_spend": 1, "cogs_ratio": null}''',
  '''{"Leads": 1, "orders": 1, "revenue": 1}'', ''{}''',
  -- on one side only
  '''{"leads": 1, "orders": 1, "revenue": 1, "ad_spend": 1, "cogs_ratio": 0.5}'', '
    '''{"leads": 1, "orders": 1, "revenue": 1}''',
  '''{"leads": 1, "orders": 1, "revenue": 1, "ad_spend": 1}'', '
    '''{"leads": 1, "orders": 1, "revenue": 1, "ad_spend": 1, "cogs_ratio": 0.5}''',
  -- no numbers
  '''{"leads": true, "orders": 1, "revenue": 1}'', ''{"leads": 1, "orders": 1, "revenue": 1}''',
  '''{"leads": 1, "orders": [1], "revenue": 1}'', ''{"leads": 1, "orders": 1, "revenue": 1}''',
  '''{"leads": 1, "orders": 1, "revenue": {}}'', ''{"leads": 1, "orders": 1, "revenue": 1}''',
  '''{"leads": 1, "orders": 1, "revenue": "many"}'', ''{"leads": 1, "orders": 1, "revenue": 1}''',
  '''{"leads": 1, "orders": 1, "revenue": "NaN"}'', ''{"leads": 1, "orders": 1, "revenue": 1}''',
  '''{"leads": 1, "orders": 1, "revenue": 1}'', ''{"leads": 1, "orders": "", "revenue": 1}''',
  '''{"leads": 1, "orders": 1, "revenue": 1, "ad_spend": "", "cogs_ratio": ""}'', '
    '''{"leads": 1, "orders": 1, "revenue": 1, "ad_spend": 1, "cogs_ratio": 0.5}''',
  -- beyond their bounds
  '''{"leads": -1, "orders": 1, "revenue": 1}'', ''{"leads": 1, "orders": 1, "revenue": 1}''',
  '''{"leads": 1, "orders": 1, "revenue": 1}'', ''{"leads": 1, "orders": "-0.5", "revenue": 1}''',
  '''{"leads": 1, "orders": 1, "revenue": 1, "ad_spend": 1, "cogs_ratio": 40}'', '
    '''{"leads": 1, "orders": 1, "revenue": 1, "ad_spend": 1, "cogs_ratio": 0.5}''',
  '''{"leads": 1, "orders": 1, "revenue": 1, "ad_spend": 1, "cogs_ratio": 0.5}'', '
    '''{"leads": 1, "orders": 1, "revenue": 1, "ad_spend": 1, "cogs_ratio": -0.01}''',
  '''{"leads": 1e20, "orders": 1, "revenue": 1}'', ''{"leads": 1, "orders": 1, "revenue": 1}''',
  '''{"leads": 1, "orders": 1, "revenue": 1e400}'', ''{"leads": 1, "orders": 1, "revenue": 1}''',
  '''{"leads": 1, "orders": 1, "revenue": 1e-19}'', ''{"leads": 1, "orders": 1, "revenue": 1}''',
  '''{"leads": 1, "orders": 1, "revenue": "1e-99999999999999999999"}'', ''{"leads": 1, "orders": 1, "revenue": 1}''',
  '''{"leads": 1, "orders": 1, "revenue": "1e999999999999999999999"}'', ''{"leads": 1, "orders": 1, "revenue": 1}'''])
    c, failure(format('SELECT upkeep.explain_change(%s)', c)) f;
SELECT f.state, f.message FROM (VALUES (to_jsonb(repeat('1', 100000))), (to_jsonb(repeat('1', 1000000))),
  (to_jsonb(repeat('1', 100000)::numeric)), (to_jsonb(' -' || repeat('0', 100000) || '1.50'))) v (leads),
  failure(format('SELECT upkeep.explain_change(%L, %L)', jsonb_build_object('leads', leads, 'orders', 1, 'revenue', 1),
    '{"leads": 1, "orders": 1, "revenue": 1}')) f;
SELECT explained(jsonb_build_object('leads', 2, 'orders', 1, 'revenue', 1, 'more',
  (repeat('[', 1000) || repeat(']', 1000))::jsonb), '{"leads": 1, "orders": 1, "revenue": "0e-99999999999999999999"}');

-- many random rows: the parts sum up to the change, and are what the formula gives in numeric
SELECT setseed(0.4);
CREATE TABLE comparison AS
  SELECT id, scale, 1 + floor(random() * 1000) AS l0, 1 + floor(random() * 1000) AS l1, 1 + floor(random() * 100) AS o0,
    1 + floor(random() * 100) AS o1,
      round((random() * 2e6 - 1e5)::numeric, scale) AS r0, round((random() * 2e6 - 1e5)::numeric, scale) AS r1,
      round((random() * 1e5)::numeric, scale) AS s0, round((random() * 1e5)::numeric, scale) AS s1,
      round(random()::numeric, 4) AS k0, round(random()::numeric, 4) AS k1
    FROM (SELECT id, id % 4 AS scale FROM generate_series(1, 10000) id) ids;
ALTER TABLE comparison ALTER l0 TYPE numeric, ALTER l1 TYPE numeric, ALTER o0 TYPE numeric, ALTER o1 TYPE numeric;
CREATE TABLE revenue_part AS
  SELECT c.id, p.* FROM comparison c,
    upkeep.explain_change(jsonb_build_object('leads', l0, 'orders', o0, 'revenue', r0),
      jsonb_build_object('leads', l1, 'orders', o1, 'revenue', r1)) p;
CREATE TABLE profit_part AS
  SELECT c.id, p.* FROM comparison c,
    upkeep.explain_change(jsonb_build_object('leads', l0, 'orders', o0, 'revenue', r0::text, 'ad_spend', s0::text,
      'cogs_ratio', k0),
                          jsonb_build_object('leads', l1, 'orders', o1, 'revenue', r1::text, 'ad_spend', s1::text,
                            'cogs_ratio', k1)) p;
SELECT driver, count(*) FROM revenue_part GROUP BY 1 ORDER BY 1;
SELECT driver, count(*) FROM profit_part GROUP BY 1 ORDER BY 1;
SELECT count(*) FILTER (WHERE total <> r1 - r0) AS wrong_sums,
  count(*) FILTER (WHERE decimals <> scale) AS wrong_decimals
  FROM comparison
  JOIN (SELECT id, sum(amount) AS total, max(scale(amount)) AS decimals FROM revenue_part GROUP BY 1) s USING (id);
SELECT count(*) FILTER (WHERE total <> round(r1 * (1 - k1) - s1 - r0 * (1 - k0) + s0, scale)) AS wrong_sums,
  count(*) FILTER (WHERE decimals <> scale) AS wrong_decimals
  FROM comparison
  JOIN (SELECT id, sum(amount) AS total, max(scale(amount)) AS decimals FROM profit_part GROUP BY 1) s USING (id);
CREATE VIEW factors AS
  SELECT id, 10.0 ^ -scale AS unit, l0, l1, o0 / l0 AS c0, o1 / l1 AS c1, r0 / o0 AS a0, r1 / o1 AS a1, 1 - k0 AS m0,
    1 - k1 AS m1, s0 / l0 AS p0, s1 / l1 AS p1 FROM comparison;
SELECT p.driver, count(*) FILTER (WHERE abs(p.amount - e.amount) >= f.unit) AS wrong
  FROM factors f JOIN revenue_part p USING (id), LATERAL (VALUES
    ('leads', (l1 - l0) * (2 * c0 * a0 + c0 * a1 + c1 * a0 + 2 * c1 * a1) / 6),
    ('cvr', (c1 - c0) * (2 * l0 * a0 + l0 * a1 + l1 * a0 + 2 * l1 * a1) / 6),
    ('aov', (a1 - a0) * (2 * l0 * c0 + l0 * c1 + l1 * c0 + 2 * l1 * c1) / 6)) e (driver, amount)
  WHERE e.driver = p.driver GROUP BY 1 ORDER BY 1;
SELECT p.driver, count(*) FILTER (WHERE abs(p.amount - e.amount) >= f.unit) AS wrong
  FROM factors f JOIN profit_part p USING (id), LATERAL (VALUES
    ('cogs', (m1 - m0) * (3 * l0 * c0 * a0 + l1 * c0 * a0 + l0 * c1 * a0 + l0 * c0 * a1 + l1 * c1 * a0 + l1 * c0 * a1 +
      l0 * c1 * a1 + 3 * l1 * c1 * a1) / 12),
    ('cvr', (c1 - c0) * (3 * l0 * m0 * a0 + l1 * m0 * a0 + l0 * m1 * a0 + l0 * m0 * a1 + l1 * m1 * a0 + l1 * m0 * a1 +
      l0 * m1 * a1 + 3 * l1 * m1 * a1) / 12),
    ('cpl', (p0 - p1) * (l0 + l1) / 2)) e (driver, amount)
  WHERE e.driver = p.driver GROUP BY 1 ORDER BY 1;

RESET search_path;
SET client_min_messages = warning;
DROP SCHEMA explained CASCADE;
RESET client_min_messages;
