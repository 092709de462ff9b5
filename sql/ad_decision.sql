-- ad_decision: SCALE, KEEP or KILL by the exact interval of the orders; early signals that never decide; evidence.
-- A break-even CPA of 150,000: AOV 300,000 and half of it for the goods.
CREATE FUNCTION pg_temp.decided(spend numeric, orders int, desired numeric DEFAULT 0, aov numeric DEFAULT 300000)
  RETURNS TABLE (decision text, reason text, optimistic text, pessimistic text, signals text) LANGUAGE sql AS $$
  SELECT d.decision, evidence ->> 'reason', evidence ->> 'cpa_optimistic', evidence ->> 'cpa_pessimistic',
    (SELECT string_agg(s ->> 'code', ' ') FROM jsonb_array_elements(early_kill_signals) s)
    FROM upkeep.ad_decision(spend, orders, NULL, NULL, 0.5, desired, aov => aov) d $$;
SELECT * FROM pg_temp.decided(450000, 0);
SELECT * FROM pg_temp.decided(449000, 0);
SELECT * FROM pg_temp.decided(900000, 2);
SELECT * FROM pg_temp.decided(1500000, 5);
SELECT * FROM pg_temp.decided(1500000, 14);
-- a target CPA of 140,000, and of 130,000
SELECT * FROM pg_temp.decided(3000000, 30, 1 / 30::numeric);
SELECT * FROM pg_temp.decided(3000000, 30, 2 / 30::numeric);
-- the decision turns where the bounds say, and nowhere else
SELECT orders, min(spend) FILTER (WHERE d.decision <> 'SCALE') AS no_more_scale,
  min(spend) FILTER (WHERE d.decision = 'KILL') AS kill
  FROM unnest(ARRAY[0, 1, 2, 5, 14, 30, 100]) orders, generate_series(10000, 20000000, 10000) spend,
    upkeep.ad_decision(spend, orders, NULL, NULL, 0.5, aov => 300000) d GROUP BY 1 ORDER BY 1;

-- evidence and inputs
SELECT jsonb_pretty(evidence) FROM upkeep.ad_decision(3000000, 30, 9000000, 400, 0.5, 0.03, 14, 2.5, 120000, 2400);
SELECT jsonb_pretty(early_kill_signals) FROM upkeep.ad_decision(450000, 0, 0, 40, 0.5, 0, 2, NULL, 5000, 20, 300000);
-- the AOV of the ad itself, unless another is passed
SELECT evidence -> 'aov' AS aov, evidence -> 'break_even_cpa' AS break_even
  FROM upkeep.ad_decision(100, 3, 1000, 30, 0.4);
SELECT evidence -> 'aov' AS aov, evidence -> 'break_even_cpa' AS break_even
  FROM upkeep.ad_decision(100, 3, 1000.00, 30, 0.4);
SELECT evidence -> 'aov' AS aov, evidence -> 'break_even_cpa' AS break_even
  FROM upkeep.ad_decision(100, 3, 1000, 30, 0.4, aov => 500);

-- what holds a SCALE back
SELECT d.decision, evidence ->> 'reason' AS reason
  FROM (VALUES (3, 2.0), (2, 2.0), (NULL, 1.9), (3, 2), (NULL, NULL)) a(age, roas),
    upkeep.ad_decision(3000000, 40, NULL, NULL, 0.5, 0, age, roas, aov => 300000) d;
-- a margin that nothing can reach is never scaled, and KILL does not ask for it
SELECT d.decision, evidence ->> 'reason' AS reason, evidence -> 'target_cpa' AS target
  FROM unnest(ARRAY[0.5, 0.9]) desired, upkeep.ad_decision(1000, 40, NULL, NULL, 0.5, desired, aov => 300000) d;
SELECT d.decision FROM upkeep.ad_decision(450000, 0, NULL, NULL, 0.5, 0.5, aov => 300000) d;

-- signals: each at its limit; one alone never decides, and says KILL at 95 % or with another
SELECT name, s ->> 'code' AS code, s -> 'value' AS value, s -> 'limit' AS limit, s -> 'sample' AS sample,
  s -> 'strength' AS strength, d.decision, evidence -> 'suggests' AS suggests
  FROM (VALUES ('no order at twice the target', 300000, 0, NULL::int, NULL::bigint, NULL::bigint),
    ('just below', 299999, 0, NULL, NULL, NULL), ('dear leads', 470000, 2, 30, NULL, NULL),
    ('29 of them', 470000, 2, 29, NULL, NULL),
    ('few clicks', 1000, 0, NULL, 1001, 10),
    ('1,000 impressions', 1000, 0, NULL, 1000, 9), ('a percent', 1000, 0, NULL, 10000, 100),
    ('few orders of many leads', 1000000, 2, 200, NULL, NULL)) a(name, spend, orders, leads, impressions, clicks),
    upkeep.ad_decision(spend, orders, NULL, leads, 0.5, 0, NULL, NULL, impressions, clicks, 300000) d
    LEFT JOIN LATERAL jsonb_array_elements(early_kill_signals) s ON true;

-- exactly at their limits they say nothing, whatever a double makes of 2.1 / 0.7
SELECT orders, leads, early_kill_signals
  FROM (VALUES (2, 30), (3, 3)) a(orders, leads), upkeep.ad_decision(2.1, orders, NULL, leads, 0.5, aov => 1.4);
SELECT s ->> 'code' AS code FROM upkeep.ad_decision(2.1000001, 2, NULL, 30, 0.5, aov => 1.4),
  jsonb_array_elements(early_kill_signals) s;

-- never a KILL on what is missing or cannot be: the reason instead
SELECT d.decision, evidence ->> 'reason' AS reason, evidence -> 'cpa_optimistic' AS optimistic FROM (VALUES
  (NULL::numeric, 0, NULL::numeric, NULL::int, 0.5, 0::numeric, 300000::numeric),
  (9000000, NULL, NULL, NULL, 0.5, 0, 300000), (0, 0, NULL, NULL, 0.5, 0, 300000),
  (9000000, 0, NULL, NULL, NULL, 0, 300000),
  (9000000, 0, NULL, NULL, 0.5, 0, NULL), (9000000, 0, 0, NULL, 0.5, 0, NULL), (9000000, 1, 0, NULL, 0.5, 0, NULL),
  (9000000, 0, NULL, NULL, 1, 0, 300000), (9000000, 0, NULL, NULL, 0.5, NULL, 300000),
  (9000000, 5, NULL, 4, 0.5, 0, 300000), (-1, 0, NULL, NULL, 0.5, 0, 300000), (9000000, -1, NULL, NULL, 0.5, 0, 300000),
  (9000000, 0, -1, NULL, 0.5, 0, 300000), (9000000, 0, NULL, -1, 0.5, 0, 300000),
  (9000000, 0, NULL, NULL, 1.5, 0, 300000),
  (9000000, 0, NULL, NULL, -0.5, 0, 300000), (9000000, 0, NULL, NULL, 0.5, 2, 300000),
  (9000000, 0, NULL, NULL, 0.5, 0, -300000), (9000000, 0, NULL, NULL, 0.5, 0, 0),
  ('NaN', 0, NULL, NULL, 0.5, 0, 300000), (9000000, 0, NULL, NULL, 'NaN', 0, 300000),
  ('Infinity', 0, NULL, NULL, 0.5, 0, 300000), (9000000, 0, NULL, NULL, 0.5, 0, '-Infinity'),
  (1e300, 0, NULL, NULL, 0.5, 0, 300000), (9000000, 0, NULL, NULL, 0.5, 0, 1e300),
  (9000000, 0, NULL, NULL, 0.5, 0, 1e-300),
  (1e-300, 0, NULL, NULL, 0.5, 0, 300000),
  (9000000, 2147483647, NULL, NULL, 0.5, 0, 300000)) a(spend, orders, revenue, leads, cogs_ratio, desired, aov),
  upkeep.ad_decision(spend, orders, revenue, leads, cogs_ratio, desired, aov => aov) d;
SELECT d.* FROM upkeep.ad_decision(NULL, NULL, NULL, NULL, NULL, NULL) d;
-- what JSON has no number for is a text in the inputs
SELECT evidence -> 'inputs' -> 'spend' AS spend, evidence -> 'inputs' -> 'aov' AS aov
  FROM upkeep.ad_decision('NaN', 0, NULL, NULL, 0.5, aov => 300000.50);
-- no evidence is NaN, whatever came in
SELECT count(*) FROM unnest(ARRAY[NULL, 0, 1, 1e17, 'NaN', 'Infinity', 1e-18]::numeric[]) spend,
  unnest(ARRAY[NULL, 0, 1, 2147483647]) orders, unnest(ARRAY[NULL, 0, 1, 1e17, 1e-18]::numeric[]) aov,
  unnest(ARRAY[NULL, 0, 0.5, 1]::numeric[]) cogs, upkeep.ad_decision(spend, orders, NULL, 10, cogs, 0.1, aov => aov) d
  WHERE (evidence - 'inputs')::text || early_kill_signals::text ~* 'nan|inf"';
-- whole tables at once
SELECT d.decision, count(*) FROM generate_series(1, 20) s, generate_series(0, 20) o,
  upkeep.ad_decision(s * 100000, o, NULL, NULL, 0.5, aov => 300000) d GROUP BY 1 ORDER BY 1;
