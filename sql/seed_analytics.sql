-- seed_analytics: shops for development, with problems that the diagnosis finds.
SET client_min_messages = warning;
SELECT upkeep.create_analytics('seeded', history => false);
RESET client_min_messages;
SELECT upkeep.seed_analytics('seeded', 6, 120, today => '2026-11-20');
SET search_path = seeded, public;
SELECT (SELECT count(*) FROM users) AS users, (SELECT count(*) FROM shops) AS shops,
  (SELECT count(*) FROM shop_settings) AS settings,
  (SELECT count(*) FROM daily_records) AS days, (SELECT count(*) FROM monthly_goals) AS goals,
  (SELECT count(*) FROM product_presets) AS presets,
  (SELECT count(*) FROM ad_decisions) AS decisions, (SELECT count(*) FROM growth_simulations) AS simulations,
  (SELECT count(*) FROM weekly_diagnostics) + (SELECT count(*) FROM action_items) AS diagnosed;
SELECT s.name, s.timezone, s.currency, u.email, cogs_ratio FROM shops s JOIN users u ON u.id = owner_id
  JOIN shop_settings ON shop_id = s.id ORDER BY email, s.name;
SELECT s.name, min(record_date), max(record_date), count(*), round(avg(orders)) AS orders, round(avg(aov)) AS aov,
  round(avg(cvr), 1) AS cvr, round(avg(roas), 1) AS roas, bool_and(net_profit IS NOT NULL) AS profits
  FROM daily_records r JOIN shops s ON s.id = shop_id WHERE record_date < '2026-11-09' GROUP BY 1 ORDER BY 1;
-- a week has a shape
SELECT extract(isodow FROM record_date) AS weekday, round(avg(revenue::numeric / mean), 2) AS share FROM daily_records
 JOIN (SELECT shop_id, avg(revenue) AS mean FROM daily_records WHERE record_date < '2026-11-09' GROUP BY 1) m
 USING (shop_id)
 WHERE record_date < '2026-11-09' GROUP BY 1 ORDER BY 1;
-- C++ edition {
SELECT DISTINCT campaign, decision FROM ad_decisions ORDER BY 1, 2;
SELECT count(DISTINCT feasibility_level) > 0 AS simulated, bool_and(needed_ad_spend > ad_spend) AS needs_more
  FROM growth_simulations;
-- }
SELECT name, count(*), bool_and(unit_margin > 0) AS earns FROM product_presets GROUP BY 1 ORDER BY 1;
SELECT count(*) AS wrong FROM upkeep.check_metrics('daily_records');
SELECT object, finding FROM upkeep.check()
  WHERE object IN (SELECT oid FROM pg_class WHERE relnamespace = 'seeded'::regnamespace);
-- C++ edition {
-- what the diagnosis finds in the last closed week, and in one before
CALL upkeep.run_weekly_diagnostics('2026-11-09', today => '2026-11-20');
SELECT s.name, string_agg(e ->> 'code', ' ' ORDER BY e ->> 'code') AS found FROM shops s
  JOIN weekly_diagnostics w ON w.shop_id = s.id LEFT JOIN jsonb_array_elements(issues) e ON true GROUP BY s.id, s.name
  ORDER BY min(e ->> 'code') NULLS FIRST, s.name;
CALL upkeep.run_weekly_diagnostics('2026-10-26', today => '2026-11-20');
SELECT count(*) AS issues FROM weekly_diagnostics, jsonb_array_elements(issues) WHERE week_start = '2026-10-26';
-- }
-- the same numbers and the same day: the same rows
RESET search_path;
SET client_min_messages = warning;
SELECT upkeep.create_analytics('again', history => false), upkeep.seed_analytics('again', 6, 120, '2026-11-20');
RESET client_min_messages;
SELECT count(*) AS differing
  FROM (SELECT id, shop_id, record_date, orders, revenue, ad_spend, leads FROM seeded.daily_records
    EXCEPT SELECT id, shop_id, record_date, orders, revenue, ad_spend, leads FROM again.daily_records) d;
SELECT count(*) AS same FROM seeded.daily_records JOIN again.daily_records USING (id, net_profit);
-- C++ edition {
SELECT count(*) AS same FROM seeded.ad_decisions JOIN again.ad_decisions USING (id, shop_id, campaign, spend, decision);
-- }
SELECT count(*) AS same FROM seeded.ad_decisions JOIN again.ad_decisions USING (id, shop_id, campaign, spend);
-- none, one, many
SET client_min_messages = warning;
SELECT upkeep.create_analytics('few', history => false), upkeep.seed_analytics('few', 0, 0);
RESET client_min_messages;
SELECT upkeep.seed_analytics('few', 1, 0);
SELECT (SELECT count(*) FROM few.shops) AS shops, (SELECT count(*) FROM few.daily_records) AS days,
  (SELECT count(*) FROM few.growth_simulations) AS simulations;
SET client_min_messages = warning;
DROP SCHEMA few CASCADE;
SELECT upkeep.create_analytics('few'), upkeep.seed_analytics('few', 60, 30, '2026-11-20');
RESET client_min_messages;
SELECT count(DISTINCT name) AS names, count(DISTINCT owner_id) AS owners,
  (SELECT count(*) FROM few.daily_records) AS days FROM few.shops;
-- errors
SELECT * FROM failure($$SELECT upkeep.seed_analytics('few')$$);
SELECT * FROM failure($$SELECT upkeep.seed_analytics('nowhere')$$);
DROP TABLE few.growth_simulations;
SELECT * FROM failure($$SELECT upkeep.seed_analytics('few')$$);
SELECT c, state, message FROM unnest(ARRAY['NULL', '''few'', NULL', '''few'', 1, NULL', '''few'', -1', '''few'', 1, -1',
  '''few'', 1, 1, ''-infinity''']) c,
  failure(format('SELECT upkeep.seed_analytics(%s)', c)) f;
SET client_min_messages = warning;
DROP SCHEMA few, again CASCADE;
-- to this day, without further arguments
SELECT upkeep.create_analytics('few'), upkeep.seed_analytics('few');
SELECT count(DISTINCT shop_id) AS shops, max(record_date) = current_date - 1 AS until_yesterday,
  count(DISTINCT record_date) AS days FROM few.daily_records;
DROP SCHEMA seeded, few CASCADE;
RESET client_min_messages;
